import Testing

@testable import Stack

@Suite("gatehouse status, the verdict") struct TokenHealthTests {
    private func health(_ text: String) throws -> TokenHealth { TokenHealth(try MetricsPage(reading: text)) }

    @Test func `a service of which nothing smells is well`() throws {
        let health = try health(
            """
            gatehouse_tokens_issued_total{grant="password",kind="access"} 3
            gatehouse_tokens_issued_total{grant="refresh_token",kind="access"} 4
            gatehouse_refresh_total{result="ok"} 4
            gatehouse_refresh_total{result="reused"} 0
            gatehouse_validations_total{outcome="allowed",reason="none"} 40
            gatehouse_validations_total{outcome="denied",reason="tokenExpired"} 2
            gatehouse_rate_limited_total{dimension="source"} 5
            gatehouse_decisions_total{event="access",outcome="denied",reason="signatureInvalid"} 10
            gatehouse_decisions_total{event="signIn",outcome="allowed",reason="none"} 3
            gatehouse_decisions_total{event="signIn",outcome="denied",reason="credentialsWrong"} 1
            gatehouse_feed_age_seconds{issuer="https://localhost:8440"} 9
            gatehouse_token_cache_hits_total 30
            gatehouse_token_cache_misses_total 12
            gatehouse_key_set_age_seconds{issuer="https://localhost:8440"} 41
            gatehouse_revocation_lag_seconds{issuer="https://localhost:8440"} 0
            gatehouse_request_duration_seconds_bucket{event="access",le="0.001"} 98
            gatehouse_request_duration_seconds_bucket{event="access",le="0.01"} 99
            gatehouse_request_duration_seconds_bucket{event="access",le="+Inf"} 100
            gatehouse_audit_chain_ok 1
            """
        )
        #expect(
            health.lines == [
                "7 tokens issued · 4 sign-ins, 1 refused · 4 refresh tokens · 42 validations, 2 refused · 5 requests over a limit",
                "71 % of tokens known before · keys read 41 s ago · last revocation known within 1 s · 99 % within 10 ms",
                "well",
            ]
        )
    }

    @Test func `a reused refresh token smells, and the search for it stands beside`() throws {
        let health = try health(#"gatehouse_refresh_total{result="reused"} 3"#)
        #expect(
            health.lines == [
                "3 refresh tokens, 3 reused",
                "! 3 refresh tokens were reused in this run: gatehouse audit search --reason refreshTokenReused",
            ]
        )
    }

    /// Each beside the figure next to it, at which nothing smells.
    @Test(arguments: [
        (#"gatehouse_refresh_total{result="reused"} "#, 1, 0, "1 refresh token was reused"),
        (#"gatehouse_decisions_total{reason="signatureInvalid"} "#, 11, 10, "11 wrong signatures"),
        (#"gatehouse_decisions_total{reason="proofSignatureInvalid"} "#, 11, 10, "11 wrong signatures"),
        (#"gatehouse_decisions_total{reason="keyUnknown"} "#, 11, 10, "11 tokens of keys that no issuer has"),
        (#"gatehouse_decisions_total{reason="fault"} "#, 1, 0, "1 request failed"),
        (#"gatehouse_sign_in_failures_total{source="7"} "#, 21, 20, "21 sign-ins from one source"),
        (#"gatehouse_refresh_total{result="refused"} "#, 21, 20, "21 of 21 refresh tokens"),
        (#"gatehouse_refresh_total{result="failed"} "#, 21, 20, "21 of 21 refresh tokens"),
        (#"gatehouse_feed_age_seconds{issuer="https://i"} "#, 31, 30, "no news of revocations from https://i for 31 s"),
        (#"gatehouse_key_set_age_seconds{issuer="https://i"} "#, 1_801, 1_800, "the keys of https://i were not"),
        (#"gatehouse_key_rotation_due_seconds{ring="tokens"} "#, -61, -60, "should have been replaced 61 s ago"),
        ("gatehouse_audit_chain_ok ", 0, 1, "its audit log is not what was written"),
        ("gatehouse_audit_unwritable ", 1, 0, "cannot be written"),
        ("gatehouse_audit_heads_unwritable ", 1, 0, "no head of its audit log"),
    ])
    func `a figure smells beyond its bound`(metric: String, beyond: Int, within: Int, finding: String) throws {
        let smells = try health("\(metric)\(beyond)").smells
        #expect(smells.count == 1)
        #expect(smells.first?.finding.contains(finding) == true, "\(smells)")
        #expect(try health("\(metric)\(within)").smells.isEmpty)
    }

    @Test func `refused refresh tokens among many good ones do not smell`() throws {
        let text = #"gatehouse_refresh_total{result="refused"} 21"# + "\n" + #"gatehouse_refresh_total{result="ok"} "#
        #expect(try health(text + "84").smells.isEmpty)
        #expect(try health(text + "83").smells.count == 1)
    }

    @Test func `nothing counted, nothing told`() throws {
        #expect(try health("").lines == ["well"])
    }
}
