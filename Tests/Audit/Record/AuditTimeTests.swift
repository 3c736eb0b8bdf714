import Audit
import Testing

@Suite("Times in the audit log, RFC 3339 §5.6")
struct AuditTimeTests {
    @Test(
        arguments: [
            (0, "1970-01-01T00:00:00.000Z"), (1_795_299_643_123, "2026-11-21T22:20:43.123Z"),
            (951_782_399_999, "2000-02-28T23:59:59.999Z"), (951_782_400_000, "2000-02-29T00:00:00.000Z"),
            (253_402_300_799_999, "9999-12-31T23:59:59.999Z"),
        ] as [(Int64, String)]
    )
    func `milliseconds have one text`(milliseconds: Int64, text: String) {
        #expect(AuditTime.text(milliseconds) == text)
        #expect(AuditTime.read(text) == milliseconds)
    }

    @Test(
        arguments: [
            "", "2026-11-21T22:20:43Z", "2026-11-21 22:20:43.123Z", "2026-11-21T22:20:43.123+",
            "2026-02-29T00:00:00.000Z",
            "2026-13-01T00:00:00.000Z", "2026-11-21T24:00:00.000Z", "1969-12-31T23:59:59.999Z",
        ]
    )
    func `any other text is none`(text: String) { #expect(AuditTime.read(text) == nil) }

    @Test func `a time out of range is written as the nearest that has a text`() {
        #expect(AuditTime.text(.min) == "1970-01-01T00:00:00.000Z")
        #expect(AuditTime.text(.max) == "9999-12-31T23:59:59.999Z")
    }
}
