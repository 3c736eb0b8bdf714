/// How a service is, out of its own figures: what it has done since it started, and what smells.
///
/// The rules are those of `compose/prometheus/alerts.yml` as far as one look can tell: there is no yesterday here to compare with,
/// only this run.
struct TokenHealth: Sendable, Equatable {
    /// One thing that somebody should look at.
    struct Smell: Sendable, Equatable {
        /// A whole sentence's worth: `3 refresh tokens were reused in this run`.
        let finding: String
        /// What to look at: mostly a command.
        let look: String
    }

    /// `48 validations, 2 refused`
    let counts: [String]
    /// `keys read 41 s ago`
    let measures: [String]
    let smells: [Smell]

    init(_ page: MetricsPage) {
        counts = Self.counts(page)
        measures = Self.measures(page)
        smells = Self.rules.compactMap { $0(page) }
    }

    /// Lines for below a service's own.
    var lines: [String] {
        let verdicts = smells.isEmpty ? ["well"] : smells.map { "! \($0.finding): \($0.look)" }
        return [counts, measures].filter { !$0.isEmpty }.map { $0.joined(separator: " · ") } + verdicts
    }

    // MARK: Figures

    private static func counts(_ page: MetricsPage) -> [String] {
        func counted(
            _ name: String,
            of labels: [String: String] = [:],
            _ word: String,
            but bad: [(label: String, value: String, word: String)]
        ) -> String? {
            let all = page.total(name, labels)
            guard all > 0 else { return nil }
            let parts = bad.map { bad in
                (page.total(name, labels.merging([bad.label: bad.value]) { $1 }), bad.word)
            }
            .filter { $0.0 > 0 }
            return (["\(all) \(word)\(all == 1 ? "" : "s")"] + parts.map { "\($0.0) \($0.1)" }).joined(separator: ", ")
        }
        return [
            counted("gatehouse_tokens_issued_total", "token", but: []).map { "\($0) issued" },
            counted(
                "gatehouse_decisions_total",
                of: ["event": "signIn"],
                "sign-in",
                but: [("outcome", "denied", "refused")]
            ),
            counted(
                "gatehouse_refresh_total",
                "refresh token",
                but: [("result", "graced", "graced"), ("result", "reused", "reused"), ("result", "refused", "refused")]
            ),
            counted("gatehouse_exchanges_total", "exchange", but: [("outcome", "denied", "refused")]),
            counted("gatehouse_validations_total", "validation", but: [("outcome", "denied", "refused")]),
            counted("gatehouse_rate_limited_total", "request", but: []).map { "\($0) over a limit" },
        ].compactMap { $0 }
    }

    private static func measures(_ page: MetricsPage) -> [String] {
        let known = page.total("gatehouse_token_cache_hits_total")
        let read = known + page.total("gatehouse_token_cache_misses_total")
        return [
            read == 0 ? nil : "\(100 * known / read) % of tokens known before",
            page.largest("gatehouse_key_set_age_seconds").map { "keys read \(seconds($0.value)) ago" },
            page.largest("gatehouse_revocation_lag_seconds").map {
                "last revocation known within \(seconds($0.value + 1))"
            },
            page.bound("gatehouse_request_duration_seconds", holding: 0.99).map { "99 % within \(milliseconds($0))" },
        ].compactMap { $0 }
    }

    // MARK: Smells

    /// In the order in which they matter.
    private static let rules: [@Sendable (MetricsPage) -> Smell?] = [
        auditBroken, auditUnwritable, headsUnwritable, refreshReused, forgedTokens, unknownKeys, signInFailures,
        refreshFailures,
        feedOld,
        keySetOld, rotationOverdue, faults,
    ]

    private static func auditBroken(_ page: MetricsPage) -> Smell? {
        guard let state = page.smallest("gatehouse_audit_chain_ok"), state.value == 0 else { return nil }
        return Smell(finding: "its audit log is not what was written", look: "gatehouse audit verify")
    }

    private static func auditUnwritable(_ page: MetricsPage) -> Smell? {
        guard let state = page.largest("gatehouse_audit_unwritable"), state.value == 1 else { return nil }
        return Smell(
            finding: "its audit log cannot be written, so nothing is issued",
            look: "is the disk of the data folder full or read-only?"
        )
    }

    private static func headsUnwritable(_ page: MetricsPage) -> Smell? {
        guard let state = page.largest("gatehouse_audit_heads_unwritable"), state.value == 1 else { return nil }
        return Smell(
            finding: "no head of its audit log can be kept, so nobody would miss a tail that is cut off",
            look: "is the disk of audit.headsFolder full or read-only?"
        )
    }

    private static func refreshReused(_ page: MetricsPage) -> Smell? {
        let count = page.total("gatehouse_refresh_total", ["result": "reused"])
        guard count > 0 else { return nil }
        return Smell(
            finding: "\(count) refresh token\(count == 1 ? " was" : "s were") reused in this run",
            look: "gatehouse audit search --reason refreshTokenReused"
        )
    }

    /// A few come from a client's mistake, as one token cut off in copying; not that many.
    private static let oddTokensMax = 10

    private static func forgedTokens(_ page: MetricsPage) -> Smell? {
        let count = decisions(page, "signatureInvalid") + decisions(page, "proofSignatureInvalid")
        guard count > oddTokensMax else { return nil }
        return Smell(
            finding: "\(count) wrong signatures in this run: somebody tries forged tokens",
            look: "gatehouse audit search --reason signatureInvalid"
        )
    }

    private static func unknownKeys(_ page: MetricsPage) -> Smell? {
        let count = decisions(page, "keyUnknown")
        guard count > oddTokensMax else { return nil }
        return Smell(
            finding: "\(count) tokens of keys that no issuer has in this run: invented, or a rotation went wrong",
            look: "gatehouse keys list"
        )
    }

    private static func decisions(_ page: MetricsPage, _ reason: String) -> Int {
        page.total("gatehouse_decisions_total", ["reason": reason])
    }

    private static func signInFailures(_ page: MetricsPage) -> Smell? {
        guard let most = page.largest("gatehouse_sign_in_failures_total"), most.value > 20 else { return nil }
        return Smell(
            finding: "\(Int(exactly: most.value.rounded()) ?? 0) sign-ins from one source failed in this run",
            look: "gatehouse audit search --event signIn --outcome denied"
        )
    }

    private static func refreshFailures(_ page: MetricsPage) -> Smell? {
        let name = "gatehouse_refresh_total"
        let count = page.total(name, ["result": "refused"]) + page.total(name, ["result": "failed"])
        guard count > 20, count * 5 > page.total(name) else { return nil }
        return Smell(
            finding: "\(count) of \(page.total(name)) refresh tokens were refused in this run: users are thrown out",
            look: "gatehouse audit search --event tokenRefresh --outcome denied"
        )
    }

    private static func feedOld(_ page: MetricsPage) -> Smell? {
        guard let oldest = page.largest("gatehouse_feed_age_seconds"), oldest.value > 30 else { return nil }
        return Smell(
            finding: "no news of revocations from \(issuer(oldest)) for \(seconds(oldest.value))",
            look: "\"revocations not heard\" in its log says why"
        )
    }

    private static func keySetOld(_ page: MetricsPage) -> Smell? {
        guard let oldest = page.largest("gatehouse_key_set_age_seconds"), oldest.value > 1_800 else { return nil }
        return Smell(
            finding: "the keys of \(issuer(oldest)) were not fetched for \(seconds(oldest.value))",
            look: "\"key set not refreshed\" in its log says why"
        )
    }

    private static func rotationOverdue(_ page: MetricsPage) -> Smell? {
        guard let due = page.smallest("gatehouse_key_rotation_due_seconds"), due.value < -60 else { return nil }
        return Smell(
            finding: "a signing key should have been replaced \(seconds(-due.value)) ago",
            look: "gatehouse keys list"
        )
    }

    private static func faults(_ page: MetricsPage) -> Smell? {
        let count = decisions(page, "fault")
        guard count > 0 else { return nil }
        return Smell(
            finding: "\(count) request\(count == 1 ? "" : "s") failed in this run through no fault of the caller",
            look: "gatehouse audit search --reason fault"
        )
    }

    private static func issuer(_ sample: MetricsPage.Sample) -> String {
        (sample.labels["issuer"] ?? "an issuer").legible()
    }
    private static func seconds(_ value: Double) -> String {
        value.isFinite ? "\(Int(exactly: value.rounded()) ?? 0) s" : "ever"
    }
    private static func milliseconds(_ seconds: Double) -> String {
        seconds.isFinite ? "\(Int(exactly: (seconds * 1_000).rounded(.up)) ?? 0) ms" : "more than can be told"
    }
}
