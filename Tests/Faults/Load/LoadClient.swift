import Tokens

@testable import Stack

/// One user's client under load. It remembers what it was promised, and asks for it: whatever was answered with success is there
/// from then on, whoever is killed.
struct LoadClient: BusyClient {
    private let client: RetryingClient
    private let name: String
    private let password: Credential
    private let ordersHaveKeys: Bool
    private var refreshToken: Credential
    private var street: String?
    /// The ids of the orders that were answered with 201, by what was ordered; that names its idempotency key.
    private var placed: [String: String] = [:]
    private var roundCount = 0

    init(on stack: RunningStack, _ journal: Journal, ordersHaveKeys: Bool) async throws {
        self.ordersHaveKeys = ordersHaveKeys
        client = RetryingClient(stack: stack, journal: journal)
        name = "load-\(Credential.random(byteCount: 9).exposed.lowercased().filter(\.isLetter))"
        password = .random()
        guard try await stack.addUser(name, password: password),
            let token = try await client.signIn(name, password: password).refreshToken
        else { throw ScenarioFailure(expectation: "a new user", seen: name) }
        refreshToken = token
    }

    var orderCount: Int { placed.count }

    /// Refreshes, moves house, refreshes, orders; every few rounds signs in on a second device, which is then forgotten.
    mutating func round() async throws {
        roundCount += 1
        try await move(to: "\(roundCount) Lantern Lane", try await refresh(for: Audience.users))
        try await order("lamp \(roundCount) of \(name)", try await refresh(for: Audience.orders))
        guard roundCount.isMultiple(of: 4) else { return }
        guard let second = try await client.signIn(name, password: password).refreshToken else { return }
        _ = try await client.refresh(second)
    }

    /// Every order that was confirmed is there, once, and no other.
    mutating func checkOrders() async throws {
        let token = try await refresh(for: Audience.orders)
        var found: [String: String] = [:]
        var next: String?
        repeat {
            let query = "?limit=100" + (next.map { "&after=\($0)" } ?? "")
            let page = try await ask("GET", "orders\(query)", token)
            for order in page["orders"]?.array ?? [] {
                guard let item = order.object?["item"]?.string, let id = order.object?["id"]?.string else { continue }
                try require(found.updateValue(id, forKey: item) == nil, "each order once", seen: "\(item) twice")
            }
            next = page["next"]?.string
        } while next != nil
        try require(found == placed, "the \(placed.count) orders that were confirmed", seen: "\(found.count)")
    }

    /// Sometimes twice at the same moment, as two tabs do.
    private mutating func refresh(for resource: String) async throws -> Credential {
        let (client, presented) = (client, refreshToken)
        async let first = client.refresh(presented, resource: resource)
        if roundCount.isMultiple(of: 3) { _ = try await client.refresh(presented, resource: resource) }
        let tokens = try await first
        if let successor = tokens.refreshToken { refreshToken = successor }
        return tokens.accessToken
    }

    private mutating func move(to street: String, _ token: Credential) async throws {
        if let known = self.street {
            let kept = try await ask("GET", "users/me/address", token)["street"]?.string
            try require(kept == known, "the address of before: \(known)", seen: kept ?? "none")
        }
        var address = Address.example(for: name).document
        address["street"] = .string(street)
        _ = try await ask("PUT", "users/me/address", token, address)
        self.street = street
    }

    private mutating func order(_ item: String, _ token: Credential) async throws {
        let order = try await ask(
            "POST",
            "orders",
            token,
            ["item": .string(item), "quantity": 1],
            key: ordersHaveKeys ? item : nil
        )
        guard let id = order["id"]?.string else { throw ScenarioFailure(expectation: "an order has an id", seen: item) }
        placed[item] = id
        let kept = try await ask("GET", "orders/\(id)", token)["item"]?.string
        try require(kept == item, "the order of a moment ago", seen: kept ?? "none")
    }

    /// A request at the gateway that must succeed.
    private func ask(
        _ method: String,
        _ path: String,
        _ token: Credential,
        _ body: JSONObject? = nil,
        key: String? = nil
    ) async throws -> JSONObject {
        var call = Call(json: body, method, "\(client.stack.address(of: .gateway))/\(path)", token)
        if let key { call.headers.append(("idempotency-key", "\"\(key)\"")) }
        return try await client.send(call).requireSuccess("\(method) \(path)").json ?? [:]
    }

    private func require(_ holds: Bool, _ expectation: String, seen: String) throws {
        guard holds else { throw ScenarioFailure(expectation: expectation, seen: seen) }
    }
}
