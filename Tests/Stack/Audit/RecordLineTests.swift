import Audit
import Testing

@testable import Stack

@Suite("gatehouse audit search, its lines") struct RecordLineTests {
    @Test func `a record is one line: when, where, what, which request, why not, who`() {
        #expect(
            [RecordLine.heading, RecordLine.text(StoryRecords.reuse), RecordLine.text(StoryRecords.atUsers)] == [
                "  TIME                     SERVICE            EVENT               REQUEST                 "
                    + "REASON                  ROUTE · WHO",
                "✗ 2026-11-21 21:27:23.007  identity-provider  tokenRefresh        3q2-7wAAAAAAAAAAAAAAAQ  "
                    + "refreshTokenReused      POST /oauth2/token · client gatehouse-demo · from 127.0.0.1",
                "✓ 2026-11-21 21:27:23.026  users-api          access              3q2-7wAAAAAAAAAAAAAAAQ  "
                    + "–                       GET /internal/users/{id}/shipping-address · from orders-api",
            ]
        )
    }

    @Test func `a stranger's text cannot begin a second line`() {
        var record = StoryRecords.expired
        record.subject = "x\n✓ 2026-11-21 forged\u{1B}[2K"
        let line = RecordLine.text(record)
        #expect(!line.contains("\n") && !line.contains("\u{1B}"))
    }
}
