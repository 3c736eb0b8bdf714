import Testing
import Tokens

@testable import IdentityProvider

@Suite("Audience and scope of a token, RFC 8707 §2.2")
struct TokenIssuingTests {
    private let registry = ScopeRegistry(
        issuer: "https://issuer",
        apis: [
            Resource(
                identifier: "https://a",
                scopes: [
                    Scope(name: "a:read", description: "", requiredRole: nil),
                    Scope(name: "a:admin", description: "", requiredRole: "admin"),
                ]
            ),
            Resource(
                identifier: "https://b",
                scopes: [Scope(name: "b:read", description: "", requiredRole: nil)]
            ),
        ]
    )

    private func access(
        _ requested: [String],
        _ scope: ScopeSet,
        granted: [String] = ["https://a", "https://b"],
        roles: Set<String> = []
    ) throws(Refusal) -> Access {
        let clock = FixedClock(NumericDate(0))
        let issuing = TokenIssuing(
            issuer: "https://issuer",
            lifetimes: TokenLifetimes(accessSeconds: 600, serviceSeconds: 300, idSeconds: 300),
            registry: registry,
            minter: TokenMinter { _ in throw Refusal.keyUnknown },
            dates: TokenDates(
                issuer: "https://issuer",
                index: RevocationIndex(tokenLifetimeSecondsMax: 600, clock: clock),
                clock: clock
            )
        )
        return try issuing.access(requested: requested, scope: scope, within: granted, roles: roles)
    }

    @Test func `a token carries the scopes of its audience and no others`() throws {
        #expect(try access(["https://a"], ["a:read", "b:read"]) == Access(resource: "https://a", scope: ["a:read"]))
        #expect(try access(["https://b"], ["a:read", "b:read"]) == Access(resource: "https://b", scope: ["b:read"]))
    }

    @Test func `without a wish it is the first audience that the scope opens`() throws {
        #expect(try access([], ["a:read", "b:read"]).resource == "https://a")
        #expect(try access([], ["b:read"]).resource == "https://b")
    }

    @Test func `a scope with a role is only for accounts that have it`() throws {
        #expect(try access([], ["a:read", "a:admin"]).scope == ["a:read"])
        #expect(try access([], ["a:read", "a:admin"], roles: ["admin"]).scope == ["a:read", "a:admin"])
        #expect(throws: Refusal.scopeNotAllowed) { try access(["https://a"], ["a:admin"]) }
    }

    @Test(arguments: [["https://c"], ["https://issuer"], ["https://a", "https://b"], ["https://a/"]])
    func `an audience that was not granted is refused, and so are two`(requested: [String]) {
        #expect(throws: Refusal.audienceNotAllowed) { try access(requested, ["a:read", "b:read"]) }
    }

    @Test func `a token that would open nothing is not made`() {
        #expect(throws: Refusal.scopeNotAllowed) { try access(["https://b"], ["a:read"]) }
        #expect(throws: Refusal.scopeNotAllowed) { try access([], []) }
    }
}
