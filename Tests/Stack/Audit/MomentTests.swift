import Audit
import Testing

@testable import Stack

@Suite("--since and --until") struct MomentTests {
    @Test(arguments: [
        ("90s", Moment.ago(seconds: 90)), ("15m", .ago(seconds: 900)), ("1h", .ago(seconds: 3_600)),
        ("7d", .ago(seconds: 604_800)), ("0s", .ago(seconds: 0)),
        ("2026-11-21", .at(StoryRecords.start - 77_243_000)), ("2026-11-21T21:27:23Z", .at(StoryRecords.start)),
        ("2026-11-21T21:27:23.123Z", .at(StoryRecords.start + 123)),
    ])
    func `a moment is so long ago, a day, or to the second`(text: String, moment: Moment) {
        #expect(Moment(reading: text) == moment)
    }

    @Test(arguments: [
        "", "h", "1", "1w", "-1h", "+1h", "1.5h", "1 h", "99999999999999999999d", "9223372036854775807s", "yesterday",
        "2026-13-01", "2026-02-30", "2026-11-21T21:27:23", "2026-11-21T21:27:23+01:00", "21.11.2026", "١h",
    ])
    func `anything else is none`(text: String) {
        #expect(Moment(reading: text) == nil)
    }

    @Test func `so long ago is counted from now`() {
        #expect(Moment.ago(seconds: 60).milliseconds(now: 100_000) == 40_000)
        #expect(Moment.at(7).milliseconds(now: 100_000) == 7)
    }
}
