import Tokens

/// A door that takes proofs of a key (RFC 9449 §4), beside one that it has let in.
///
/// The key is the forger's own, and so is the token that is bound to it: a bad proof is well signed, and each check is met by one
/// that is good but for one thing.
struct ProofDoor: Sendable {
    let door: Door
    /// The proof of the request that was let in.
    let usedProof: Credential
    /// A token for this door that is bound to nothing; nil where tokens are asked for.
    let bearerToken: Credential?
    /// Somebody else, with another key.
    let thief: KeyHolder
    /// The same request once more, with a proof of its own.
    let makeRequest: @Sendable () throws -> ProvenRequest

    /// - Throws: `ScenarioFailure` where a genuine proof is not let in.
    private init(
        _ door: Door,
        bearerToken: Credential? = nil,
        on stack: RunningStack,
        _ makeRequest: @escaping @Sendable () throws -> ProvenRequest
    ) async throws {
        let genuine = try makeRequest()
        let answer = try await stack.client.send(genuine.call)
        guard answer.isSuccess else {
            throw ScenarioFailure(expectation: "\(door.name) accepts a genuine proof", seen: answer.summary)
        }
        self.door = door
        self.bearerToken = bearerToken
        self.makeRequest = makeRequest
        thief = try KeyHolder(on: stack)
        usedProof = genuine.proofs[0]
    }

    /// Every door that takes proofs, with tokens of the scene's user.
    static func all(of scene: AttackScene) async throws -> [ProofDoor] {
        let holder = try KeyHolder(on: scene.stack, key: Forgery.signingKey)
        let provider = scene.stack.address(of: .identityProvider)
        return [
            try await tokenEndpoint(holder),
            try await api(.ordersAPI, Audience.orders, "\(scene.stack.address(of: .ordersAPI))/orders", holder, scene),
            try await api(.usersAPI, Audience.users, "\(scene.stack.address(of: .usersAPI))/users/me", holder, scene),
            try await api(.userInfo, provider, "\(provider)/oauth2/userinfo", holder, scene),
        ]
    }

    private static func tokenEndpoint(_ holder: KeyHolder) async throws -> ProofDoor {
        let client = try await RegisteredClient.register(
            [
                "token_endpoint_auth_method": "client_secret_post", "grant_types": ["client_credentials"],
                "machine_scope": "orders:read", "resources": [.string(Audience.orders)],
            ],
            on: holder.stack
        )
        let form = [
            ("grant_type", GrantType.clientCredentials.rawValue), ("client_id", client.id),
            ("client_secret", client.secret?.exposed ?? ""),
        ]
        let call = Call(form: form, to: "\(holder.stack.address(of: .identityProvider))/oauth2/token")
        return try await ProofDoor(.tokenEndpoint, on: holder.stack) { try ProvenRequest(call, token: nil, by: holder) }
    }

    private static func api(
        _ door: Door,
        _ audience: String,
        _ url: String,
        _ holder: KeyHolder,
        _ scene: AttackScene
    ) async throws -> ProofDoor {
        let token = try await holder.signIn(scene.user, resource: audience).accessToken
        return try await ProofDoor(door, bearerToken: scene.genuine(at: door), on: scene.stack) {
            try ProvenRequest(Call(url: url), token: token, by: holder)
        }
    }
}

/// A request with a proof, every part open to change: the attacks change one at a time.
struct ProvenRequest: Sendable {
    private let bare: Call
    var token: Credential?
    var scheme = AccessTokenType.dpop
    /// What goes out in `DPoP` fields.
    var proofs: [Credential]
    /// The genuine proof, taken apart.
    let proof: Forgery

    fileprivate init(_ call: Call, token: Credential?, by holder: KeyHolder) throws {
        let genuine = try holder.proof(call.method, call.url, for: token)
        bare = call
        self.token = token
        proofs = [genuine]
        proof = try Forgery(of: genuine, signedUnder: holder.key.verificationKey)
    }

    var method: String { bare.method }
    var url: String { bare.url }

    var call: Call {
        var call = bare
        if let token { call.headers.append(("authorization", "\(scheme.rawValue) \(token.exposed)")) }
        call.headers += proofs.map { ("dpop", $0.exposed) }
        return call
    }
}
