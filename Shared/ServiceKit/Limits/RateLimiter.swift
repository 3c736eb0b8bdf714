public import NIOCore
public import Tokens

/// The limits of one service, and the counts of everybody who meets them.
public struct RateLimiter: Sendable {
    let sourceRequests: SlidingWindow
    let sourceFailures: SlidingWindow
    let endpointRequests: SlidingWindow
    let clientRequests: SlidingWindow
    let userRequests: SlidingWindow
    let tokenRequests: SlidingWindow
    let operatorFailures: SlidingWindow
    private let addressOf: @Sendable (any Channel) -> SocketAddress?

    /// - Parameter addressOf: the other end of a connection; tests without sockets bring their own.
    public init(
        _ settings: LimitSettings = LimitSettings(),
        clock: any WallClock,
        addressOf: @escaping @Sendable (any Channel) -> SocketAddress? = { $0.remoteAddress }
    ) {
        func window(_ name: String, _ quota: Int) -> SlidingWindow {
            SlidingWindow(LimitRule(name, quota: quota), clock: clock)
        }
        sourceRequests = window("source", settings.sourceRequests)
        sourceFailures = window("source-failures", settings.sourceFailures)
        endpointRequests = window("endpoint", settings.endpointRequests)
        clientRequests = window("client", settings.clientRequests)
        userRequests = window("user", settings.userRequests)
        tokenRequests = window("token", settings.tokenRequests)
        operatorFailures = window("operator-failures", settings.operatorFailures)
        self.addressOf = addressOf
    }

    /// What each of those who are here has of an endpoint, when all of them together ask too much of it.
    ///
    /// As many as have come to any endpoint divide it, so that it is rather too small than too large: with it, all together get
    /// no more than twice what the endpoint is for.
    var fairShare: Int { endpointRequests.rule.quota / max(1, sourceRequests.keyCount) }

    func source(of context: ServiceContext, _ certificate: PeerCertificate?) -> RequestSource {
        RequestSource(certificate: certificate, address: addressOf(context.channel))
    }
}
