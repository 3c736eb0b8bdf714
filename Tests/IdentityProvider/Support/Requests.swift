import Foundation
import HTTPTypes
import HummingbirdTesting
import NIOCore
import Testing
import Tokens
import TokensHummingbird

@testable import IdentityProvider

/// An answer as it went over the wire.
struct Answer {
    let status: Int
    let headers: HTTPFields
    let text: String

    /// The body's members; none where it is no JSON object.
    var json: JSONObject { (try? JSONReader.readObject(Array(text.utf8))) ?? [:] }
    var error: String? { json["error"]?.string }

    func tokens() throws -> TokenResponse { try #require(TokenResponse(reading: json), "\(status) \(error ?? "")") }
}

extension TestProvider {
    func send(
        _ method: HTTPRequest.Method,
        _ path: String,
        headers: HTTPFields = [:],
        body: String? = nil
    ) async throws -> Answer {
        let response = try await client.execute(
            uri: path,
            method: method,
            headers: headers,
            body: body.map { ByteBuffer(string: $0) }
        )
        let answer = Answer(
            status: response.status.code,
            headers: response.headers,
            text: String(buffer: response.body)
        )
        wire.keep(path, headers, body)
        wire.keep("", answer.headers, answer.text)
        return answer
    }

    func post(
        _ path: String,
        _ form: KeyValuePairs<String, String>,
        authorization: String? = nil,
        proof: Credential? = nil,
        from place: Place? = nil
    ) async throws -> Answer {
        var headers: HTTPFields = [.contentType: "application/x-www-form-urlencoded"]
        try place.map { try address.move(to: $0.address) }
        headers[.userAgent] = place?.agent
        headers[.authorization] = authorization
        headers[.dpop] = proof?.exposed
        return try await send(.post, path, headers: headers, body: FormParameters.encode(form))
    }

    func post(
        _ path: String,
        json: JSONObject,
        proof: Credential? = nil,
        from place: Place? = nil
    ) async throws -> Answer {
        var headers: HTTPFields = [.contentType: "application/json"]
        try place.map { try address.move(to: $0.address) }
        headers[.userAgent] = place?.agent
        headers[.dpop] = proof?.exposed
        return try await send(.post, path, headers: headers, body: JSONWriter.text(json))
    }

    func get(_ path: String, bearer token: Credential? = nil) async throws -> Answer {
        var headers: HTTPFields = [:]
        headers[.authorization] = token.map { "Bearer \($0.exposed)" }
        return try await send(.get, path, headers: headers)
    }

    /// Basic credentials of a client with a secret, both parts form-encoded (RFC 6749 §2.3.1).
    func basic(_ id: String, _ secret: Credential? = nil) -> String {
        let secret = secret ?? template.secrets[id] ?? Credential("")
        let pair = "\(FormParameters.percentEncode(id)):\(FormParameters.percentEncode(secret.exposed))"
        return "Basic \(Data(pair.utf8).base64EncodedString())"
    }

    /// `/auth/login` with the demo's client.
    func logIn(
        _ user: String = "alice",
        scope: String? = nil,
        resource: String? = nil,
        proof: Credential? = nil,
        from place: Place? = nil
    ) async throws -> TokenResponse {
        var body: JSONObject = [
            "client_id": "gatehouse-demo", "username": .string(user), "password": .string(Self.password.exposed),
        ]
        body["scope"] = scope.map { .string($0) }
        body["resource"] = resource.map { .string($0) }
        return try await post("/auth/login", json: body, proof: proof, from: place).tokens()
    }

    /// `grant_type=refresh_token` with the demo's client.
    func refresh(
        _ token: Credential?,
        client id: String = "gatehouse-demo",
        proof: Credential? = nil,
        from place: Place? = nil
    ) async throws -> Answer {
        try await post(
            "/oauth2/token",
            ["grant_type": "refresh_token", "client_id": id, "refresh_token": token?.exposed ?? ""],
            proof: proof,
            from: place
        )
    }

    /// Whether the provider still calls a token for Orders good.
    func isActive(_ token: Credential) async throws -> Bool {
        let answer = try await post("/oauth2/introspect", ["token": token.exposed], authorization: basic("auditor"))
        return answer.json["active"] == true
    }

    /// The payload of a token, unverified; the provider's own signature is another test's business.
    func payload(_ token: Credential) throws -> JSONObject { try UnverifiedToken.decodeWithoutVerifying(token).payload }

    func account(_ name: String) throws -> Account { try #require(template.accounts[name]) }
}
