import Testing
import Tokens

@testable import TokenClient

@Suite("How a key set ages, RFC 9111 §5.2.2.1")
struct KeySetMemoryTests {
    private func memory(maxAgeSeconds: Int64?) throws -> KeySetMemory {
        var memory = KeySetMemory()
        memory.replace(with: KeySet([]), maxAgeSeconds: maxAgeSeconds, askedAt: noon)
        return memory
    }

    @Test(
        arguments: [(nil, 30), (0, 30), (29, 30), (31, 31), (3_600, 3_600), (3_601, 3_600), (Int64.max, 3_600)]
            as [(Int64?, Int64)]
    )
    func `max-age is obeyed between half a minute and an hour`(asked: Int64?, kept: Int64) throws {
        let memory = try memory(maxAgeSeconds: asked)
        #expect(memory.state(at: noon + (kept - 1)) == .fresh)
        #expect(memory.state(at: noon + kept) == .due)
    }

    @Test(
        arguments: [
            (0, .fresh), (299, .fresh), (300, .due), (329, .due), (330, .overdue), (86_399, .overdue),
            (86_400, .expired),
        ] as [(Int64, KeySetMemory.State)]
    )
    func `a set is fresh, due, overdue, expired`(age: Int64, state: KeySetMemory.State) throws {
        #expect(try memory(maxAgeSeconds: 300).state(at: noon + age) == state)
    }

    @Test func `nothing fetched is expired`() {
        #expect(KeySetMemory().state(at: noon) == .expired)
    }

    @Test func `a failure gives a stale set ten seconds until the next question`() throws {
        var memory = try memory(maxAgeSeconds: 300)
        memory.keep(afterFailureAt: noon + 1_000)
        #expect(memory.state(at: noon + 1_009) == .fresh)
        #expect(memory.state(at: noon + 1_010) == .due)
        #expect(memory.state(at: noon + 1_040) == .overdue)
    }

    @Test func `a failure does not age a fresh set`() throws {
        var memory = try memory(maxAgeSeconds: 300)
        memory.keep(afterFailureAt: noon + 1)
        #expect(memory.state(at: noon + 299) == .fresh)
    }

    @Test func `a failure does not put off expiry`() throws {
        var memory = try memory(maxAgeSeconds: 300)
        memory.keep(afterFailureAt: noon + 86_399)
        #expect(memory.state(at: noon + 86_399) == .fresh)
        #expect(memory.state(at: noon + 86_400) == .expired)
    }

    @Test(
        arguments: [
            ("max-age=300", 300), ("public, max-age=300", 300), ("Max-Age=300, must-revalidate", 300),
            ("max-age=\"300\"", 300), ("max-age=300, max-age=1", 300), ("s-maxage=300", nil), ("no-store", nil),
            ("max-age", nil), ("max-age=", nil), ("max-age=-1", nil), ("max-age=3e2", nil), ("max-age=+3", nil),
            ("", nil),
        ] as [(String, Int64?)]
    )
    func `max-age is read from Cache-Control`(field: String, seconds: Int64?) {
        #expect(CacheControl.maxAgeSeconds(field) == seconds)
    }
}
