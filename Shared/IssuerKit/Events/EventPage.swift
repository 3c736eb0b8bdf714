import Tokens

/// The next events of a receiver, written out once for all who stand at the same place.
struct EventPage: Sendable {
    /// An event of the page, by its two names.
    struct Entry: Sendable {
        let position: Int64
        let tokenID: String
    }

    /// Events in one answer at most; half of what a receiver's reader lets stand in one object (`Bounds.jsonElementsMax`).
    static let eventsMax = 64
    /// Bytes of the answer at most: what our own receivers read of an answer (`Bounds.documentBytesMax`), braces and names off.
    private static let bytesMax = Bounds.documentBytesMax - 64

    let entries: [Entry]
    /// The answer to a poll (RFC 8936 §2.3).
    let document: [UInt8]

    /// The events of `candidates` that fit.
    ///
    /// - Parameters:
    ///   - candidates: in their order.
    ///   - countMax: how many the receiver wants.
    ///   - isMoreBehind: there are events after the candidates.
    init(of candidates: some Sequence<StoredEvent>, countMax: Int, isMoreBehind: Bool) {
        var events: [(tokenID: String, token: Credential)] = []
        var entries: [Entry] = []
        var bytes = 0
        var isMoreAvailable = isMoreBehind
        for event in candidates {
            // Two texts in quotes, a colon, a comma.
            bytes += event.tokenID.utf8.count + event.token.exposed.utf8.count + 6
            guard entries.count < min(countMax, Self.eventsMax), bytes <= Self.bytesMax else {
                isMoreAvailable = true
                break
            }
            events.append((event.tokenID, event.token))
            entries.append(Entry(position: event.position, tokenID: event.tokenID))
        }
        self.entries = entries
        document = JSONWriter.bytes(
            EventPollResponse(events: events, isMoreAvailable: isMoreAvailable).exposedDocument
        )
    }
}
