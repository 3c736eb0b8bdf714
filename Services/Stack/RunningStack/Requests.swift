import Tokens

/// The requests of which every story is made.
extension RunningStack {
    /// A request to an API, with `token` as bearer and `body` as JSON.
    func send(
        _ method: String,
        _ url: String,
        _ token: Credential? = nil,
        _ body: JSONObject? = nil,
        certificate: String? = nil
    ) async throws -> Answer {
        var call = Call(method: method, url: url, certificate: certificate)
        if let token { call.headers.append(("authorization", "Bearer \(token.exposed)")) }
        if let body {
            call.headers.append(("content-type", "application/json"))
            call.body = JSONWriter.bytes(body)
        }
        return try await client.send(call)
    }

    func post(_ url: String, _ body: JSONObject) async throws -> Answer { try await send("POST", url, nil, body) }

    func postForm(
        _ url: String,
        _ parameters: KeyValuePairs<String, String>,
        certificate: String? = nil
    ) async throws -> Answer {
        var call = Call(method: "POST", url: url, certificate: certificate)
        call.headers = [("content-type", "application/x-www-form-urlencoded")]
        call.body = Array(FormParameters.encode(parameters).utf8)
        return try await client.send(call)
    }

    func tokenRequest(
        _ parameters: KeyValuePairs<String, String>,
        certificate: String? = nil
    ) async throws -> Answer {
        try await postForm("\(address(of: .identityProvider))/oauth2/token", parameters, certificate: certificate)
    }

    /// Places an order at the gateway, as a client does.
    func placeOrder(_ item: String, _ token: Credential) async throws -> Answer {
        try await send(
            "POST",
            "\(address(of: .gateway))/orders",
            token,
            ["item": .string(item), "quantity": 1]
        )
    }

    func listOrders(_ token: Credential) async throws -> Answer {
        try await send("GET", "\(address(of: .gateway))/orders", token)
    }

    /// The route in Users that only an exchanged token opens.
    func readShippingAddress(of subject: String, _ token: Credential, certificate: String?) async throws -> Answer {
        try await send(
            "GET",
            "\(address(of: .usersAPI))/internal/users/\(subject)/shipping-address",
            token,
            certificate: certificate
        )
    }
}
