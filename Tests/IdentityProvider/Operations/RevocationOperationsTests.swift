import Storage
import Testing
import Tokens

@testable import IdentityProvider

@Suite("Operations: revocations")
struct RevocationOperationsTests {
    private func revoke(_ body: JSONObject, at provider: TestProvider) async throws -> Answer {
        try await provider.operate("revocations", body)
    }

    private func expectRevoked(_ kind: String, _ id: String, _ answer: Answer) {
        #expect(answer.status == 200)
        #expect(answer.json["revoked"] == [["kind": .string(kind), "id": .string(id)]])
        #expect(answer.json["issuer"]?.string == TestProvider.issuer)
        #expect(answer.json["at"]?.integer == TestProvider.epoch)
    }

    @Test func `a user loses everything, and may sign in again at once`() async throws {
        try await TestProvider.run { provider in
            let (alice, ada) = (try await provider.logIn(), try await provider.logIn("ada"))
            let answer = try await revoke(["username": "Alice"], at: provider)
            expectRevoked("subject", try provider.account("alice").id, answer)
            #expect(try await !provider.isActive(alice.accessToken))
            #expect(try await provider.refresh(alice.refreshToken).error == "invalid_grant")
            #expect(try await provider.isActive(ada.accessToken))
            #expect(try await provider.isActive(provider.logIn().accessToken))
        }
    }

    @Test func `a session ends with all that has grown out of it, another one does not`() async throws {
        try await TestProvider.run { provider in
            let (here, there) = (try await provider.logIn(), try await provider.logIn())
            let session = try provider.sessionID(here)
            expectRevoked("session", session, try await revoke(["session": .string(session)], at: provider))
            #expect(try await !provider.isActive(here.accessToken))
            #expect(try await provider.refresh(here.refreshToken).error == "invalid_grant")
            #expect(try await provider.isActive(there.accessToken))
        }
    }

    @Test func `a session that is over at the browser still ends what has grown out of it`() async throws {
        try await TestProvider.run { provider in
            let tokens = try await provider.logIn()
            provider.clock.advance(bySeconds: 13 * 3_600)
            try await provider.parts.database.transaction { try $0.run("DELETE FROM sign_on_sessions") }
            let next = try await provider.refresh(tokens.refreshToken).tokens()
            let session = try provider.sessionID(tokens)
            #expect(try await revoke(["session": .string(session)], at: provider).status == 200)
            #expect(try await !provider.isActive(next.accessToken))
            #expect(try await provider.refresh(next.refreshToken).error == "invalid_grant")
        }
    }

    @Test(arguments: [true, false])
    func `a token is revoked by itself or by its id, and its family goes on`(isByID: Bool) async throws {
        try await TestProvider.run { provider in
            let tokens = try await provider.logIn()
            let id = try #require(provider.payload(tokens.accessToken)["jti"]?.string)
            let answer = try await revoke(["token": .string(isByID ? id : tokens.accessToken.exposed)], at: provider)
            expectRevoked("token", id, answer)
            #expect(try await !provider.isActive(tokens.accessToken))
            #expect(try await provider.isActive(provider.refresh(tokens.refreshToken).tokens().accessToken))
        }
    }

    @Test func `a refresh token is no id, and is not told to everybody`() async throws {
        try await TestProvider.run { provider in
            let tokens = try await provider.logIn()
            let answer = try await revoke(["token": .string(tokens.refreshToken?.exposed ?? "")], at: provider)
            #expect(answer.status == 400)
            #expect(try await provider.told().isEmpty)
            #expect(
                try await revoke(["token": .string(Credential.random(byteCount: 16).exposed)], at: provider).status
                    == 200
            )
        }
    }

    @Test func `a client loses every token, family and code, and may be given more`() async throws {
        try await TestProvider.run { provider in
            let (tokens, code) = (
                try await provider.redeem(provider.issueCode()).tokens(), try await provider.issueCode()
            )
            let bystander = try await provider.logIn()
            let machine: KeyValuePairs = ["grant_type": "client_credentials"]
            let old = try await provider.post("/oauth2/token", machine, authorization: provider.basic("web")).tokens()
            expectRevoked("client", "web", try await revoke(["client_id": "web"], at: provider))
            for token in [tokens.accessToken, old.accessToken] { #expect(try await !provider.isActive(token)) }
            let refresh = try await provider.post(
                "/oauth2/token",
                ["grant_type": "refresh_token", "refresh_token": tokens.refreshToken?.exposed ?? ""],
                authorization: provider.basic("web")
            )
            #expect(refresh.error == "invalid_grant")
            #expect(try await provider.redeem(code).error == "invalid_grant")
            #expect(try await provider.isActive(bystander.accessToken))
            let new = try await provider.post("/oauth2/token", machine, authorization: provider.basic("web")).tokens()
            #expect(try await provider.isActive(new.accessToken))
        }
    }

    @Test(
        arguments: [
            (["username": "alice"], 200), (["username": "nobody"], 404), (["session": "nothing"], 404),
            (["client_id": "nobody"], 404), (["token": "e30.e30.e30"], 404), (["token": ""], 400), ([:], 400),
            (["username": .null], 400), (["username": "alice", "client_id": "web"], 400), (["user": "alice"], 400),
        ] as [(JSONObject, Int)]
    )
    func `nobody is not found, and a body that does not name one thing is refused`(
        body: JSONObject,
        status: Int
    ) async throws {
        try await TestProvider.run { provider in
            let answer = try await revoke(body, at: provider)
            #expect(answer.status == status)
            #expect(try await provider.told().count == (status == 200 ? 1 : 0))
        }
    }

    @Test func `a token that is not ours is not found, and neither is one that is revoked already`() async throws {
        try await TestProvider.run { provider in
            let tokens = try await provider.logIn()
            let parts = tokens.accessToken.exposed.split(separator: ".").map(String.init)
            let other = try await provider.logIn("ada").accessToken.exposed.split(separator: ".").map(String.init)
            let (genuine, forged) = (parts.joined(separator: "."), "\(parts[0]).\(parts[1]).\(other[2])")
            for (token, status) in [(forged, 404), (genuine, 200), (genuine, 404)] {
                let answer = try await revoke(["token": .string(token)], at: provider)
                #expect(answer.status == status)
            }
        }
    }
}
