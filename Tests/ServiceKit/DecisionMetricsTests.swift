import Audit
import Telemetry
import Testing
import Tokens

@testable import ServiceKit

@Suite("Metrics out of the records")
struct DecisionMetricsTests {
    private let registry = PrometheusRegistry()

    /// The lines of `/metrics` after these records, without those that count nothing.
    private func lines(after records: [AuditRecord]) -> Set<String> {
        let metrics = DecisionMetrics(registry)
        for record in records { metrics.observe(record) }
        let lines = registry.text().split(separator: "\n").map(String.init)
        return Set(lines.filter { !$0.hasPrefix("#") && !$0.hasSuffix(" 0") && !$0.contains("_bucket") })
    }

    private func record(
        _ event: AuditEvent,
        _ outcome: AuditOutcome = .allowed,
        _ reason: AuditReason? = nil,
        _ change: (inout AuditRecord) -> Void = { _ in }
    ) -> AuditRecord {
        var record = AuditRecord(event, outcome, service: "test", trace: TraceContext())
        record.reason = reason
        record.durationMicroseconds = 250_000
        record.status = 200
        change(&record)
        return record
    }

    @Test func `a request is counted by event, outcome and reason, and timed`() {
        let lines = lines(after: [
            record(.access), record(.access), record(.forward, .denied, .refusal(.tokenExpired)),
            record(.operation, .failed, .unavailable),
        ])
        #expect(
            lines == [
                #"gatehouse_decisions_total{event="access",outcome="allowed",reason="none"} 2"#,
                #"gatehouse_decisions_total{event="forward",outcome="denied",reason="tokenExpired"} 1"#,
                #"gatehouse_decisions_total{event="operation",outcome="failed",reason="unavailable"} 1"#,
                #"gatehouse_request_duration_seconds_count{event="access",outcome="allowed"} 2"#,
                #"gatehouse_request_duration_seconds_sum{event="access",outcome="allowed"} 0.5"#,
                #"gatehouse_request_duration_seconds_count{event="forward",outcome="denied"} 1"#,
                #"gatehouse_request_duration_seconds_sum{event="forward",outcome="denied"} 0.25"#,
                #"gatehouse_request_duration_seconds_count{event="operation",outcome="failed"} 1"#,
                #"gatehouse_request_duration_seconds_sum{event="operation",outcome="failed"} 0.25"#,
                #"gatehouse_validations_total{outcome="allowed",reason="none"} 2"#,
                #"gatehouse_validations_total{outcome="denied",reason="tokenExpired"} 1"#,
            ]
        )
    }

    @Test(
        arguments: [
            (.scopeInsufficient, false, #"outcome="denied",reason="scopeInsufficient""#),
            (.tokenExpired, false, #"outcome="denied",reason="tokenExpired""#),
            (.resourceNotFound, true, #"outcome="allowed",reason="none""#),
            (.conflict, true, #"outcome="allowed",reason="none""#),
            (.rateLimited, true, #"outcome="allowed",reason="none""#), (.rateLimited, false, nil),
        ] as [(Refusal, Bool, String?)]
    )
    func `a validation is a verdict on a token, not what its holder was told after it`(
        reason: Refusal,
        isVerified: Bool,
        labels: String?
    ) {
        let lines = lines(after: [
            record(.access, .denied, .refusal(reason)) { record in
                record.presented = [AuditToken(.access, isVerified: isVerified, tokenID: "t")]
            }
        ])
        let counted = lines.filter { $0.hasPrefix("gatehouse_validations_total") }
        #expect(counted == Set(labels.map { "gatehouse_validations_total{\($0)} 1" }.map { [$0] } ?? []))
    }

    @Test func `what a service does by itself, and what waits for news, is counted, and not timed`() {
        let lines = lines(after: [record(.serviceStart) { $0.status = nil }, record(.access) { $0[.waits] = "news" }])
        #expect(lines.contains(#"gatehouse_decisions_total{event="access",outcome="allowed",reason="none"} 1"#))
        #expect(lines.contains(#"gatehouse_decisions_total{event="serviceStart",outcome="allowed",reason="none"} 1"#))
        #expect(!lines.contains { $0.hasPrefix("gatehouse_request_duration_seconds_count") })
    }

    @Test(arguments: [
        (AuditOutcome.allowed, AuditReason?.none, "ok"), (.allowed, .refreshTokenGraced, "graced"),
        (.denied, .refusal(.refreshTokenReused), "reused"), (.denied, .refusal(.refreshTokenExpired), "refused"),
        (.failed, .unavailable, "failed"),
    ])
    func `a refresh is counted by its result`(outcome: AuditOutcome, reason: AuditReason?, result: String) {
        let lines = lines(after: [record(.tokenRefresh, outcome, reason)])
        #expect(
            lines.filter { $0.hasPrefix("gatehouse_refresh_total") } == [
                #"gatehouse_refresh_total{result="\#(result)"} 1"#
            ]
        )
    }

    @Test func `tokens are counted by grant and kind`() {
        let lines = lines(after: [
            record(.tokenIssue) { record in
                record.details["grant"] = "authorization_code"
                record.issued = [.init(.access, tokenID: "a"), .init(.refresh, tokenID: "b"), .init(.id, tokenID: "")]
            },
            record(.tokenExchange) { $0.issued = [.init(.access, tokenID: "c")] },
        ])
        for (grant, kind) in [
            ("authorization_code", "access"), ("authorization_code", "refresh"), ("authorization_code", "id"),
            ("token_exchange", "access"),
        ] {
            #expect(lines.contains(#"gatehouse_tokens_issued_total{grant="\#(grant)",kind="\#(kind)"} 1"#))
        }
    }

    @Test func `only who has exchanged is named`() {
        func exchange(_ actor: String, _ audience: String, _ outcome: AuditOutcome) -> AuditRecord {
            record(.tokenExchange, outcome, outcome == .denied ? .refusal(.audienceNotAllowed) : nil) { record in
                record.clientID = actor
                record.asked.audience = audience
            }
        }
        let lines = lines(after: [
            exchange("orders-api", "https://users", .allowed), exchange("orders-api", "a stranger's text", .denied),
            exchange("stranger", "https://users", .denied),
        ])
        #expect(
            Set(lines.filter { $0.hasPrefix("gatehouse_exchanges_total") }) == [
                #"gatehouse_exchanges_total{actor="orders-api",audience="https://users",outcome="allowed"} 1"#,
                #"gatehouse_exchanges_total{actor="orders-api",audience="other",outcome="denied"} 1"#,
                #"gatehouse_exchanges_total{actor="other",audience="https://users",outcome="denied"} 1"#,
            ]
        )
    }

    @Test func `sign-ins that fail from one source are counted together, and the source is not shown`() {
        let failures = (0..<5).map { _ in
            record(.signIn, .denied, .refusal(.credentialsWrong)) { $0.peer.address = "192.0.2.77" }
        }
        let lines = lines(after: failures + [record(.signIn)])
        let sources = lines.filter { $0.hasPrefix("gatehouse_sign_in_failures_total") }
        #expect(sources.count == 1 && sources.allSatisfy { $0.hasSuffix(" 5") })
        #expect(!registry.text().contains("192.0.2"))
    }

    @Test func `a request over a limit is counted by the limit's dimension`() {
        let lines = lines(after: [
            record(.tokenIssue, .denied, .refusal(.rateLimited)) { $0.details["limit"] = "source" }
        ])
        #expect(lines.contains(#"gatehouse_rate_limited_total{dimension="source"} 1"#))
    }

    @Test func `what alerts watch is there before it happens`() {
        _ = DecisionMetrics(registry)
        let text = registry.text()
        for line in [
            #"gatehouse_refresh_total{result="reused"} 0"#,
            #"gatehouse_decisions_total{event="forward",outcome="denied",reason="signatureInvalid"} 0"#,
            #"gatehouse_decisions_total{event="access",outcome="denied",reason="keyUnknown"} 0"#,
            #"gatehouse_sign_in_failures_total{source="15"} 0"#,
        ] {
            #expect(text.contains(line + "\n"))
        }
    }
}
