import Logging
import ServiceLifecycle

/// Looks after the events once a second, until the service stops: ends polls that have waited long enough, takes in what
/// another process has recorded, writes down acknowledgements; once a minute it deletes what is too old.
struct EventMaintenance: Service {
    let events: SecurityEvents
    let streams: EventStreams
    let logger: Logger

    func run() async throws {
        await cancelWhenGracefulShutdown {
            var seconds = 0
            // The machine's seconds: who waits for an answer does so by no other clock.
            while (try? await Task.sleep(for: .seconds(1))) != nil {
                seconds += 1
                await attempt {
                    events.feed.tick()
                    try await events.catchUp()
                    try await streams.flush()
                    if seconds.isMultiple(of: 60) { try await clean() }
                }
            }
        }
        // The listeners are closed by now: this is how far everybody has come.
        await attempt { try await streams.flush() }
    }

    /// Deletes what is too old. Safe to call at any time.
    func clean() async throws {
        try await events.clean()
        try await streams.removeDead()
    }

    private func attempt(_ work: () async throws -> Void) async {
        do { try await work() } catch {
            // It is tried again a second later, and nothing is lost meanwhile.
            logger.error("event maintenance failed", metadata: ["error": "\(error)"])
        }
    }
}
