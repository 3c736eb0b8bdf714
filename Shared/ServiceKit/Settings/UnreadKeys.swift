import Synchronization
import Yams

/// The keys of a settings file that nobody has asked for yet. What is left of them when a service has read its settings means nothing
/// to it: most likely a misspelling, whose default would otherwise rule in silence.
final class UnreadKeys: Sendable {
    private let keys: Mutex<Set<String>>

    /// - Throws: what the YAML parser throws.
    init(ofYAML text: String) throws {
        keys = Mutex(try Yams.compose(yaml: text).map { Set(Self.leaves(of: $0, at: [])) } ?? [])
    }

    func markRead(_ key: String) { _ = keys.withLock { $0.remove(key) } }

    /// The first in the order of the alphabet, so that the same file gives the same message.
    var first: String? { keys.withLock { $0.min() } }

    /// A key without a value sets nothing, hence counts for nothing: a section whose lines are all commented out.
    private static func leaves(of node: Node, at path: [String]) -> [String] {
        guard let mapping = node.mapping else { return node.null == nil ? [path.joined(separator: ".")] : [] }
        return mapping.flatMap { leaves(of: $0.value, at: path + [$0.key.string ?? ""]) }
    }
}
