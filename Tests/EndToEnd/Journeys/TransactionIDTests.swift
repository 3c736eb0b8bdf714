import Testing
import Tokens

@testable import Stack

extension OnOneStack {
    @Suite("The transaction id") struct TransactionIDTests {
        @Test func `is in every answer of every service, of each request another one`() async throws {
            let stack = try stack()
            let user = try await stack.makeUser("traced")
            var answers: [(what: String, answer: Answer)] = []
            for service in StackService.all {
                let address = stack.address(of: service)
                let connection = try RawConnection(to: service, of: stack)
                answers += [
                    ("no such path", try await stack.send("GET", "\(address)/nothing-here")),
                    ("no such method", try await stack.send("TRACE", "\(address)/orders")),
                    ("no token", try await stack.send("GET", "\(address)/orders")),
                    ("no HTTP", try await connection.send("nonsense\r\n\r\n")),
                    ("a space before the colon", try await connection.send(Self.request("Accept : */*"))),
                    ("too much of a head", try await connection.send(Self.request("X-Padding: \(Self.padding)"))),
                ]
            }
            let provider = stack.address(of: .identityProvider)
            let app = try await ThirdPartyApp.register(on: stack)
            answers += [
                ("a key set", try await stack.send("GET", "\(provider)/oauth2/jwks.json")),
                ("metadata", try await stack.send("GET", "\(provider)/.well-known/openid-configuration")),
                ("a redirect", try await stack.send("GET", provider + app.authorizationPath(SignInRequest()))),
                ("a page", try await stack.send("GET", "\(provider)/login")),
                ("tokens", try await stack.refresh(user.refreshToken())),
                ("an OAuth error", try await stack.refresh(Credential("unknown"))),
                ("a forwarded answer", try await stack.listOrders(user.accessToken)),
                ("an order", try await stack.placeOrder("lamp", user.accessToken)),
            ]
            for (what, answer) in answers {
                let ids = answer.headers.filter { $0.name.lowercased() == HeaderName.transactionID }.map(\.value)
                #expect(ids.count == 1 && ids.allSatisfy { TraceContext.isTransactionID($0) }, "\(what): \(ids)")
            }
            let ids = answers.compactMap { $0.answer.header(HeaderName.transactionID) }
            #expect(Set(ids).count == ids.count)
        }

        private static let padding = String(repeating: "a", count: 20_000)

        private static func request(_ field: String) -> String {
            "GET /orders HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\(field)\r\n\r\n"
        }
    }
}
