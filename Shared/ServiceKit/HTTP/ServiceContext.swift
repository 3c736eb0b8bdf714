import Audit
public import Hummingbird
import NIOCore
public import Tokens

/// The context of every request in every service.
public struct ServiceContext: RequestContext {
    public var coreContext: CoreRequestContextStorage
    /// The request's place on its way through all services; set by the first middleware.
    public internal(set) var trace = TraceContext.none
    /// The span of the service that has called.
    var parentSpanID: String?
    /// What is known of the decision about this request.
    public internal(set) var decision = Decision.unrecorded
    /// What the caller is held to.
    public internal(set) var limits = RequestLimits.none
    /// What the peer of this connection has shown in TLS; set by the first middleware.
    var certificate: PeerCertificate?
    /// Why that could not be seen; `RefusalMiddleware` answers it.
    var certificateFault: (any Error)?
    let channel: any Channel

    public init(source: ApplicationRequestContextSource) {
        coreContext = CoreRequestContextStorage(source: source)
        channel = source.channel
    }

    /// One request's id through all services (`txn`).
    public var transactionID: String { trace.transactionID }
}
