import HTTPTypes
import Hummingbird
import HummingbirdTesting
import TestKit
import Testing
import Tokens
import TokensHummingbird

@Suite("Routes without news of revocations")
struct StalenessTests {
    private let issuer: TestIssuer
    private let clock = House.clock()
    private let index: RevocationIndex

    init() throws {
        issuer = try TestIssuer()
        index = RevocationIndex(tokenLifetimeSecondsMax: 3_600, clock: clock, staleAfterSeconds: 60)
    }

    private func get(_ path: String, at seconds: Int64, _ token: Credential) async throws -> TestResponse {
        clock.advance(bySeconds: seconds)
        let callers = CallerGuard<BasicRequestContext>(validator: issuer.validator(clock: clock, revocations: index))
        let router = Router()
        router.get("default", use: callers.requiring(scope: "orders:read") { _, _, _ in "read" })
        router.get("closed", use: callers.requiring(scope: "orders:read", staleness: .failClosed) { _, _, _ in "read" })
        let trusting = StalenessRule.trust(secondsMax: 600)
        router.get("trusting", use: callers.requiring(scope: "orders:read", staleness: trusting) { _, _, _ in "read" })
        return try await Application(router: router).test(.router) { client in
            try await client.execute(
                uri: path,
                method: .get,
                headers: [.authorization: "Bearer \(token.exposed)"]
            )
        }
    }

    @Test(arguments: [
        ("default", 60, 200), ("default", 61, 503), ("closed", 60, 200), ("closed", 61, 503), ("trusting", 61, 200),
        ("trusting", 600, 200), ("trusting", 601, 503),
    ])
    func `a route goes on for as long as its rule says`(path: String, seconds: Int64, status: Int) async throws {
        index.confirm(issuer: issuer.issuer, at: clock.now())
        let token = try issuer.mint { $0.lifetimeSeconds = 3_600 }
        let response = try await get("/\(path)", at: seconds, token)
        #expect(response.status.code == status)
        #expect(response.headers[.retryAfter] == (status == 503 ? "1" : nil))
        #expect(response.headers[.wwwAuthenticate] == nil)
    }

    @Test(arguments: ["default", "closed", "trusting"])
    func `before the first news no route lets anybody in, and after it each does`(path: String) async throws {
        #expect(try await get("/\(path)", at: 0, issuer.mint()).status == .serviceUnavailable)
        index.confirm(issuer: issuer.issuer, at: clock.now())
        #expect(try await get("/\(path)", at: 0, issuer.mint()).status == .ok)
    }

    @Test(arguments: ["closed", "trusting"])
    func `a bad token is refused, however old the news`(path: String) async throws {
        let token = try issuer.mint { $0.lifetimeSeconds = 300 }
        #expect(try await get("/\(path)", at: 601, token).status == .unauthorized)
    }
}
