import Audit
import Logging
import ServiceLifecycle
import Synchronization
import Telemetry

/// Verifies a service's own audit log soon after its start and once a day, and shows the verdict as `gatehouse_audit_chain_ok`.
///
/// It does for the operator who never calls `gatehouse audit verify` what can be done here; whoever has taken over this machine
/// can silence it, and is found by the heads that are kept elsewhere.
final class AuditCheck: Service {
    private enum Verdict { case whole, broken }

    private static let intervalSeconds = 86_400

    private let service: String
    private let log: AuditLog
    private let verifier: AuditVerifier
    private let logger: Logger
    private let verdict: Mutex<Verdict?>

    init(_ log: AuditLog, _ settings: AuditSettings, of service: String, registry: PrometheusRegistry, logger: Logger) {
        self.service = service
        self.log = log
        self.logger = logger
        verifier = AuditVerifier(folder: settings.folder, headsFolder: settings.headsFolder)
        // A head that says more than there is: known without reading anything.
        verdict = Mutex(log.opening.missingUntil == nil ? nil : .broken)
        registry.collect("gatehouse_audit_chain_ok", "Whether the audit log is what was written: 1, or 0.") { [self] in
            verdict.withLock { $0 }.map { [PrometheusRegistry.Sample([], $0 == .whole ? 1 : 0)] } ?? []
        }
    }

    func run() async throws {
        await cancelWhenGracefulShutdown {
            // A log that begins has no head yet, which would look as if somebody had taken it away.
            while self.log.state.headAt == nil {
                guard await Self.waited(seconds: 1) else { return }
            }
            repeat {
                // Beside everything else, and nobody waits for it: a log of gigabytes takes a while, and the service may stop before.
                Task.detached(executorPreference: globalConcurrentExecutor, priority: .background) {
                    await self.verify()
                }
            } while await Self.waited(seconds: Self.intervalSeconds)
        }
    }

    private static func waited(seconds: Int) async -> Bool { (try? await Task.sleep(for: .seconds(seconds))) != nil }

    /// Reads all of it.
    func verify() async {
        do {
            let finding = try await verifier.verify(service: service).finding
            if let finding { logger.critical("audit log broken", metadata: ["finding": "\(finding)"]) }
            verdict.withLock { verdict in
                // What was found once does not become whole again.
                if verdict != .broken { verdict = finding == nil ? .whole : .broken }
            }
        } catch { logger.error("audit log not verified", metadata: ["error": "\(error)"]) }
    }
}
