import Foundation
import Tokens

/// A client that the operator has registered for somebody outside the house: it has what it was given, and no more.
struct RegisteredClient: Sendable {
    let stack: RunningStack
    let id: String
    /// With which it authenticates at the provider; nil where it has another way.
    let secret: Credential?

    /// - Takes: a registration without `client_id`; the provider chooses one.
    static func register(_ registration: JSONObject, on stack: RunningStack) async throws -> RegisteredClient {
        let answer = try await stack.operate("POST", "clients", on: .identityProvider, registration)
        guard let document = try answer.requireSuccess("registering a client").json,
            let id = document["client_id"]?.string
        else { throw ScenarioFailure(expectation: "a client has an id", seen: answer.summary) }
        return RegisteredClient(stack: stack, id: id, secret: document["client_secret"]?.string.map { Credential($0) })
    }

    /// A form to `/oauth2/<endpoint>`, with the secret in the `Authorization` field (RFC 6749 §2.3.1).
    func post(_ endpoint: String, _ parameters: [(name: String, value: String)]) async throws -> Answer {
        var call = Call(form: parameters, to: "\(stack.address(of: .identityProvider))/oauth2/\(endpoint)")
        if let secret {
            let pair = "\(FormParameters.percentEncode(id)):\(FormParameters.percentEncode(secret.exposed))"
            call.headers.append(("authorization", "Basic \(Data(pair.utf8).base64EncodedString())"))
        }
        return try await stack.client.send(call)
    }

    func introspect(_ token: Credential) async throws -> Answer {
        try await post("introspect", [("token", token.exposed)])
    }
    func revoke(_ token: Credential) async throws -> Answer { try await post("revoke", [("token", token.exposed)]) }

    func refresh(_ token: Credential, resource: String? = nil) async throws -> Answer {
        let parameters = [("grant_type", "refresh_token"), ("refresh_token", token.exposed)]
        return try await post("token", parameters + (resource.map { [("resource", $0)] } ?? []))
    }
}

extension Call {
    /// A POST of `fields`, of which one name may stand more than once.
    init(form fields: [(name: String, value: String)], to url: String) {
        self.init(method: "POST", url: url)
        headers = [("content-type", "application/x-www-form-urlencoded")]
        body = Array(
            fields.map { "\($0.name)=\(FormParameters.percentEncode($0.value))" }.joined(separator: "&").utf8
        )
    }
}
