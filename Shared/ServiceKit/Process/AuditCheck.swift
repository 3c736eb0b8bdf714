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
    private let verifier: AuditVerifier
    private let logger: Logger
    private let verdict: Mutex<Verdict?>

    init(_ log: AuditLog, _ settings: AuditSettings, of service: String, registry: PrometheusRegistry, logger: Logger) {
        self.service = service
        self.logger = logger
        verifier = AuditVerifier(folder: settings.folder, headsFolder: settings.headsFolder, everyHead: false)
        // What the end alone tells is known without reading the rest.
        verdict = Mutex(log.opening.isAsSigned ? nil : .broken)
        if !log.opening.isAsSigned {
            logger.critical("audit log broken", metadata: ["found": "\(log.opening.details)"])
        }
        registry.collect("gatehouse_audit_chain_ok", "Whether the audit log is what was written: 1, or 0.") { [self] in
            verdict.withLock { $0 }.map { [PrometheusRegistry.Sample([], $0 == .whole ? 1 : 0)] } ?? []
        }
    }

    func run() async throws {
        await cancelWhenGracefulShutdown {
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
