import HTTPTypes
import HummingbirdTesting
import TestKit
import Testing

@Suite("Tokens that are bound to a key at users-api, RFC 9449 §7.1")
struct BoundTokenTests {
    @Test func `the holder of the key reads their profile, once for each proof`() async throws {
        try await UsersUnderTest.run { users in
            let headers = try users.headers(.sound, for: "/users/me")
            #expect(try await users.client.execute(uri: "/users/me", method: .get, headers: headers).status == .ok)
            let replayed = try await users.client.execute(uri: "/users/me", method: .get, headers: headers)
            #expect(replayed.status == .unauthorized)
        }
    }

    @Test(arguments: BoundRequest.wrong)
    func `one thing wrong: 401, and which proofs would do`(request: BoundRequest) async throws {
        try await UsersUnderTest.run { users in
            let headers = try users.headers(request, for: "/users/me")
            let response = try await users.client.execute(uri: "/users/me", method: .get, headers: headers)
            #expect(response.status == .unauthorized)
            #expect(response.headers[.wwwAuthenticate] == request.challenge)
        }
    }
}
