import Testing
import Tokens

@testable import Stack

/// What somebody does who has read a code out of a browser's history, a log or a referrer, and what the provider answers.
struct CodeTheft: Sendable, CustomTestStringConvertible {
    let testDescription: String
    /// Makes of the genuine token request the thief's.
    var change: @Sendable (inout Redemption) -> Void = { _ in }
    /// Whether the thief brings a registered client of their own.
    var isByAnotherClient = false
    var code = "invalid_grant"

    static let all = [
        CodeTheft(testDescription: "without the verifier", change: { $0.verifier = nil }, code: "invalid_request"),
        CodeTheft(testDescription: "with another verifier", change: { $0.verifier = .random() }),
        CodeTheft(testDescription: "sent elsewhere", change: { $0.redirectURI = "https://thief.example/callback" }),
        CodeTheft(testDescription: "by another client, with the verifier", isByAnotherClient: true),
    ]
}

extension OnOneStack {
    @Suite("A stolen authorization code") struct StolenCodeTests {
        @Test(arguments: CodeTheft.all)
        func `brings a thief nothing, and its owner the tokens`(theft: CodeTheft) async throws {
            let app = try await ThirdPartyApp.register(on: stack())
            let genuine = try await app.receiveCode(from: stack().makeUser("bea"))
            let thief = theft.isByAnotherClient ? try await ThirdPartyApp.register(on: stack()) : app
            var stolen = genuine
            theft.change(&stolen)
            let refused = try await thief.redeem(stolen)
            #expect(refused.status == 400)
            #expect(refused.errorCode == theft.code)
            #expect(try await app.redeem(genuine).status == 200, "a refused theft does not spend the code")
        }

        @Test func `a second redemption takes away what the first one brought`() async throws {
            let stack = try stack()
            let app = try await ThirdPartyApp.register(on: stack)
            let redemption = try await app.receiveCode(from: stack.makeUser("cleo"))
            let first = try stack.readTokens(await app.redeem(redemption), "redeeming the code")
            let refreshToken = try #require(first.refreshToken)
            for token in [first.accessToken, refreshToken] {
                #expect(try await app.client.introspect(token).json?["active"] == true)
            }
            // Who was first, the thief or the owner? Nobody can tell, so nobody keeps anything (RFC 6749 §4.1.2).
            let second = try await app.redeem(redemption)
            #expect(second.status == 400)
            #expect(second.errorCode == "invalid_grant")
            for token in [first.accessToken, refreshToken] {
                #expect(try await app.client.introspect(token).json == ["active": false])
            }
            #expect(try await app.client.refresh(refreshToken).errorCode == "invalid_grant")
        }

        @Test func `no code is sent to an address that the client has not registered`() async throws {
            let app = try await ThirdPartyApp.register(on: stack())
            var browser = try Browser(stack())
            let signInPage = try await browser.open(app.authorizationPath(SignInRequest()))
            #expect(signInPage.status == 200)
            // One character more, and not one step of the way back: a redirect would be the thief's.
            let elsewhere = SignInRequest(redirectURI: ThirdPartyApp.redirectURI + "s")
            let refused = try await browser.open(app.authorizationPath(elsewhere))
            #expect(refused.status == 400)
            #expect(refused.header("location") == nil)
            #expect(refused.text.contains("an address that is not its own"))
        }
    }
}
