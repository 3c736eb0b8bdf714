import Foundation
import Tokens

/// A registered client and its secret, shown once.
struct ClientWithSecret: Sendable {
    let id: String
    let secret: Credential

    /// HTTP Basic, both parts form-encoded first (RFC 6749 §2.3.1).
    var basicAuthorization: String {
        let pair = "\(FormParameters.percentEncode(id)):\(FormParameters.percentEncode(secret.exposed))"
        return "Basic \(Data(pair.utf8).base64EncodedString())"
    }
}

extension RunningStack {
    /// Registers a client with a secret.
    func addClient(_ registration: JSONObject) async throws -> ClientWithSecret {
        let answer = try await operate("POST", "clients", on: .identityProvider, registration)
        guard let id = registration["client_id"]?.string,
            let secret = try answer.requireSuccess("adding the client").json?["client_secret"]?.string
        else { throw ScenarioFailure(expectation: "a client with a secret", seen: "another document") }
        return ClientWithSecret(id: id, secret: Credential(secret))
    }

    /// A client that may ask about tokens for `audience`.
    func addIntrospector(of audience: String) async throws -> ClientWithSecret {
        try await addClient([
            "client_id": .string("introspector-\(Credential.random(byteCount: 6).exposed)"),
            "token_endpoint_auth_method": "client_secret_basic", "introspects": [.string(audience)],
        ])
    }

    func introspect(_ token: Credential, as asker: ClientWithSecret) async throws -> Answer {
        var call = Call(method: "POST", url: "\(address(of: .identityProvider))/oauth2/introspect")
        call.headers = [
            ("content-type", "application/x-www-form-urlencoded"), ("authorization", asker.basicAuthorization),
        ]
        call.body = Array(FormParameters.encode(["token": token.exposed]).utf8)
        return try await client.send(call)
    }
}
