import Synchronization
public import Tokens

/// A key source whose issuer can rotate, withdraw and fail; it counts how often it is asked.
public final class TestKeys: KeySource {
    private struct State {
        var known: KeySet
        /// Nil while the issuer does not answer.
        var published: KeySet?
        var fetches = 0
    }

    private let issuer: String
    private let state: Mutex<State>

    /// Starts without knowing anything: the first token makes it fetch.
    public init(_ published: KeySet, issuer: String = House.issuer) {
        self.issuer = issuer
        state = Mutex(State(known: KeySet([]), published: published))
    }

    /// How often the issuer was asked.
    public var fetches: Int { state.withLock { $0.fetches } }

    /// The issuer publishes `keys` from now on, and this source has heard of it.
    public func publish(_ keys: KeySet) {
        state.withLock {
            $0.known = keys
            $0.published = keys
        }
    }

    /// The issuer does not answer any more.
    public func goDown() { state.withLock { $0.published = nil } }

    public func knownKey(_ keyID: String, issuer: String) -> VerificationKey? {
        state.withLock { issuer == self.issuer ? $0.known[keyID] : nil }
    }

    public func key(_ keyID: String, issuer: String) async throws(DependencyUnavailable) -> VerificationKey? {
        let answer = state.withLock { state in
            state.fetches += 1
            state.known = state.published ?? state.known
            return state.published
        }
        guard let answer else { throw DependencyUnavailable("key set of \(issuer)") }
        return issuer == self.issuer ? answer[keyID] : nil
    }
}
