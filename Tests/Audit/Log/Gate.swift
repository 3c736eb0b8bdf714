import Dispatch

/// Holds up the log's thread until a test has arranged what shall happen meanwhile.
struct Gate: Sendable {
    private let reached = DispatchSemaphore(value: 0)
    private let opened = DispatchSemaphore(value: 0)

    /// Called by the thread.
    func pass() {
        reached.signal()
        opened.wait()
    }

    /// Comes back when the thread has arrived.
    func arrival() async {
        await withCheckedContinuation { continuation in
            DispatchQueue.global().async {
                reached.wait()
                continuation.resume()
            }
        }
    }

    func open() { opened.signal() }
}
