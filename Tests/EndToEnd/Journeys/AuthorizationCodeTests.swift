import Testing
import Tokens

@testable import Stack

extension OnOneStack {
    /// A person lets a stranger's application read their orders, without ever showing it a password.
    @Suite("The authorization code flow") struct AuthorizationCodeTests {
        private func provider() throws -> String { try stack().address(of: .identityProvider) }

        @Test func `a person signs in, agrees, and is sent back with a code`() async throws {
            let app = try await ThirdPartyApp.register(on: stack())
            let user = try await stack().makeUser("uma")
            let request = SignInRequest()
            var browser = try Browser(stack())
            let signInPage = try await browser.open(app.authorizationPath(request))
            #expect(signInPage.text.contains("to continue to <strong>A web shop</strong>"))
            let consentPage = try await browser.typePassword(of: user, on: signInPage)
            #expect(consentPage.text.contains("<h1>A web shop asks for access</h1>"))
            for line in ["Know who you are", "See your name", "Stay signed in when you are away", "See your orders"] {
                #expect(consentPage.text.contains("<li>\(line)</li>"))
            }
            let back = try await browser.submit(consentPage, [("decision", "allow")])
            #expect(back.header("location")?.hasPrefix("https://shop.example/callback?code=") == true)
            #expect(try back.redirected().optional("state") == request.state)
            #expect(try back.redirected().optional("iss") == provider(), "RFC 9207 §2: no other provider's answer")
        }

        @Test(arguments: [(registered: "ES256", other: "RS256"), (registered: "RS256", other: "ES256")])
        func `the ID token is signed with the published key of the registered algorithm`(
            registered: String,
            other: String
        ) async throws {
            let app = try await ThirdPartyApp.register(on: stack(), idTokens: registered)
            let user = try await stack().makeUser("vera")
            let request = SignInRequest()
            let token = try #require(try await app.signIn(user, request).idToken)
            let claims = try await validator(for: app, accepting: registered).verify(token, from: .unproven).claims
            #expect(claims.subject == user.subject)
            #expect(claims.nonce == request.nonce)
            await #expect(throws: Refusal.algorithmNotAccepted) {
                try await validator(for: app, accepting: other).verify(token, from: .unproven)
            }
        }

        private func validator(for app: ThirdPartyApp, accepting name: String) async throws
            -> TokenValidator<IDTokenClaims>
        {
            TokenValidator(
                issuers: [try provider()],
                audience: app.client.id,
                algorithms: [try #require(Algorithm.named(name))],
                keys: try await PublishedKeys(of: stack()),
                clock: try stack().clock,
                revocations: NothingRevoked()
            )
        }

        @Test func `the access token reads the user's orders and places none`() async throws {
            let stack = try stack()
            let user = try await stack.makeUser("willa")
            try await stack.placeOrder("lamp", user.accessToken).requireSuccess("placing an order")
            let tokens = try await ThirdPartyApp.register(on: stack).signIn(user)
            let orders = try await stack.listOrders(tokens.accessToken)
            #expect(orders.json?["orders"]?.array?.map { $0.object?["item"] } == ["lamp"])
            let placed = try await stack.placeOrder("lamp", tokens.accessToken)
            #expect(placed.status == 403)
            #expect(placed.errorCode == "insufficient_scope")
        }

        @Test func `a refresh for the provider's own audience opens userinfo`() async throws {
            let stack = try stack()
            let app = try await ThirdPartyApp.register(on: stack)
            let user = try await stack.makeUser("xenia")
            let atOrders = try await app.signIn(user)
            let refreshed = try await app.client.refresh(#require(atOrders.refreshToken), resource: provider())
            let atProvider = try stack.readTokens(refreshed, "refreshing")
            let userInfo = try await stack.send("GET", "\(provider())/oauth2/userinfo", atProvider.accessToken)
            #expect(userInfo.status == 200)
            #expect(
                userInfo.json == [
                    "sub": .string(user.subject), "name": .string(user.name),
                    "preferred_username": .string(user.name),
                ]
            )
            let refused = try await stack.send("GET", "\(provider())/oauth2/userinfo", atOrders.accessToken)
            #expect(refused.status == 401, "a token for Orders is none for the provider")
        }

        @Test func `the application gives the refresh token back, and nothing of the sign-in is alive`() async throws {
            let stack = try stack()
            let app = try await ThirdPartyApp.register(on: stack)
            let tokens = try await app.signIn(stack.makeUser("zoe"))
            let refreshed = try await app.client.refresh(#require(tokens.refreshToken))
            let current = try stack.readTokens(refreshed, "refreshing")
            let refreshToken = try #require(current.refreshToken)
            for token in [tokens.accessToken, current.accessToken, refreshToken] {
                #expect(try await app.client.introspect(token).json?["active"] == true)
            }
            #expect(try await app.client.revoke(refreshToken).status == 200)
            for token in [tokens.accessToken, current.accessToken, refreshToken] {
                #expect(try await app.client.introspect(token).json == ["active": false])
            }
            let refused = try await app.client.refresh(refreshToken)
            #expect(refused.status == 400)
            #expect(refused.errorCode == "invalid_grant")
        }
    }
}
