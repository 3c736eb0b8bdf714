import Tokens

/// A public client on a device of the user's, with a key that never leaves it: what it gets is good with that key alone
/// (RFC 9449 §1).
struct KeyHolder: Sendable {
    let stack: RunningStack
    let key: SigningKey

    /// - Parameter key: a new one unless told otherwise.
    init(on stack: RunningStack, key: SigningKey? = nil) throws {
        self.stack = stack
        self.key = try key ?? .generate(.es256)
    }

    var thumbprint: KeyThumbprint { KeyThumbprint(of: key.verificationKey) }

    /// The proof for one request (RFC 9449 §4.2).
    ///
    /// - Parameter token: the access token that the request carries; nil for a request that asks for one.
    func proof(_ method: String, _ url: String, for token: Credential? = nil) throws -> Credential {
        let proof = try DPoPProofMinter(key: key, clock: stack.clock).mint(method: method, url: url, accessToken: token)
        stack.client.remember(proof)
        return proof
    }

    /// A first-party sign-in whose tokens are bound to the key.
    func signIn(_ user: SignedInUser, resource: String = Audience.orders) async throws -> TokenResponse {
        let url = "\(stack.address(of: .identityProvider))/auth/login"
        let body: JSONObject = [
            "client_id": .string(RunningStack.demoClient), "username": .string(user.name),
            "password": .string(user.password.exposed), "resource": .string(resource),
        ]
        var call = Call(method: "POST", url: url)
        call.headers = [("content-type", "application/json"), ("dpop", try proof("POST", url).exposed)]
        call.body = JSONWriter.bytes(body)
        return try stack.readTokens(await stack.client.send(call), "signing \(user.name) in with a key")
    }

    /// `grant_type=refresh_token`, with a proof.
    func refresh(_ token: Credential) async throws -> Answer {
        let url = "\(stack.address(of: .identityProvider))/oauth2/token"
        return try await stack.refresh(token, proof: proof("POST", url))
    }

    /// A request to an API, with a token that is bound to the key.
    func send(
        _ method: String,
        _ url: String,
        _ token: Credential,
        _ body: JSONObject? = nil
    ) async throws -> Answer {
        var call = Call(method, url, token, proofs: [try proof(method, url, for: token)])
        if let body {
            call.headers.append(("content-type", "application/json"))
            call.body = JSONWriter.bytes(body)
        }
        return try await stack.client.send(call)
    }
}

extension Call {
    /// A request under the scheme `DPoP` (RFC 9449 §7.1), with as many proofs as whoever sends it likes.
    init(_ method: String, _ url: String, _ token: Credential, proofs: [Credential]) {
        self.init(method: method, url: url)
        headers = [("authorization", "DPoP \(token.exposed)")] + proofs.map { ("dpop", $0.exposed) }
    }
}
