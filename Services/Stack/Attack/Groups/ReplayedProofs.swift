import Crypto
import Tokens

/// Proofs of a key, used twice, elsewhere or by others; and bound tokens without them (RFC 9449 §4.3, §11).
enum ReplayedProofs {
    static let group = AttackGroup(
        "replayed-dpop",
        hope: "a proof says more than this request, now; or a bound token works without one",
        [
            .proven(
                "a proof used twice",
                gain: "a request made again, for whoever has seen it on the way",
                sent: "the very proof that was let in a moment ago",
                refused: .proofReplayed
            ) { request, door in request.proofs = [door.usedProof] },
            .forgedProof(
                "a proof for another path",
                gain: "every route of a service, out of the proof for one",
                sent: "htu: another path of the same service",
                refused: .proofURLMismatch
            ) { try $0.claim("htu", .string(($0.payload["htu"]?.string ?? "") + "/more")).signed() },
            .forgedProof(
                "a proof for another server",
                gain: "the caller's rights everywhere, for each server that they call",
                sent: "htu: https://evil.example/orders",
                refused: .proofURLMismatch
            ) { try $0.claim("htu", "https://evil.example/orders").signed() },
            .forgedProof(
                "a proof for another method",
                gain: "a deletion out of the proof of a read",
                sent: "htm: DELETE",
                refused: .proofMethodMismatch
            ) { try $0.claim("htm", "DELETE").signed() },
            .forgedProof(
                "a proof for another token",
                gain: "a stronger token of the same client, with the proof of a weaker one",
                sent: "ath: of another token; at the token endpoint, of any",
                refused: .proofTokenMismatch
            ) { try $0.made(for: Credential("another")).signed() },
            .forgedProof(
                "a proof that is two minutes old",
                gain: "proofs out of logs, when the memory of them is gone",
                sent: "iat: two minutes ago",
                refused: .proofExpired
            ) { try $0.made(secondsLater: -120).signed() },
            .forgedProof(
                "a proof of the future",
                gain: "a proof that outlives the memory of its first use",
                sent: "iat: in a minute",
                refused: .proofExpired
            ) { try $0.made(secondsLater: 60).signed() },
            .forgedProof(
                "a proof without a jti",
                gain: "a proof that cannot be told from its copies",
                sent: "no jti",
                refused: .proofMalformed
            ) { try $0.claim("jti", nil).signed() },
            .forgedProof(
                "the owner's key over the thief's signature",
                gain: "every bound token: its key is public, and is in each proof",
                sent: "jwk: the genuine key, signed by another one",
                refused: .proofSignatureInvalid
            ) { proof in
                let signature = try P256.Signing.PrivateKey().signature(for: Array(proof.signingInput.utf8))
                return proof.signed(with: Array(signature.rawRepresentation))
            },
            .forgedProof(
                "a proof with its private key",
                gain: "proofs of a key that everybody on the way now has",
                sent: "jwk: with d",
                refused: .proofMalformed
            ) { proof in
                var jwk = proof.header["jwk"]?.object ?? [:]
                jwk["d"] = .string(Base64URL.encode(Array(Forgery.forger.rawRepresentation)))
                return try proof.header("jwk", .object(jwk)).signed()
            },
            .forgedProof(
                "a proof that nobody signed",
                gain: "every bound token: the thumbprint of its key is in it",
                sent: "alg: none, no signature",
                refused: .proofMalformed
            ) { $0.header("alg", "none").unsigned },
            .forgedProof(
                "HS256 under the key of the proof",
                gain: "every bound token: the secret is in the header",
                sent: "alg: HS256, a MAC whose secret is the JWK",
                refused: .proofMalformed
            ) { $0.authenticated(under: JSONWriter.bytes($0.header["jwk"] ?? .null)) },
            .forgedProof(
                "another statement as a proof",
                gain: "proofs out of whatever else the client signs with its key",
                sent: "typ: JWT",
                refused: .proofMalformed
            ) { try $0.header("typ", "JWT").signed() },
            .proven(
                "two proofs",
                gain: "one proof for the check, another for the binding",
                sent: "the DPoP field twice, both good",
                refused: .proofMalformed
            ) { request, door in request.proofs += try door.makeRequest().proofs },
            .proven(
                "a stolen token and no proof",
                gain: "the user's rights for whoever has read a log",
                sent: "Authorization: DPoP …, no DPoP field",
                refused: .proofMissing,
                at: bearers
            ) { request, _ in request.proofs = [] },
            .proven(
                "a stolen token as a bearer token",
                gain: "bound tokens without their key, where the scheme decides what is checked",
                sent: "Authorization: Bearer …, with the bound token",
                refused: .proofMissing,
                at: bearers
            ) { request, _ in request.scheme = .bearer },
            .proven(
                "a bearer token under DPoP",
                gain: "a stolen bearer token that passes for one that is bound to the thief's key",
                sent: "Authorization: DPoP …, a token without cnf, and a good proof of the thief's",
                refused: .proofUnexpected,
                at: bearers
            ) { request, door in
                guard let token = door.bearerToken else { return }
                request.token = token
                request.proofs = [try request.proof.made(for: token).signed()]
            },
            .proven(
                "a stolen token and the thief's own proof",
                gain: "every bound token: who asks only whether the proof is good forgets whose it is",
                sent: "a good proof for this request and this token, by another key",
                refused: .proofKeyMismatch,
                at: bearers
            ) { request, door in
                request.proofs = [try door.thief.proof(request.method, request.url, for: request.token)]
            },
            .refresh(
                "a stolen refresh token and no key",
                gain: "one application's users, for months",
                sent: "the refresh token alone"
            ) { _, _ in nil },
            .refresh(
                "a stolen refresh token and the thief's own key",
                gain: "new tokens, bound to the thief's key",
                sent: "the refresh token, and a good proof by another key"
            ) { thief, url in try thief.proof("POST", url) },
        ]
    )

    /// The doors to which a token is brought.
    private static let bearers: Set<Door> = [.ordersAPI, .usersAPI, .userInfo]
}

extension Attack {
    /// A request with a proof, at every door that takes one; each has just let a good one in.
    ///
    /// - Parameter doors: where there is something to change; nil for every door.
    fileprivate static func proven(
        _ name: String,
        gain: String,
        sent: String,
        refused reason: Refusal,
        at doors: Set<Door>? = nil,
        _ change: @escaping @Sendable (inout ProvenRequest, ProofDoor) throws -> Void
    ) -> Attack {
        Attack(name: name, gain: gain, sent: sent) { scene in
            var shots: [Shot] = []
            for door in try await ProofDoor.all(of: scene) where doors?.contains(door.door) ?? true {
                var request = try door.makeRequest()
                try change(&request, door)
                let answer = try await scene.stack.client.send(request.call)
                shots.append(Shot(door: door.door, answer: answer, expected: .refused(reason)))
            }
            return shots
        }
    }

    /// The same with a proof that was made out of a good one, and signed by the key that it should be.
    fileprivate static func forgedProof(
        _ name: String,
        gain: String,
        sent: String,
        refused reason: Refusal,
        _ forge: @escaping @Sendable (Forgery) throws -> Credential
    ) -> Attack {
        proven(name, gain: gain, sent: sent, refused: reason) { request, _ in
            request.proofs = [try forge(request.proof)]
        }
    }

    /// The refresh token of a public client that holds a key. The client refreshes afterwards: a thief who is refused spends nothing.
    fileprivate static func refresh(
        _ name: String,
        gain: String,
        sent: String,
        _ prove: @escaping @Sendable (_ thief: KeyHolder, _ url: String) throws -> Credential?
    ) -> Attack {
        request(name, gain: gain, sent: sent, at: .tokenEndpoint, refused: .grantKeyMismatch) { scene in
            let (owner, thief) = (try KeyHolder(on: scene.stack), try KeyHolder(on: scene.stack))
            guard let stolen = try await owner.signIn(scene.user).refreshToken else {
                throw ScenarioFailure(expectation: "signing in gives a refresh token", seen: "none")
            }
            let url = "\(scene.stack.address(of: .identityProvider))/oauth2/token"
            let answer = try await scene.stack.refresh(stolen, proof: prove(thief, url))
            try await owner.refresh(stolen).requireSuccess("the owner's own refresh")
            return answer
        }
    }
}

extension Forgery {
    /// The same proof for a request with this token (`ath`, RFC 9449 §4.2).
    fileprivate func made(for token: Credential) -> Forgery {
        claim("ath", .string(Base64URL.encode(token.digest)))
    }

    fileprivate func made(secondsLater seconds: Int64) -> Forgery {
        claim("iat", .integer((payload["iat"]?.integer ?? 0) + seconds))
    }
}
