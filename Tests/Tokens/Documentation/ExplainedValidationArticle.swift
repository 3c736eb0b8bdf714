import TestKit
import Testing
import Tokens

@Suite("Article: explained validation")
struct ExplainedValidationArticle {
    @Test func `a token is explained as shown`() async throws {
        let example = try Example()
        let (validator, token) = (example.validator(at: "https://orders.example.com"), try example.userToken())
        // Shown in ExplainedValidation.md
        let outcomes = try await validator.explain(token, from: .unproven, requiring: [.scope("orders:write")])
        let report = outcomes.map { outcome in
            "\(outcome.check.question): \(outcome.refusal?.rawValue ?? "passed")  (\(outcome.check.source))"
        }
        // Shown until here
        #expect(report.count == Check.ofEveryToken.count + 1)
        #expect(report.last == "it allows what this route does: scopeInsufficient  (RFC 6750 §3.1)")
    }

    @Test func `the table of checks is the list of the code`() throws {
        let rows = try Article("ExplainedValidation.md").table("check")
        #expect(rows == Check.allCases.map { [$0.rawValue, $0.question, $0.source] })
    }
}
