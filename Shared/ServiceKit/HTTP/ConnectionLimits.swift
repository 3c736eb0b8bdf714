import NIOCore

/// How many connections a listener holds, and how long each may take over what it is doing.
///
/// The times are constants: honest callers stay far below, and longer ones would only help those who hold connections open to
/// keep others out (slow-loris, half-open peers). There is no bound per source address: behind a gateway or a load balancer
/// everybody comes from one address, and in front of them stands what sees the others.
struct ConnectionLimits: Sendable {
    /// What is open at once. Who comes later waits, unaccepted, until somebody goes; a burst may bring in three more.
    var connectionsMax: Int
    /// From the connection to the end of the TLS handshake: two round trips, also from a telephone.
    var handshake = TimeAmount.seconds(5)
    /// From the first byte of a request's head to its last; for the first request, from the connection.
    var head = TimeAmount.seconds(10)
    /// From the end of the head to the end of the body: 1 MiB in that time is a slow telephone.
    var body = TimeAmount.seconds(30)
    /// How long an answer may lie here because the caller does not read.
    var answer = TimeAmount.seconds(30)
    /// Between an answer and the next request. Above the 30 s after which our own client lets a connection go
    /// (`HTTPSClient`): it would otherwise write into one that is just being closed.
    var idle = TimeAmount.seconds(60)
    /// From the request to stop to the end of the last connection; below the 8 s after which a supervisor kills.
    var drain = TimeAmount.seconds(5)

    /// The operations listener: a supervisor, a scraper, an operator.
    static let operations = ConnectionLimits(connectionsMax: 128)
}
