import Audit
public import ServiceKit
import Synchronization
import Tokens

/// Writes down what becomes of the keys of a ring without anybody asking: announced, active, retired, removed.
public struct KeyJournal: Sendable {
    /// Throws while nothing can be written: then no key is made, and those that are there go on signing.
    let requireWritable: @Sendable () throws -> Void
    let record: @Sendable (_ ring: KeyRing.Name, _ changes: [String: KeyState]) async throws -> Void

    /// One durable record for each look at a ring that finds changes; each state in it has the keys that have come into it.
    public init(_ decisions: DecisionRecorder) {
        requireWritable = { try decisions.audit.requireWritable() }
        record = { ring, changes in
            try await decisions.record(.keyChange) { record in
                record[.ring] = ring.rawValue
                for (state, keys) in Dictionary(grouping: changes, by: \.value) {
                    record[AuditDetail(state)] = keys.map(\.key).sorted().joined(separator: " ")
                }
            }
        }
    }
}

/// What of the keys of one ring has been written down.
///
/// At the first look all is news: a key may have begun or ended while no process was there to see it, and so a log says how things
/// stood at every start.
final class KeyNews: Sendable {
    private let journal: KeyJournal
    private let told = Mutex<[String: KeyState]>([:])

    init(_ journal: KeyJournal) { self.journal = journal }

    func requireWritable() throws { try journal.requireWritable() }

    /// Writes down what has changed since the last call.
    func report(_ keys: [KeyStatus], of ring: KeyRing.Name) async throws {
        let states = Dictionary(uniqueKeysWithValues: keys.map { ($0.life.keyID, $0.state) })
        let (before, changes) = told.withLock { told in
            defer { told = states }
            let removed = told.filter { states[$0.key] == nil && $0.value != .removed }.mapValues { _ in
                KeyState.removed
            }
            return (told, removed.merging(states.filter { told[$0.key] != $0.value }) { $1 })
        }
        guard !changes.isEmpty else { return }
        do { try await journal.record(ring, changes) } catch {
            told.withLock { $0 = before }  // Told at the next look.
            throw error
        }
    }

    /// Takes note of what the record of a request says already.
    func assumeTold(_ keyID: String, _ state: KeyState) { told.withLock { $0[keyID] = state } }
}

extension AuditDetail {
    fileprivate init(_ state: KeyState) {
        self =
            switch state {
            case .announced: .announced
            case .active: .active
            case .retired: .retired
            case .removed: .removed
            case .revoked: .revoked
            }
    }
}
