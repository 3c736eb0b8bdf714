import ResourceServerKit
import ServiceKit
import TokenClient
import Tokens
import TokensHummingbird

/// What the gateway is made of, in production.
func assemble(_ settings: Settings, _ runtime: Runtime) async throws -> AssembledService {
    try await runtime.assembleCaller(timeoutSeconds: settings.upstreamTimeoutSeconds) { sender in
        assemble(settings, runtime, sender: sender)
    }
}

/// The same with any sender.
func assemble(_ settings: Settings, _ runtime: Runtime, sender: any HTTPSender) -> AssembledService {
    let keys = RemoteKeySet(of: [settings.provider], runtime, sender: sender)
    let revocations = Revocations(
        from: [.provider(settings.provider)],
        settings.revocations,
        keys: keys,
        runtime,
        sender: sender
    )
    func forwarder(to service: String, _ upstream: Upstream) -> Forwarder {
        Forwarder(
            service: service,
            address: upstream.address,
            callers: CallerGuard(
                validator: TokenValidator(
                    trusting: [settings.provider.issuer],
                    audience: upstream.audience,
                    keys: keys,
                    revocations: revocations.index,
                    runtime
                ),
                policy: CallerDecisions()
            ),
            sender: sender,
            requestBytesMax: settings.requestBytesMax
        )
    }
    let endpoints = Endpoints(
        decisions: runtime.decisions,
        limits: runtime.limits,
        orders: forwarder(to: "orders-api", settings.orders),
        users: forwarder(to: "users-api", settings.users)
    )
    return AssembledService(router: routes(endpoints), keys: keys, revocations: revocations)
}
