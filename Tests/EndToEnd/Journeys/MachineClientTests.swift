import Testing
import Tokens

@testable import Stack

extension OnOneStack {
    /// A nightly job and its like: a client that acts for itself (RFC 6749 §4.4), and proves who it is without a certificate.
    @Suite("A machine without a person") struct MachineClientTests {
        private let grant = [(name: "grant_type", value: "client_credentials")]

        private func register(_ members: JSONObject) async throws -> RegisteredClient {
            var registration = members
            registration["grant_types"] = ["client_credentials"]
            registration["machine_scope"] = "orders:read"
            registration["resources"] = [.string(Audience.orders)]
            return try await .register(registration, on: stack())
        }

        /// The token speaks for the machine alone, and opens what the machine was given.
        private func expectToken(_ answer: Answer, of machine: RegisteredClient) async throws {
            let tokens = try stack().readTokens(answer, "client_credentials")
            #expect(tokens.refreshToken == nil)
            let payload = try UnverifiedToken.decodeWithoutVerifying(tokens.accessToken).payload
            #expect(payload["sub"]?.string == machine.id)
            let orders = try await stack().listOrders(tokens.accessToken)
            #expect(orders.status == 200)
            #expect(orders.json?["orders"]?.array?.isEmpty == true, "nobody's orders are the machine's")
            #expect(try await stack().placeOrder("lamp", tokens.accessToken).errorCode == "insufficient_scope")
        }

        @Test func `proves itself with a secret, and with no other`() async throws {
            let machine = try await register(["token_endpoint_auth_method": "client_secret_basic"])
            try await expectToken(try await machine.post("token", grant), of: machine)
            let guessed = RegisteredClient(stack: try stack(), id: machine.id, secret: .random())
            let refused = try await guessed.post("token", grant)
            #expect(refused.status == 401)
            #expect(refused.errorCode == "invalid_client")
            #expect(refused.header("www-authenticate")?.hasPrefix("Basic") == true)
        }

        @Test(arguments: ["ES256", "RS256"])
        func `proves itself with its own key, by each assertion once`(algorithm: String) async throws {
            let key = try SigningKey.generate(#require(Algorithm.named(algorithm)))
            let machine = try await register([
                "token_endpoint_auth_method": "private_key_jwt",
                "jwks": .object(KeySet([key.verificationKey]).document),
            ])
            let proof = try assertion(by: machine, signedWith: key)
            try await expectToken(try await machine.post("token", grant + proof), of: machine)
            let replayed = try await machine.post("token", grant + proof)
            #expect(replayed.status == 401)
            #expect(replayed.errorCode == "invalid_client")
            let stranger = try assertion(by: machine, signedWith: .generate(.es256))
            #expect(try await machine.post("token", grant + stranger).errorCode == "invalid_client")
        }

        /// `private_key_jwt` (RFC 7523 §2.2).
        private func assertion(by machine: RegisteredClient, signedWith key: SigningKey) throws
            -> [(name: String, value: String)]
        {
            let stack = try stack()
            let now = stack.clock.now()
            let claims = ClientAssertionClaims(
                clientID: machine.id,
                audience: stack.address(of: .identityProvider),
                issuedAt: now,
                expiresAt: now + 60,
                tokenID: Credential.random().exposed
            )
            let assertion = try TokenMinter { _ in key }.mint(claims)
            stack.client.remember(assertion)
            return [
                ("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"),
                ("client_assertion", assertion.exposed),
            ]
        }
    }
}
