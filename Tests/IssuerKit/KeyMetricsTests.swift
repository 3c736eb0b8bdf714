import IssuerKit
import Telemetry
import Testing
import Tokens

@Suite("What an issuer shows of its keys")
struct KeyMetricsTests {
    @Test func `how long a key goes on signing is told, and when it should have stopped`() async throws {
        let issuer = try await ScratchIssuer()
        let ring = try await issuer.ring()
        let registry = PrometheusRegistry()
        ring.addMetrics(to: registry)
        func shown() -> Substring? {
            registry.text().split(separator: "\n").first { !$0.hasPrefix("#") }?.split(separator: " ").last
        }
        let activeSeconds = ring.periods.activeSeconds
        #expect(registry.text().contains(#"gatehouse_key_rotation_due_seconds{algorithm="ES256",ring="tokens"} "#))
        #expect(shown() == "\(activeSeconds)")
        try await ring.rotate(.es256)
        #expect(shown() == "\(ring.periods.announceSeconds)")
        issuer.clock.advance(bySeconds: ring.periods.announceSeconds)
        #expect(shown() == "\(activeSeconds)")
        // Nobody looks after it.
        issuer.clock.advance(bySeconds: activeSeconds + 61)
        #expect(shown() == "-61")
        try await ring.maintain()
        #expect(shown() == "\(ring.periods.announceSeconds)")
    }
}
