import Tokens

/// Requests that say one thing to the gateway and another to the service behind it (RFC 9110 §7.6.1, RFC 9112 §3.2.1).
enum HeaderSmuggling {
    static let group = AttackGroup(
        "header-smuggling",
        hope: "a service behind the gateway believes what a stranger wrote into the request",
        [
            .ignored(
                "identity headers",
                gain: "another user's orders, where services trust what the gateway usually says",
                sent: "X-User-Id, X-Forwarded-User, Remote-User: the victim"
            ) { call, scene in
                let victim = try await scene.stack.makeUser("vic")
                try await scene.stack.placeOrder("lantern", victim.accessToken).requireSuccess("the victim's order")
                for name in ["x-user-id", "x-forwarded-user", "remote-user", "x-auth-request-user"] {
                    call.headers.append((name, victim.subject))
                }
            },
            .ignored(
                "another target in a header",
                gain: "routes for services, behind a public path",
                sent: "X-Original-URL, X-Rewrite-URL: /internal/…"
            ) { call, scene in
                for name in ["x-original-url", "x-rewrite-url"] {
                    call.headers.append((name, "/internal/users/\(scene.user.subject)/order-count"))
                }
            },
            .ignored(
                "another method in a header",
                gain: "a write where only reading was checked",
                sent: "X-HTTP-Method-Override: DELETE"
            ) { call, _ in call.headers.append(("x-http-method-override", "DELETE")) },
            .ignored(
                "a transaction id of the attacker's",
                gain: "somebody else's trail in the logs, or a forged one",
                sent: "Transaction-Id: AAAA…"
            ) { call, _ in call.headers.append((HeaderName.transactionID, String(repeating: "A", count: 22))) },
            .ignored(
                "Authorization named as a field of this connection only",
                gain: "a request that arrives without its token, where that means an internal one",
                sent: "Connection: authorization, transaction-id"
            ) { call, _ in call.headers.append(("connection", "authorization, transaction-id")) },
            .refused(
                "two Authorization fields",
                gain: "one token for the gateway's check, another for the service",
                sent: "the genuine token twice",
                reason: .parameterDuplicated
            ) { call, _ in call.headers += call.headers },
            .refused(
                "two tokens in one field",
                gain: "one token for the gateway's check, another for a service that splits at commas",
                sent: "Authorization: Bearer …, Bearer …",
                reason: .tokenMalformed
            ) { call, _ in call.headers = call.headers.map { ($0.name, "\($0.value), \($0.value)") } },
            .refused(
                "the token in the address",
                gain: "tokens in every log on the way, and a form that sets them for somebody else",
                sent: "?access_token=…, no Authorization",
                reason: .tokenMissing
            ) { call, scene in
                call.headers = []
                call.url += "?access_token=\(scene.user.accessToken.exposed)"
            },
            .refused(
                "TRACE",
                gain: "the request as it arrives, with what proxies have added to it",
                sent: "TRACE /orders",
                reason: .methodNotAllowed
            ) { call, _ in call.method = "TRACE" },
            .path(
                "an internal path",
                "routes for services, from outside",
                "/internal/users/x/summary",
                .resourceNotFound
            ),
            .path("dot segments", "routes for services, behind a public prefix", "/users/../internal/users/x/summary"),
            .path(
                "encoded dot segments",
                "routes for services, where the gateway decodes later than the service",
                "/orders/%2e%2e/internal/users/x/order-count"
            ),
            .path(
                "an encoded slash",
                "routes for services, where segments are counted before they are decoded",
                "/orders%2f..%2finternal/users/x"
            ),
            .path(
                "two slashes",
                "routes for services: what the one reads as a host is a path to the other",
                "//internal/users/x/summary"
            ),
        ]
    )
}

extension Attack {
    /// The user's list of orders, asked for with something more.
    private static func throughTheGateway(
        _ name: String,
        gain: String,
        sent: String,
        _ expected: @escaping @Sendable (_ genuine: Answer) -> Shot.Expectation,
        _ change: @escaping @Sendable (inout Call, AttackScene) async throws -> Void
    ) -> Attack {
        Attack(name: name, gain: gain, sent: sent) { scene in
            var call = Call(url: "\(scene.stack.address(of: .gateway))/orders")
            call.headers = [("authorization", "Bearer \(scene.user.accessToken.exposed)")]
            let genuine = try await scene.stack.client.send(call).requireSuccess("the user's own request")
            try await change(&call, scene)
            let answer = try await scene.stack.client.send(call)
            guard answer.headers.allSatisfy({ field in !call.headers.contains { $0.value == field.value } }) else {
                throw ScenarioFailure(expectation: "nothing that was smuggled comes back", seen: name)
            }
            return [Shot(door: .gateway, answer: answer, expected: expected(genuine))]
        }
    }

    /// What the gateway drops: the answer is the one to the request without it.
    fileprivate static func ignored(
        _ name: String,
        gain: String,
        sent: String,
        _ change: @escaping @Sendable (inout Call, AttackScene) async throws -> Void
    ) -> Attack {
        throughTheGateway(name, gain: gain, sent: sent, { .ignored(genuine: $0) }, change)
    }

    fileprivate static func refused(
        _ name: String,
        gain: String,
        sent: String,
        reason: Refusal,
        _ change: @escaping @Sendable (inout Call, AttackScene) async throws -> Void
    ) -> Attack {
        throughTheGateway(name, gain: gain, sent: sent, { _ in .refused(reason) }, change)
    }

    fileprivate static func path(
        _ name: String,
        _ gain: String,
        _ path: String,
        _ reason: Refusal = .parameterMalformed
    ) -> Attack {
        refused(name, gain: gain, sent: "GET \(path)", reason: reason) { call, scene in
            call.url = scene.stack.address(of: .gateway) + path
        }
    }
}
