import Audit
import Logging
public import ServiceKit
public import TokenClient
public import Tokens

/// What a service knows of revocations: the index that its validators ask, and the feeds that fill it.
public struct Revocations: Sendable {
    /// The longest life that the identity provider can be told to give a token. An entry that outlives its tokens costs 26 bytes; one
    /// that dies before them lets them in again.
    private static let tokenLifetimeSecondsMax: Int64 = 3_600

    /// What every validator of the service asks.
    public let index: RevocationIndex
    /// Where issuers send their events; nil where the service asks for them.
    public let events: EventEndpoint?
    /// To be run with the service.
    public let feeds: [RevocationFeed]

    /// - Parameter keys: of the same issuers, fetched anew when one of them revokes a key.
    public init(
        from sources: [EventSource],
        _ settings: RevocationSettings,
        keys: RemoteKeySet,
        _ runtime: Runtime,
        sender: any HTTPSender
    ) {
        let index = RevocationIndex(
            tokenLifetimeSecondsMax: Self.tokenLifetimeSecondsMax,
            clock: runtime.clock,
            staleAfterSeconds: settings.staleSeconds
        )
        let feeds = sources.map { source in
            RevocationFeed(
                issuer: source.issuer,
                index: index,
                tokens: ServiceTokenSource(
                    tokenEndpoint: settings.tokenEndpoint,
                    clientID: runtime.name,
                    resource: source.audience,
                    scope: source.scope,
                    sender: sender,
                    clock: runtime.clock
                ),
                sender: sender,
                delivery: settings.delivery,
                clientIssuers: source.clientIssuers,
                refused: runtime.recordRefusedEvent(of: source.issuer),
                keys: keys,
                clock: runtime.clock,
                logger: runtime.logger
            )
        }
        self.index = index
        self.feeds = feeds
        runtime.metrics.show(index, feeds)
        events = settings.delivery == .poll ? nil : EventEndpoint(feeds: feeds, peers: runtime.peers)
    }

    /// - Throws: `DependencyUnavailable` until each issuer has said all that it had revoked. Not when one falls silent later: routes
    ///   that do not mind go on (`StalenessRule`), and a service that is not ready would be sent no requests for them.
    public func requireCaughtUp() throws(DependencyUnavailable) {
        for feed in feeds where index.ageSeconds(of: feed.issuer) == nil {
            throw DependencyUnavailable("revocation feed of \(feed.issuer)")
        }
    }

    /// Asks every issuer now.
    public func catchUp() async {
        await withDiscardingTaskGroup { group in
            for feed in feeds { group.addTask { await feed.catchUp() } }
        }
    }
}

extension Runtime {
    /// Nobody is answered for an event that was polled: the record is made here.
    fileprivate func recordRefusedEvent(of issuer: String) -> RevocationFeed.RefusalRecord {
        { [decisions, logger] tokenID, refusal in
            do {
                try decisions.recordRefused(.eventReceipt, refusal.reason) { record in
                    record[.issuer] = issuer
                    record[.eventID] = tokenID
                }
            } catch {
                logger.error("audit log unavailable", metadata: ["error": "\(error)"])
            }
        }
    }
}
