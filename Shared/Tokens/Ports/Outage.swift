/// An error that may mean: something this service stands on is away, and the same request is right again later.
///
/// A fault of the house and not of the caller, answered 503 with `Retry-After` (RFC 9110 §15.6.4). An adapter's errors conform,
/// so that whoever answers need not know the adapter.
public protocol Outage: Error {
    /// What is away, for the log; nil for an error that no waiting mends.
    var outage: String? { get }
}
