import HTTPTypes
import Hummingbird
import HummingbirdTesting
import ServiceKit
import Testing
import Tokens

@Suite("CallerGuard, RFC 6750 §2.1 and §3.1")
struct CallerGuardTests {
    private static let issuer = "https://issuer.test"
    private static let now = NumericDate(1_800_000_000)
    private let key: SigningKey

    init() throws { key = try SigningKey.generate(.es256) }

    private func token(scope: ScopeSet = ["orders:read"], actor: Actor? = nil) throws -> Credential {
        let key = key
        return try TokenMinter { _ in key }.mint(
            AccessTokenClaims(
                issuer: Self.issuer,
                subject: "alice",
                audience: "https://orders.test",
                clientID: "app",
                issuedAt: Self.now,
                expiresAt: Self.now + 600,
                tokenID: "t1",
                scope: scope,
                actor: actor
            )
        )
    }

    /// `/open` is for people, `/inside` for tokens that Orders exchanged, `/of/{user}` for the user it names.
    private func answer(_ path: String, authorization: [String]) async throws -> Int {
        let validator = TokenValidator<AccessTokenClaims>(
            issuers: [Self.issuer],
            audience: "https://orders.test",
            algorithms: [.es256],
            keys: FixedKeys(KeySet([key.verificationKey]), issuer: Self.issuer),
            clock: FixedClock(Self.now),
            revocations: NothingRevoked()
        )
        let runtime = Runtime.test(name: "test", clock: FixedClock(Self.now))
        let caller = CallerGuard(validator: validator, peers: runtime.peers)
        let router = Router<ServiceContext>.service(.problem)
        router.get("open", use: caller.requiring(scope: "orders:read") { _, _, _ in .json([:]) })
        let inside = caller.requiring(scope: "orders:read", actor: .only("orders-api")) { _, _, _ in .json([:]) }
        router.get("inside", use: inside)
        router.get(
            "of/:user",
            use: caller.requiring(scope: "orders:read", subjectInPath: "user") { _, _, _ in .json([:]) }
        )
        return try await Application(router: router).test(.router) { client in
            var headers = HTTPFields()
            for value in authorization { headers.append(HTTPField(name: .authorization, value: value)) }
            return try await client.execute(uri: path, method: .get, headers: headers).status.code
        }
    }

    @Test func `the right token is let in`() async throws {
        #expect(try await answer("/open", authorization: ["Bearer \(token().exposed)"]) == 200)
        #expect(try await answer("/open", authorization: ["bearer \(token().exposed)"]) == 200)
    }

    @Test func `no token, another scheme, an empty one and two fields are refused`() async throws {
        let token = try token().exposed
        #expect(try await answer("/open", authorization: []) == 401)
        #expect(try await answer("/open", authorization: ["Basic \(token)"]) == 401)
        #expect(try await answer("/open", authorization: ["Bearer "]) == 401)
        #expect(try await answer("/open", authorization: ["Bearer \(token)", "Bearer \(token)"]) == 400)
    }

    @Test func `a token without the scope is refused with 403`() async throws {
        #expect(try await answer("/open", authorization: ["Bearer \(token(scope: ["orders:write"]).exposed)"]) == 403)
    }

    @Test(arguments: [
        ("/of/alice", 200), ("/of/bob", 403), ("/of/Alice", 403), ("/of/alice%20", 403), ("/of/%61lice", 403),
    ])
    func `a path of one user opens to that user's token only, as it is written`(path: String, status: Int) async throws
    {
        #expect(try await answer(path, authorization: ["Bearer \(token().exposed)"]) == status)
    }

    @Test func `a route for people takes no exchanged token, a route for Orders takes no other`() async throws {
        let orders = try token(actor: Actor("orders-api")).exposed
        let chain = try token(actor: Actor("orders-api", actingAfter: Actor("users-api"))).exposed
        let users = try token(actor: Actor("users-api", actingAfter: Actor("orders-api"))).exposed
        #expect(try await answer("/open", authorization: ["Bearer \(orders)"]) == 403)
        #expect(try await answer("/inside", authorization: ["Bearer \(orders)"]) == 200)
        #expect(try await answer("/inside", authorization: ["Bearer \(chain)"]) == 200)
        // Orders is in this chain, but it is not Orders who calls: inner actors decide nothing (RFC 8693 §4.1).
        #expect(try await answer("/inside", authorization: ["Bearer \(users)"]) == 403)
        #expect(try await answer("/inside", authorization: ["Bearer \(token().exposed)"]) == 403)
    }
}
