import Audit
import HTTPTypes
import HummingbirdTesting
import ServiceKit
import TestKit
import Testing
import Tokens

@Suite("What users-api leaves in the audit log")
struct UserRecordTests {
    private static let path = "/internal/users/user-alice/shipping-address"

    @Test func `a hop that was let in is on record with its actor`() async throws {
        try await UsersUnderTest.run { users in
            _ = try await users.put("/users/me/address", users.token(), UsersUnderTest.address)
            let record = try await users.audit.onlyRecord {
                _ = try await users.get(Self.path, users.exchangedToken(scope: ["users.address:read"]))
            }
            #expect(record?.event == .access && record?.outcome == .allowed && record?.reason == nil)
            #expect(record?.route == "GET /internal/users/{id}/shipping-address")
            #expect(record?.subject == "user-alice" && record?.presented.first?.actors == ["orders-api"])
        }
    }

    /// Each differs from the hop above by one thing.
    @Test(
        arguments: [
            ("no token", .tokenMissing), ("the user's own token", .issuerNotTrusted),
            ("another actor", .actorNotAllowed), ("another user", .subjectMismatch),
            ("another scope", .scopeInsufficient), ("for another service", .audienceMismatch),
        ] as [(String, Refusal)]
    )
    func `every hop that was not let in leaves one record`(wrong: String, reason: Refusal) async throws {
        try await UsersUnderTest.run { users in
            let token = try users.house.exchangedToken(actor: wrong == "another actor" ? "gateway" : "orders-api") {
                $0.tokenID = "hop"
                $0.subject = wrong == "another user" ? "user-bob" : "user-alice"
                $0.audience = wrong == "for another service" ? House.orders : House.users
                $0.scope = [wrong == "another scope" ? "users.summary:read" : "users.address:read"]
            }
            let presented = wrong == "no token" ? nil : wrong == "the user's own token" ? try users.token() : token
            _ = try await users.get(Self.path, presented)
            let record = try #require(users.audit.records.first)
            #expect(users.audit.records.count == 1)
            #expect(record.event == .access && record.outcome == .denied && record.reason == .refusal(reason))
            #expect(record.presented.allSatisfy { !$0.isVerified } && record.subject == nil)
            #expect(record.presented.count == (wrong == "no token" ? 0 : 1))
        }
    }

    @Test(arguments: [("no address", Refusal.resourceNotFound), ("a member too many", .bodyMalformed)])
    func `every refusal behind the door leaves one record, with the token that opened it`(
        wrong: String,
        reason: Refusal
    ) async throws {
        try await UsersUnderTest.run { users in
            if wrong == "no address" {
                _ = try await users.get("/users/me/address", users.token())
            } else {
                _ = try await users.put("/users/me", users.token(), #"{"role":"admin"}"#)
            }
            let record = try #require(users.audit.records.first)
            #expect(users.audit.records.count == 1)
            #expect(record.event == .access && record.outcome == .denied && record.reason == .refusal(reason))
            #expect(record.subject == "user-alice" && record.presented.map(\.isVerified) == [true])
        }
    }

    @Test func `while the log's disk is away profiles are still read`() async throws {
        try await UsersUnderTest.run { users in
            users.audit.loseDisk()
            let response = try await users.get("/users/me", users.token())
            #expect(response.status == .ok)
            #expect(users.audit.records.count == 1)
        }
    }
}
