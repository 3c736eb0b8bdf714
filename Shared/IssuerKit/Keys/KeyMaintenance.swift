public import Logging
public import ServiceLifecycle
import Tokens

/// Looks after a ring every `KeyPeriods.lookSeconds`, until the service stops.
///
/// A failure is logged and tried again at the next look: the keys in memory go on signing, past their planned end if need be.
public struct KeyMaintenance: Service {
    private let ring: KeyRing
    private let logger: Logger

    public init(_ ring: KeyRing, logger: Logger) {
        self.ring = ring
        self.logger = logger
    }

    public func run() async throws {
        await cancelWhenGracefulShutdown {
            // The machine's seconds, also where the clock of the house is moved: moving it calls `maintain` itself.
            while (try? await Task.sleep(for: .seconds(ring.periods.lookSeconds))) != nil {
                do { try await ring.maintain() } catch {
                    logger.error("key maintenance failed", metadata: ["error": "\(error)"])
                }
            }
        }
    }
}
