import TestKit
import Testing

@testable import Tokens

@Suite("Every check on its own line")
struct CheckTests {
    private let issuer: TestIssuer

    init() throws { issuer = try TestIssuer() }

    private func explain(_ header: JSONObject, _ payload: JSONObject) async throws -> [CheckOutcome] {
        try await issuer.validator().explain(issuer.forge(header: header, payload: payload))
    }

    @Test func `a good token passes every check, in order`() async throws {
        let outcomes = try await explain(issuer.header, issuer.payload)
        #expect(outcomes == Check.ofEveryToken.map { CheckOutcome(check: $0, refusal: nil) })
        #expect(
            outcomes.map(\.check.rawValue) == [
                "form", "type", "algorithm", "claims", "issuer", "audience", "key", "signature", "time",
                "senderConstraint", "revocation",
            ]
        )
    }

    @Test func `several flaws are all told`() async throws {
        let payload = issuer.payload
            .with("aud", .string(House.users))
            .with("exp", 1_700_000_000)
            .with("cnf", ["x5t#S256": .string(CertificateThumbprint(ofDER: []).text)])
        let outcomes = try await explain(issuer.header.with("typ", "JWT"), payload)
        #expect(outcomes.map(\.check) == Check.ofEveryToken)
        #expect(
            outcomes.compactMap(\.refusal) == [
                .tokenTypeMismatch, .audienceMismatch, .tokenExpired, .certificateMissing,
            ]
        )
    }

    @Test func `what cannot be asked any more is left out`() async throws {
        let malformed = try await issuer.validator().explain(Credential("no token"))
        #expect(malformed == [CheckOutcome(check: .form, refusal: .tokenMalformed)])
        let unread = try await explain(issuer.header, issuer.payload.without("sub"))
        #expect(unread.map(\.check) == [.form, .type, .algorithm, .claims])
        #expect(unread.last?.refusal == .claimMissing)
        let stranger = try await explain(issuer.header, issuer.payload.with("iss", "https://evil.example"))
        #expect(stranger.map(\.check) == Check.ofEveryToken.filter { $0 != .signature && $0 != .revocation })
        #expect(stranger.compactMap(\.refusal) == [.issuerNotTrusted, .keyUnknown])
    }

    @Test func `each check has its question and its section`() {
        for check in Check.allCases {
            #expect(!check.question.isEmpty)
            #expect(check.source.contains("RFC ") && check.source.contains(" §"))
        }
        #expect(Set(Check.allCases.map(\.question)).count == Check.allCases.count)
    }
}
