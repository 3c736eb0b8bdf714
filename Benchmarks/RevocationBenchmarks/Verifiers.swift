import TokenClient
import Tokens

/// The four verifiers of the stack, asked with real tokens until they refuse them.
struct Verifiers {
    let stack: RunningStack

    /// One request that a verifier answers with 2xx as long as the token is good.
    private struct Door: Sendable {
        let name: String
        let request: OutboundRequest
    }

    /// - Gives: a line for each verifier, and one for the last of the four.
    func measure(revocations: Int) async throws -> [Figures] {
        let actorToken = try await stack.serviceToken(for: "https://exchange.gatehouse.local")
        var figures: [String: Figures] = [:]
        var everywhere = Figures(name: "everywhere")
        for _ in 0..<revocations {
            let session = try await stack.signIn()
            let doors = doors(of: session, actorToken)
            for door in doors { try await requireOpen(door) }
            let start = ContinuousClock.now
            let times = try await withThrowingTaskGroup(of: (String, Duration).self) { group in
                for door in doors { group.addTask { (door.name, try await timeUntilRefused(door, since: start)) } }
                try await stack.revoke(session)
                return try await group.reduce(into: []) { $0.append($1) }
            }
            for (name, time) in times { figures[name, default: Figures(name: name)].add(time) }
            everywhere.add(times.map(\.1).max() ?? .zero)
        }
        return figures.values.sorted { $0.name < $1.name } + [everywhere]
    }

    private func doors(of session: UserSession, _ actorToken: Credential) -> [Door] {
        let (forOrders, forUsers) = (session.forOrders, session.forUsers)
        func read(_ url: String, _ token: Credential) -> OutboundRequest {
            OutboundRequest(method: "GET", url: url, headers: [("authorization", "Bearer \(token.exposed)")])
        }
        let exchange: KeyValuePairs = [
            "grant_type": "urn:ietf:params:oauth:grant-type:token-exchange",
            "subject_token": forOrders.exposed,
            "subject_token_type": "urn:ietf:params:oauth:token-type:access_token",
            "actor_token": actorToken.exposed,
            "actor_token_type": "urn:ietf:params:oauth:token-type:access_token",
            "audience": "https://users.gatehouse.local", "scope": "users.summary:read",
        ]
        return [
            Door(name: "gateway", request: read("\(stack.address(of: "gateway"))/orders", forOrders)),
            Door(name: "orders-api", request: read("\(stack.address(of: "orders-api"))/orders", forOrders)),
            Door(name: "users-api", request: read("\(stack.address(of: "users-api"))/users/me", forUsers)),
            Door(
                name: "token-exchange",
                request: OutboundRequest(
                    method: "POST",
                    url: "\(stack.address(of: "token-exchange"))/oauth2/token",
                    headers: [("content-type", "application/x-www-form-urlencoded")],
                    body: Array(FormParameters.encode(exchange).utf8)
                )
            ),
        ]
    }

    private func requireOpen(_ door: Door) async throws {
        let answer = try await stack.orders.send(door.request)
        guard answer.status == 200 else {
            throw Unexpected(what: "\(door.name) before the revocation", status: answer.status)
        }
    }

    /// Until the first refusal has arrived: the way there and back is in it.
    private func timeUntilRefused(_ door: Door, since start: ContinuousClock.Instant) async throws -> Duration {
        while ContinuousClock.now - start < .seconds(10) {
            let answer = try await stack.orders.send(door.request)
            if (400...401).contains(answer.status) { return ContinuousClock.now - start }
            guard answer.status == 200 else { throw Unexpected(what: door.name, status: answer.status) }
            // Four who ask without a pause would keep both cores busy, and measure themselves.
            try await Task.sleep(for: .milliseconds(1))
        }
        throw Unexpected(what: "\(door.name) ten seconds after the revocation", status: 200)
    }
}
