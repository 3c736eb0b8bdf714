import Tokens

/// How a stream's events reach their receiver.
enum EventDelivery: Sendable, Equatable {
    /// It comes and asks (RFC 8936).
    case poll
    /// They are sent to this https URL (RFC 8935).
    case push(url: String)

    /// The method as it goes over the wire.
    var method: String {
        switch self {
        case .poll: "urn:ietf:rfc:8936"
        case .push: "urn:ietf:rfc:8935"
        }
    }
}

/// One receiver, and how far it has come. A value: what it does to itself, `EventStreams` writes down.
struct EventStream: Sendable {
    let id: String
    /// Whose stream this is, by `client_id`; nobody else is told that it exists.
    let clientID: String
    let delivery: EventDelivery
    /// Every event up to this position has been acknowledged.
    private(set) var acknowledged: Int64
    /// When the receiver was last heard of: it polled, or took what was sent to it.
    private(set) var heardAt: NumericDate
    /// Events that the receiver refused. They count as delivered: sent again they would be refused again.
    private(set) var refusedCount: Int64
    /// Acknowledged out of order: positions behind one that is not. Bounded by the page, which begins with that one.
    private(set) var acknowledgedBehind: Set<Int64> = []
    /// What was last handed out: what an acknowledgement can be of.
    private var offered: [EventPage.Entry] = []

    init(
        id: String,
        clientID: String,
        delivery: EventDelivery,
        acknowledged: Int64,
        heardAt: NumericDate,
        refusedCount: Int64 = 0
    ) {
        self.id = id
        self.clientID = clientID
        self.delivery = delivery
        self.acknowledged = acknowledged
        self.heardAt = heardAt
        self.refusedCount = refusedCount
    }

    /// The receiver is there.
    mutating func hear(at now: NumericDate) { heardAt = max(heardAt, now) }

    /// The events up to `position` are no more: what they hit has expired.
    mutating func skip(to position: Int64) {
        guard acknowledged < position else { return }
        acknowledged = position
        acknowledgedBehind = acknowledgedBehind.filter { $0 > position }
        closeRanks()
    }

    mutating func offer(_ page: EventPage) { offered = page.entries }

    /// Takes note of what the receiver says to have taken in, in whatever order; a `jti` that it was not given means nothing.
    mutating func acknowledge(_ tokenIDs: some Sequence<String>) {
        for tokenID in tokenIDs {
            guard let entry = offered.first(where: { $0.tokenID == tokenID }),
                entry.position > acknowledged
            else { continue }
            acknowledgedBehind.insert(entry.position)
        }
        closeRanks()
    }

    /// The same for what it refuses (RFC 8936 §2.6): logged by whoever calls this, and never sent again.
    mutating func refuse(_ tokenIDs: [String]) {
        let known = tokenIDs.filter { tokenID in offered.contains { $0.tokenID == tokenID } }
        refusedCount += Int64(known.count)
        acknowledge(known)
    }

    /// Takes note of the one event that was sent.
    mutating func acknowledge(_ position: Int64, isRefused: Bool) {
        acknowledged = max(acknowledged, position)
        if isRefused { refusedCount += 1 }
    }

    private mutating func closeRanks() {
        while acknowledgedBehind.remove(acknowledged + 1) != nil { acknowledged += 1 }
    }
}
