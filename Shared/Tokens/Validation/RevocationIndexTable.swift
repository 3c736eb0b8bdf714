/// Moments of revocation by hash: one flat array, in the order of the hashes, with gaps.
///
/// Hashes are uniform, so that a hash's size alone says about where it stands: its `home` among n is hash * n / 2^64.
/// From there on slots are read until one is not smaller: that is the hash, or it is not there. A gap counts as the
/// greatest hash of all and ends every search. In this order a table is also rebuilt by one walk from array to array.
///
/// 16 bytes a slot, and between 1.2 and 1.5 slots an entry.
struct RevocationIndexTable: Sendable {
    /// The moment of what has not been revoked.
    static let never = NumericDate(.min)

    private struct Slot {
        var hash: UInt64
        var moment: NumericDate
        static let gap = Slot(hash: RevocationIndexHash.none, moment: never)
        var isGap: Bool { hash == RevocationIndexHash.none }
    }

    /// When the table was built: it then held nothing dead.
    let builtAt: NumericDate
    /// Entries, dead ones included.
    private(set) var count = 0
    private let homes: Int
    private var slots: [Slot]
    private var filter: RevocationIndexFilter

    /// An empty table, two thirds of which `count` entries would fill.
    init(roomFor count: Int, builtAt: NumericDate) {
        self.builtAt = builtAt
        homes = count + count / 2 + 8
        // Behind the last home a tail for what is pushed beyond it. The very last slot is always a gap.
        slots = Array(repeating: .gap, count: homes + homes / 64 + 8)
        filter = RevocationIndexFilter(homes: homes)
    }

    /// Whether one more entry fits. With more than 17 of 20 homes taken, searches would grow long.
    var hasRoom: Bool { count < homes * 17 / 20 }

    /// The moment of `hash`; `never` where it was not inserted, as `RevocationIndexHash.none` never is.
    @inline(__always)
    func moment(of hash: UInt64) -> NumericDate {
        guard filter.mayHold(hash) else { return Self.never }
        let slot = slots[position(of: hash)]
        return slot.hash == hash ? slot.moment : Self.never
    }

    /// Takes `hash` in where the table `hasRoom`; one that is there already moves its moment forward, never back.
    mutating func insert(_ hash: UInt64, at moment: NumericDate) {
        let position = position(of: hash)
        if slots[position].hash == hash {
            slots[position].moment = max(slots[position].moment, moment)
            return
        }
        var gap = position
        while !slots[gap].isGap { gap += 1 }
        if gap + 1 == slots.count { slots.append(.gap) }
        while gap > position {
            slots[gap] = slots[gap - 1]
            gap -= 1
        }
        slots[position] = Slot(hash: hash, moment: moment)
        filter.insert(hash)
        count += 1
    }

    /// The entries that `isAlive`, in a table of the right size for them.
    func rebuilt(at now: NumericDate, keeping isAlive: (NumericDate) -> Bool) -> RevocationIndexTable {
        var table = RevocationIndexTable(roomFor: count(where: isAlive), builtAt: now)
        var position = 0
        for slot in slots where !slot.isGap && isAlive(slot.moment) {
            position = max(position, slot.hash.scaled(to: table.homes))
            if position + 1 == table.slots.count { table.slots.append(.gap) }
            table.slots[position] = slot
            table.filter.insert(slot.hash)
            table.count += 1
            position += 1
        }
        return table
    }

    /// How many entries are alive; walks over all of them.
    func count(where isAlive: (NumericDate) -> Bool) -> Int { slots.count { !$0.isGap && isAlive($0.moment) } }

    /// Where `hash` stands, or would be inserted.
    @inline(__always)
    private func position(of hash: UInt64) -> Int {
        var position = hash.scaled(to: homes)
        while slots[position].hash < hash { position += 1 }
        return position
    }
}
