public import Hummingbird
import NIOCore

/// The context of every request in every service.
public struct ServiceContext: RequestContext {
    public var coreContext: CoreRequestContextStorage
    /// One request's id through all services (`txn`); set by the first middleware.
    public internal(set) var transactionID = ""
    let channel: any Channel

    public init(source: ApplicationRequestContextSource) {
        coreContext = CoreRequestContextStorage(source: source)
        channel = source.channel
    }
}
