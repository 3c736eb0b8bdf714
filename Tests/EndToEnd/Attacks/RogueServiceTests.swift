import Foundation
import Testing
import Tokens

@testable import Stack

extension OnOneStack {
    /// Somebody inside the house, with a certificate of the house, and somebody outside, with one of their own.
    @Suite("A rogue service") struct RogueServiceTests {
        private let rogue = "rogue-api"

        /// The development authority signs for a service that nobody registered.
        private func admitRogue() throws -> RunningStack {
            let stack = try stack()
            try DevelopmentCertificates(in: stack.folder, now: Date()).prepare(for: [rogue])
            return stack
        }

        @Test func `gets no token under its own name`() async throws {
            let stack = try admitRogue()
            let answer = try await stack.tokenRequest(
                ["grant_type": "client_credentials", "client_id": rogue, "resource": Audience.exchange],
                certificate: rogue
            )
            #expect(answer.status == 401)
            #expect(answer.errorCode == "invalid_client")
        }

        @Test func `gets no token under the name of Orders`() async throws {
            let stack = try admitRogue()
            for certificate in [rogue, "users-api", nil] {
                let answer = try await stack.tokenRequest(
                    ["grant_type": "client_credentials", "client_id": "orders-api", "resource": Audience.exchange],
                    certificate: certificate
                )
                #expect(answer.status == 401)
                #expect(answer.errorCode == "invalid_client")
            }
            #expect(try await stack.serviceTokenRequest(of: .ordersAPI, resource: Audience.exchange).status == 200)
        }

        @Test func `cannot exchange with the stolen service token of Orders`() async throws {
            let stack = try admitRogue()
            var request = ExchangeRequest(
                subjectToken: try await stack.makeUser("uma").accessToken,
                actorToken: try await stack.serviceToken(of: .ordersAPI)
            )
            #expect(try await stack.exchange(request).status == 200)
            request.certificate = rogue
            #expect(try await stack.exchange(request).errorCode == "invalid_request")
            request.certificate = nil
            #expect(try await stack.exchange(request).errorCode == "invalid_client")
            request.certificate = "orders-api"
            request.actorToken = nil
            #expect(try await stack.exchange(request).errorCode == "invalid_request")
        }

        @Test func `with a certificate of a stranger's authority does not even get a connection`() async throws {
            let stack = try stack()
            let elsewhere = TemporaryStack.folder()
            defer { try? FileManager.default.removeItem(atPath: elsewhere.path) }
            try elsewhere.prepare(services: [])
            try DevelopmentCertificates(in: elsewhere, now: Date()).prepare(for: ["orders-api"])
            // It trusts the house, so that only the other direction can fail.
            try FileManager.default.removeItem(atPath: elsewhere.authority)
            try FileManager.default.copyItem(atPath: stack.folder.authority, toPath: elsewhere.authority)
            let stranger = try StackClient(trusting: elsewhere)
            let url = "\(stack.address(of: .tokenExchange))/oauth2/jwks.json"
            await #expect(throws: (any Error).self) {
                try await stranger.send(Call(url: url, certificate: "orders-api"))
            }
            let anonymous = try await stranger.send(Call(url: url))
            #expect(anonymous.status == 200)
            await stranger.shutdown()
        }
    }

    @Suite("Through the gateway") struct GatewayAttacks {
        @Test func `an internal path is not there`() async throws {
            let stack = try stack()
            let user = try await stack.makeUser("vera")
            let gateway = stack.address(of: .gateway)
            for path in [
                "/internal/users/\(user.subject)/shipping-address", "/users/../internal/users/x/summary",
                "/orders/%2e%2e/internal/users/x/order-count", "//internal/users/x/summary",
            ] {
                let answer = try await stack.send("GET", gateway + path, user.accessToken)
                #expect(answer.status == 404 || answer.status == 400, "\(path)")
            }
        }

        @Test func `identity headers of a stranger change nothing`() async throws {
            let stack = try stack()
            let user = try await stack.makeUser("walt")
            let other = try await stack.makeUser("xara")
            _ = try await stack.placeOrder("lamp", other.accessToken)
            var call = Call(url: "\(stack.address(of: .gateway))/orders")
            call.headers = [
                ("authorization", "Bearer \(user.accessToken.exposed)"), ("x-user-id", other.subject),
                ("x-forwarded-user", other.subject), ("transaction-id", "AAAAAAAAAAAAAAAAAAAAAA"),
            ]
            let answer = try await stack.client.send(call)
            #expect(answer.status == 200)
            #expect(answer.json?["orders"]?.array?.isEmpty == true)
            #expect(answer.header("transaction-id") != "AAAAAAAAAAAAAAAAAAAAAA", "the edge makes its own")
        }
    }

    @Suite("The operations listener") struct OperatorKeyTests {
        @Test(arguments: StackService.all.map(\.name))
        func `opens to nobody without the operator key`(name: String) async throws {
            let stack = try stack()
            let service = try #require(StackService.all.first { $0.name == name })
            let url = "\(stack.operations(of: service))/ops/clock"
            #expect(try await stack.send("POST", url, nil, ["advanceSeconds": 0]).status == 401)
            #expect(try await stack.send("POST", url, Credential.random(), ["advanceSeconds": 0]).status == 401)
            #expect(try await stack.operate("POST", "clock", on: service, ["advanceSeconds": 0]).status == 200)
            for seconds: Int64 in [-1, 31_536_001, .max] {
                let answer = try await stack.operate(
                    "POST",
                    "clock",
                    on: service,
                    ["advanceSeconds": .integer(seconds)]
                )
                #expect(answer.status == 400)
            }
        }

        @Test(arguments: StackService.all.map(\.name))
        func `is not to be had on the public one`(name: String) async throws {
            let stack = try stack()
            let service = try #require(StackService.all.first { $0.name == name })
            let key = try stack.folder.readSecret(stack.folder.operatorKey)
            for path in ["/ops/clock", "/ready", "/ops/users"] {
                let answer = try await stack.send("POST", stack.address(of: service) + path, key, ["advanceSeconds": 0])
                #expect(answer.status == 404, "\(path)")
            }
        }
    }
}
