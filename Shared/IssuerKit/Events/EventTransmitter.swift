public import Logging
public import ServiceLifecycle
public import Storage
public import TokenClient
public import Tokens

/// An issuer as the transmitter of its security events: the outbox, its keys, the streams of its receivers, their endpoints.
/// Both issuers are put together with one of these.
public struct EventTransmitter: Sendable {
    /// The keys of events. They sign nothing else.
    public let ring: KeyRing
    /// Where revocations are recorded.
    public let events: SecurityEvents
    /// Where receivers make streams and poll them.
    public let streams: EventStreamEndpoint
    /// What operators are shown.
    public let operations: EventOperations
    private let maintenance: EventMaintenance
    private let logger: Logger

    /// - Parameters:
    ///   - issuer: whose events these are; https, without a slash at the end.
    ///   - database: with `KeyRing.migrations` and `SecurityEvents.migrations`.
    ///   - tokenPeriods: of the ring that signs tokens; how long an event is kept follows from them (`KeyPeriods.ofEvents`).
    ///   - index: as for `SecurityEvents.open`.
    ///   - sender: speaks mutual TLS within the house, and to nobody else: it is given the addresses that receivers name.
    ///   - journal: is told what becomes of the keys of events.
    public static func open(
        issuer: String,
        database: any Database,
        sealing: KeyEncryption,
        tokenPeriods: KeyPeriods,
        index: RevocationIndex? = nil,
        sender: any HTTPSender,
        journal: KeyJournal,
        clock: any WallClock,
        logger: Logger
    ) async throws -> EventTransmitter {
        let ring = try await KeyRing.open(
            database: database,
            sealing: sealing,
            algorithms: [.es256],
            periods: tokenPeriods.ofEvents(),
            clock: clock,
            journal: journal,
            name: .events
        )
        let events = try await SecurityEvents.open(
            issuer: issuer,
            database: database,
            ring: ring,
            index: index,
            clock: clock
        )
        let streams = try await EventStreams.open(events, database: database, clock: clock, logger: logger)
        let push = EventPush(events, streams, sender: sender, logger: logger)
        return EventTransmitter(
            ring: ring,
            events: events,
            streams: EventStreamEndpoint(events: events, streams: streams, push: push),
            operations: EventOperations(events: events, streams: streams, clock: clock),
            maintenance: EventMaintenance(events: events, streams: streams, logger: logger),
            logger: logger
        )
    }

    /// What runs for as long as the service.
    public var background: [any Service] { [KeyMaintenance(ring, logger: logger), maintenance, streams.push] }

    /// Does what timers would have done by now.
    public func clockMoved() async throws {
        try await ring.maintain()
        try await maintenance.clean()
    }

    /// What a receiver has to know (OpenID Shared Signals Framework 1.0 §7.1), for `/.well-known/ssf-configuration`.
    public var configuration: JSONObject {
        let methods = [EventDelivery.push(url: ""), .poll].map { JSONValue.string($0.method) }
        return [
            "issuer": .string(events.issuer),
            "jwks_uri": .string("\(events.issuer)/events/jwks.json"),
            "configuration_endpoint": .string("\(events.issuer)/events/streams"),
            "delivery_methods_supported": .array(methods),
        ]
    }
}
