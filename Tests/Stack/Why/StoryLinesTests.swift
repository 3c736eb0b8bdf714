import Audit
import Testing
import Tokens

@testable import Stack

@Suite("gatehouse why, what it prints") struct StoryLinesTests {
    private func lines(_ records: [AuditRecord]) -> [String] { StoryLines(RequestStory(records)).lines }
    private func text(_ records: [AuditRecord]) -> String { lines(records).joined(separator: "\n") }

    @Test func `an order: four hops, and what narrowed from one to the next`() {
        #expect(
            text(StoryRecords.order) == """
                request 3q2-7wAAAAAAAAAAAAAAAQ · 2026-11-21T21:27:23.000Z · 4 decisions of 4 services
                allowed by all

                ✓ gateway  POST /orders                                                        allowed 201   38.2 ms
                │  called by  127.0.0.1
                │  token      Xb3k0a… · verified · 598 s left · from https://localhost:8440
                │             for https://orders.gatehouse.local · scope orders:read orders:write
                │             5f0c2d91, by client gatehouse-demo
                │  decision   forward allowed
                │
                └─ ✓ orders-api  POST /orders                                                  allowed 201   33.4 ms
                   │  called by  gateway, by its certificate · from 127.0.0.1
                   │  token      Xb3k0a… · verified · 598 s left · from https://localhost:8440
                   │             for https://orders.gatehouse.local · scope orders:read orders:write
                   │             5f0c2d91, by client gatehouse-demo
                   │  wants      scope orders:write
                   │  narrowed   nothing: the same token goes on
                   │  decision   access allowed
                   │
                   ├─ ✓ token-exchange  POST /oauth2/token                                     allowed 200   12.6 ms
                   │     called by  orders-api, by its certificate · from 127.0.0.1
                   │     subject    Xb3k0a… · verified · 598 s left · from https://localhost:8440
                   │                for https://orders.gatehouse.local · scope orders:read orders:write
                   │                5f0c2d91, by client gatehouse-demo
                   │     actor      pW81kc… · verified · 251 s left · from https://localhost:8440
                   │                for https://exchange.gatehouse.local · scope token:exchange · orders-api itself
                   │     asked      audience https://users.gatehouse.local · scope users.address:read
                   │     issued     c8Vd20… · 60 s left · from https://localhost:8441
                   │                for https://users.gatehouse.local · scope users.address:read
                   │     acting     orders-api, for 5f0c2d91
                   │     narrowed   audience changed: https://orders.gatehouse.local → https://users.gatehouse.local
                   │                scopes dropped: orders:read orders:write · scope derived: users.address:read
                   │                ends 538 s earlier · actor added: orders-api
                   │     decision   token exchange allowed
                   │
                   └─ ✓ users-api  GET /internal/users/{id}/shipping-address                   allowed 200    3.1 ms
                         called by  orders-api, by its certificate · from 127.0.0.1
                         token      c8Vd20… · issued in this request by token-exchange · verified · 60 s left
                                    from https://localhost:8441 · for https://users.gatehouse.local
                                    scope users.address:read
                         acting     orders-api, for 5f0c2d91
                         wants      scope users.address:read
                         narrowed   audience changed: https://orders.gatehouse.local → https://users.gatehouse.local
                                    scopes dropped: orders:read orders:write · scope derived: users.address:read
                                    ends 538 s earlier · actor added: orders-api
                         decision   access allowed
                """
        )
    }

    @Test func `what was refused first says why the request failed`() {
        #expect(
            text(StoryRecords.refusedExchange) == """
                request 3q2-7wAAAAAAAAAAAAAAAQ · 2026-11-21T21:27:23.000Z · 3 decisions of 3 services
                denied by token-exchange: audienceNotAllowed

                → gateway  POST /orders                                                        allowed 500   38.2 ms
                │  called by  127.0.0.1
                │  token      Xb3k0a… · verified · 598 s left · from https://localhost:8440
                │             for https://orders.gatehouse.local · scope orders:read orders:write
                │             5f0c2d91, by client gatehouse-demo
                │  decision   forward allowed
                │
                └─ ! orders-api  POST /orders                                                  failed  500   33.4 ms
                   │  called by  gateway, by its certificate · from 127.0.0.1
                   │  token      Xb3k0a… · verified · 598 s left · from https://localhost:8440
                   │             for https://orders.gatehouse.local · scope orders:read orders:write
                   │             5f0c2d91, by client gatehouse-demo
                   │  wants      scope orders:write
                   │  narrowed   nothing: the same token goes on
                   │  decision   access failed: fault
                   │             The service itself failed; its log has the rest under the same transaction id.
                   │
                   └─ ✗ token-exchange  POST /oauth2/token                                     denied  400   12.6 ms
                         called by  orders-api, by its certificate · from 127.0.0.1
                         subject    Xb3k0a… · verified · 598 s left · from https://localhost:8440
                                    for https://orders.gatehouse.local · scope orders:read orders:write
                                    5f0c2d91, by client gatehouse-demo
                         actor      pW81kc… · verified · 251 s left · from https://localhost:8440
                                    for https://exchange.gatehouse.local · scope token:exchange · orders-api itself
                         asked      audience https://billing.gatehouse.local
                         decision   token exchange denied: audienceNotAllowed
                                    The policy gives this service no tokens for that audience, or none was named.
                """
        )
    }

    @Test func `a refresh token that came again: what was revoked for it`() {
        #expect(
            text([StoryRecords.reuse]) == """
                request 3q2-7wAAAAAAAAAAAAAAAQ · 2026-11-21T21:27:23.000Z · 1 decision of 1 service
                denied by identity-provider: refreshTokenReused

                ✗ identity-provider  POST /oauth2/token                                        denied  400    6.9 ms
                   called by  127.0.0.1
                   refresh    4be1c0… · verified · 5f0c2d91, by client gatehouse-demo
                   revoked    session 9TZ0m2…
                   revoked    everything of 5f0c2d91
                   details    grant refresh_token
                   decision   token refresh denied: refreshTokenReused
                              The refresh token was spent before: a copy is about, and what came of it is revoked.
                """
        )
    }

    @Test func `one hop, and no further`() {
        #expect(
            text([StoryRecords.expired]) == """
                request 3q2-7wAAAAAAAAAAAAAAAQ · 2026-11-21T21:27:23.000Z · 1 decision of 1 service
                denied by orders-api: tokenExpired

                ✗ orders-api  GET /orders/{id}                                                 denied  401    0.8 ms
                   called by  127.0.0.1
                   token      Xb3k0a… · NOT verified · over for 95 s · from https://localhost:8440
                              for https://orders.gatehouse.local · scope orders:read orders:write
                              5f0c2d91, by client gatehouse-demo
                   wants      scope orders:read
                   decision   access denied: tokenExpired
                              The token's time was over; its holder has to refresh it.
                """
        )
    }

    @Test func `what a stranger wrote into a token does nothing to the terminal`() {
        var record = StoryRecords.expired
        record.presented[0].issuer = "\u{1B}[2J\u{9B}31m\u{202E}" + String(repeating: "x", count: 2_000)
        record.presented[0].actors = ["a\nb", "\u{0}"]
        let shown = lines([record])
        #expect(!shown.joined().unicodeScalars.contains { $0.value < 0x20 || (0x7F...0x9F).contains($0.value) })
        #expect(!shown.joined().unicodeScalars.contains("\u{202E}"))
        #expect(shown.joined().contains(#"\u{1b}[2J"#) && shown.joined().contains(#"a\u{a}b"#))
        #expect(shown.joined().count < 1_000)
    }

    @Test func `a token's id is shown in part, and never more`() {
        let shown = text(StoryRecords.order)
        #expect(shown.contains("Xb3k0a…") && !shown.contains("Xb3k0aQ"))
        #expect("".redacted == "no id")
    }

    @Test func `no line of a shallow story is longer than 100 columns`() {
        let stories = [
            StoryRecords.order, StoryRecords.refusedExchange, [StoryRecords.reuse], [StoryRecords.expired],
        ]
        #expect(stories.flatMap(lines).allSatisfy { $0.count <= StoryLines.width })
    }

    @Test func `every reason is explained in one sentence, and no two alike`() {
        let explanations = AuditReason.all.map(\.explanation)
        #expect(explanations.allSatisfy { $0.hasSuffix(".") && $0.first?.isUppercase == true && $0.count <= 120 })
        #expect(Set(explanations).count == AuditReason.all.count)
    }

    @Test func `nothing is told of no records`() {
        #expect(lines([]).isEmpty)
    }
}
