import TestKit
import Testing

@testable import Tokens

@Suite("The tables of the revocation index")
struct RevocationIndexTableTests {
    private static let crowds: [ClosedRange<UInt64>] = [
        0...(.max - 1), 0...5_000, (.max - 5_000)...(.max - 1), (1 << 63 - 2_000)...(1 << 63 + 2_000),
    ]

    /// Hashes of a narrow range share one home: the worst that can come, and nothing may be lost by it.
    @Test(arguments: crowds)
    func `a table holds what a dictionary holds, however its hashes crowd`(hashes: ClosedRange<UInt64>) {
        var random = SeededGenerator(seed: hashes.lowerBound)
        var table = RevocationIndexTable(roomFor: 0, builtAt: House.epoch)
        var model: [UInt64: NumericDate] = [:]
        for step in 0..<2_000 {
            let hash = random.pick([.random(in: hashes, using: &random), model.keys.first ?? hashes.upperBound])
            let moment = House.epoch + Int64.random(in: 0..<1_000, using: &random)
            if !table.hasRoom || step % 500 == 499 {
                let oldest = House.epoch + Int64.random(in: 0..<200, using: &random)
                table = table.rebuilt(at: oldest) { $0 >= oldest }
                model = model.filter { $0.value >= oldest }
                #expect(table.hasRoom && table.builtAt == oldest)
            }
            table.insert(hash, at: moment)
            model[hash] = max(moment, model[hash] ?? moment)
            #expect(table.count == model.count)
        }
        #expect(model.allSatisfy { table.moment(of: $0.key) == $0.value })
        let strangers = (0..<2_000).map { _ in UInt64.random(in: hashes, using: &random) }.filter { model[$0] == nil }
        #expect(strangers.allSatisfy { table.moment(of: $0) == RevocationIndexTable.never })
        #expect(table.count { $0 < House.epoch + 500 } == model.values.count { $0 < House.epoch + 500 })
    }

    @Test func `what has no id has no moment`() {
        var table = RevocationIndexTable(roomFor: 0, builtAt: House.epoch)
        #expect(table.moment(of: RevocationIndexHash.none) == RevocationIndexTable.never)
        for hash in UInt64(0)..<100 {
            table.insert(RevocationIndexHash.none - 1 - hash, at: House.epoch)
            #expect(table.moment(of: RevocationIndexHash.none) == RevocationIndexTable.never)
        }
    }

    @Test func `a filter never denies what it holds, and seldom confirms what it does not`() {
        var random = SeededGenerator(seed: 4)
        var filter = RevocationIndexFilter(homes: 10_000)
        let held = (0..<8_500).map { _ in random.next() }
        for hash in held { filter.insert(hash) }
        #expect(held.allSatisfy(filter.mayHold))
        #expect((0..<10_000).count { _ in filter.mayHold(random.next()) } < 500)
    }
}
