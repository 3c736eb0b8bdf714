import TestKit
import Testing
import Tokens

@Suite("The replay window, RFC 9449 §11.1")
struct ReplayWindowTests {
    private let clock = House.clock()
    private let window: ReplayWindow

    init() { window = ReplayWindow(clock: clock, entriesMax: 16) }

    @Test func `a claim counts once until it expires, and to the second`() throws {
        #expect(try window.claim("proof", until: House.epoch + 60))
        #expect(try !window.claim("proof", until: House.epoch + 60))
        #expect(try window.claim("another", until: House.epoch + 60))
        clock.advance(bySeconds: 59)
        #expect(try !window.claim("proof", until: House.epoch + 200))
        clock.advance(bySeconds: 1)
        #expect(try window.claim("proof", until: House.epoch + 200))
        #expect(try !window.claim("proof", until: House.epoch + 200))
    }

    @Test func `identifiers are told apart byte by byte, whatever their length`() throws {
        let long = String(repeating: "x", count: 100_000)
        for identifier in ["", "a", "A", "caf\u{E9}", "cafe\u{301}", long, long + "x"] {
            #expect(try window.claim(identifier, until: House.epoch + 60))
            #expect(try !window.claim(identifier, until: House.epoch + 60))
        }
    }

    @Test func `what has expired already is not new, and takes no room`() throws {
        #expect(try window.claim("proof 0", until: House.epoch + 60))
        for index in 100..<200 {
            #expect(try !window.claim("proof \(index)", until: House.epoch))
            #expect(try !window.claim("proof \(index)", until: NumericDate(.min)))
        }
        for index in 1..<16 { #expect(try window.claim("proof \(index)", until: NumericDate(.max))) }
        #expect(try !window.claim("proof 0", until: House.epoch))
    }

    @Test func `when it is full it refuses to answer rather than forget, and time makes room`() throws {
        for index in 0..<16 { #expect(try window.claim("proof \(index)", until: House.epoch + 60 + Int64(index / 2))) }
        func answersNothingNew() {
            #expect(throws: DependencyUnavailable.self) { try window.claim("new", until: clock.now() + 60) }
        }
        answersNothingNew()
        #expect(try !window.claim("proof 0", until: House.epoch + 60))
        clock.advance(bySeconds: 59)
        answersNothingNew()
        clock.advance(bySeconds: 1)
        #expect(try window.claim("new", until: House.epoch + 120))
        #expect(try window.claim("newer", until: House.epoch + 120))
        #expect(throws: DependencyUnavailable.self) { try window.claim("newest", until: House.epoch + 120) }
        for index in 2..<16 { #expect(try !window.claim("proof \(index)", until: House.epoch + 120)) }
        clock.advance(bySeconds: 60)
        #expect(try window.claim("newest", until: House.epoch + 180))
    }

    @Test(arguments: [(seed: UInt64(1), entriesMax: 8), (2, 64), (3, 3_000)])
    func `it answers as a dictionary of expiries does`(seed: UInt64, entriesMax: Int) throws {
        var random = SeededGenerator(seed: seed)
        let window = ReplayWindow(clock: clock, entriesMax: entriesMax)
        var model: [String: NumericDate] = [:]
        var full = 0
        for _ in 0..<5_000 {
            if Int.random(in: 0..<10, using: &random) == 0 {
                clock.advance(bySeconds: .random(in: 1...4, using: &random))
            }
            let identifier = "\(Int.random(in: 0..<2_000, using: &random))"
            let expiry = clock.now() + Int64.random(in: -2...120, using: &random)
            model = model.filter { $0.value > clock.now() }
            do {
                #expect(
                    try window.claim(identifier, until: expiry) == (model[identifier] == nil && expiry > clock.now())
                )
                model[identifier] = model[identifier] ?? expiry
            } catch {
                // Never about what is known.
                #expect(model[identifier] == nil)
                full += 1
            }
            #expect(model.values.count { $0 > clock.now() } <= entriesMax)
        }
        // A fault is an answer to the flood, not to everything.
        #expect(entriesMax == 3_000 ? full == 0 : (1..<4_900).contains(full))
    }

    @Test func `of many who claim at once exactly one is first`() async throws {
        let window = ReplayWindow(clock: clock, entriesMax: 1_000)
        let claims = try await withThrowingTaskGroup(of: Bool.self) { group in
            for index in 0..<1_000 {
                group.addTask { try window.claim("proof \(index % 50)", until: House.epoch + 60) }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(claims.count { $0 } == 50)
    }
}
