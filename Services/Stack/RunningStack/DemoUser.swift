import Tokens

/// The user that a new stack has, so that its first order works.
enum DemoUser {
    static let name = "alice"

    /// Makes the user with the password in the data folder, and an address to ship to; does nothing where there is one.
    static func prepare(on stack: RunningStack) async throws {
        let password = try stack.folder.readSecret(stack.folder.demoPassword)
        guard try await stack.addUser(name, password: password) else { return }
        let user = try await stack.signIn(name, password: password, resource: Audience.users)
        try await stack.setAddress(.example(for: "Alice Example"), of: user)
    }
}

/// Who a token can be for.
enum Audience {
    static let orders = "https://orders.gatehouse.local"
    static let users = "https://users.gatehouse.local"
    static let exchange = "https://exchange.gatehouse.local"
}

/// Where an order goes.
struct Address: Sendable {
    let document: JSONObject

    static func example(for recipient: String) -> Address {
        Address(document: [
            "recipient": .string(recipient), "street": "1 Lantern Lane", "postalCode": "12345", "city": "Portsmouth",
            "country": "GB",
        ])
    }
}
