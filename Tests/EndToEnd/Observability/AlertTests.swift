import Testing
import Tokens

@testable import Stack

/// A real Prometheus, the shipped rules, five real services: whoever attacks them is seen, and nothing else is.
@Suite("Alerts", .timeLimit(.minutes(5))) struct AlertTests {
    private typealias Alert = PrometheusServer.Alert

    @Test func `an attack makes its alert fire, and no other`() async throws {
        try await TemporaryStack.run { stack in
            try await PrometheusServer.run(beside: stack) { prometheus in
                try await eventually("every service is scraped", secondsMax: 60) {
                    await prometheus.healthyServices() == Set(StackService.all.map(\.name))
                }
                let user = try await stack.makeUser("nora")
                #expect(try await stack.listOrders(user.accessToken).status == 200)
                #expect(try await prometheus.firing().isEmpty)

                let forged = Self.withAnotherSignature(user.accessToken)
                for _ in 0..<12 { #expect(try await stack.listOrders(forged).status == 401) }
                let forgery = Alert(name: "SignatureFailures", service: "gateway")
                try await eventually("forged tokens are noticed, and only they", secondsMax: 60) {
                    try await Set(prometheus.firing().keys) == [forgery]
                }

                let theft = Alert(name: "RefreshTokenReused", service: "identity-provider")
                _ = try await stack.refreshed(stack.refreshed(user))
                #expect(try await stack.refresh(user.refreshToken()).errorCode == "invalid_grant")
                try await eventually("the reuse of a refresh token is noticed too", secondsMax: 60) {
                    try await Set(prometheus.firing().keys) == [forgery, theft]
                }
                let action = try await prometheus.firing()[theft]
                #expect(action?.hasPrefix("gatehouse audit search --reason refreshTokenReused") == true)
            }
        }
    }

    /// The same claims under a signature that nobody has made.
    private static func withAnotherSignature(_ token: Credential) -> Credential {
        var parts = token.exposed.split(separator: ".").map(String.init)
        let signature = parts.removeLast()
        parts.append((signature.first == "A" ? "B" : "A") + signature.dropFirst())
        return Credential(parts.joined(separator: "."))
    }
}
