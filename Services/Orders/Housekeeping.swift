import Logging
import ServiceLifecycle
import Tokens

/// Forgets the keys of orders placed long ago; the orders stay.
struct Housekeeping: Service {
    /// Seconds for which a key is kept at least: who asks again within a day cannot order twice. At most an interval more.
    static let keyMemorySeconds: Int64 = 86_400
    private static let intervalSeconds = 600

    let orders: OrderStore
    let clock: any WallClock
    let logger: Logger

    func run() async throws {
        await cancelWhenGracefulShutdown {
            // The machine's time, also where the clock of the house is moved: moving it calls `clean` itself.
            while (try? await Task.sleep(for: .seconds(Self.intervalSeconds))) != nil {
                do { try await clean() } catch {
                    logger.error("housekeeping failed", metadata: ["error": "\(error)"])
                }
            }
        }
    }

    /// Safe to call at any time and any number of times.
    func clean() async throws { try await orders.forgetKeys(placedBefore: clock.now() - Self.keyMemorySeconds) }
}
