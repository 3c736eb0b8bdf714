import Testing
import Tokens

@testable import Stack

extension OnOneStack {
    /// An application on the user's own device keeps a key there; whoever steals its tokens has nothing (RFC 9449 §1).
    @Suite("Tokens that are bound to a key") struct BoundTokenTests {
        private func orders() throws -> String { try "\(stack().address(of: .ordersAPI))/orders" }

        @Test func `the owner signs in, calls, refreshes, and calls again`() async throws {
            let device = try KeyHolder(on: stack())
            let user = try await stack().makeUser("dora")
            var tokens = try await device.signIn(user)
            for _ in 0..<2 {
                #expect(tokens.tokenType == .dpop)
                let answer = try await device.send("GET", orders(), tokens.accessToken)
                #expect(answer.status == 200)
                let refresh = try await device.refresh(#require(tokens.refreshToken))
                tokens = try stack().readTokens(refresh, "refreshing with a proof")
            }
        }

        @Test func `an order is placed, and its address fetched on behalf of the user`() async throws {
            let device = try KeyHolder(on: stack())
            let token = try await device.signIn(stack().makeUser("dion")).accessToken
            // Orders exchanges the bound token: it cannot pass the proof on, and is believed to have seen it.
            let answer = try await device.send("POST", orders(), token, ["item": "lantern", "quantity": 1])
            #expect(answer.status == 201)
        }

        @Test func `the provider tells an API to which key a token is bound`() async throws {
            let device = try KeyHolder(on: stack())
            let token = try await device.signIn(stack().makeUser("dirk")).accessToken
            let answer = try await stack().introspect(token, as: .ordersAPI)
            #expect(answer.json?["active"] == true && answer.json?["token_type"] == "DPoP")
            #expect(answer.json?["cnf"] == ConfirmationMethod.key(device.thumbprint).json)
        }

        @Test func `a thief with the token alone gets nothing, nor with a key of their own`() async throws {
            let stack = try stack()
            let (device, thief) = (try KeyHolder(on: stack), try KeyHolder(on: stack))
            let token = try await device.signIn(stack.makeUser("dana")).accessToken
            let url = try orders()
            let asBearer = try await stack.send("GET", url, token)
            let withoutProof = try await stack.client.send(Call("GET", url, token, proofs: []))
            let withAnotherKey = try await thief.send("GET", url, token)
            for answer in [asBearer, withoutProof, withAnotherKey] {
                #expect(answer.status == 401 && answer.errorCode == "invalid_token")
                #expect(answer.header("www-authenticate")?.hasPrefix("DPoP ") == true)
            }
            let owners = try await device.send("GET", url, token)
            #expect(owners.status == 200)
        }

        @Test func `a proof that was seen on the way cannot be played again`() async throws {
            let stack = try stack()
            let device = try KeyHolder(on: stack)
            let token = try await device.signIn(stack.makeUser("dave")).accessToken
            let seen = try device.proof("GET", orders(), for: token)
            let call = Call("GET", try orders(), token, proofs: [seen])
            #expect(try await stack.client.send(call).status == 200)
            let replay = try await stack.client.send(call)
            #expect(replay.status == 401 && replay.errorCode == "invalid_dpop_proof")
        }

        @Test func `a stolen refresh token brings nothing, and its owner goes on`() async throws {
            let stack = try stack()
            let (device, thief) = (try KeyHolder(on: stack), try KeyHolder(on: stack))
            let stolen = try #require(try await device.signIn(stack.makeUser("dina")).refreshToken)
            for answer in [try await stack.refresh(stolen), try await thief.refresh(stolen)] {
                #expect(answer.status == 400 && answer.errorCode == "invalid_grant")
            }
            let refreshed = try stack.readTokens(await device.refresh(stolen), "the owner's own refresh")
            #expect(refreshed.tokenType == .dpop)
        }
    }
}
