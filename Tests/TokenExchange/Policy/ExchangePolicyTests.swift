import Testing
import Tokens

@testable import TokenExchange

@Suite("The exchange policy: one hop")
struct ExchangePolicyTests {
    private let now = NumericDate(1_800_000_000)
    private let policy = ExchangePolicy(
        actors: ["a": "https://a.example", "b": "https://b.example"],
        rules: [
            ExchangeRule(
                actor: "a",
                audience: "https://b.example",
                lifetimeSecondsMax: 30,
                derive: ["a:read": ["b:read"], "a:write": ["b:read", "b:write"]]
            )
        ]
    )

    @Test(
        arguments: [
            (["a:read"], nil, ["b:read"]), (["a:write"], nil, ["b:read", "b:write"]),
            (["a:read", "a:write"], ["b:write"], ["b:write"]), (["a:read", "b:write"], nil, ["b:read"]),
        ] as [(ScopeSet, ScopeSet?, ScopeSet)]
    )
    func `a scope gives what the rule derives from it, narrowed to what is asked`(
        held: ScopeSet,
        asked: ScopeSet?,
        granted: ScopeSet
    ) throws {
        #expect(try hop(held, asking: asked).scope == granted)
    }

    @Test(
        arguments: [
            (.scopeWidened, ["a:read"], ["b:write"]), (.scopeWidened, ["a:read"], ["b:read", "b:write"]),
            (.scopeWidened, ["b:write"], ["b:write"]), (.scopeNotAllowed, ["other"], nil), (.scopeNotAllowed, [], nil),
        ] as [(Refusal, ScopeSet, ScopeSet?)]
    )
    func `a scope beyond that is refused`(reason: Refusal, held: ScopeSet, asked: ScopeSet?) {
        #expect(throws: reason) { try hop(held, asking: asked) }
    }

    @Test(arguments: [(600, 30), (30, 30), (29, 29), (1, 1)] as [(Int64, Int64)])
    func `the lifetime is the rule's or what is left`(left: Int64, granted: Int64) throws {
        #expect(try hop(["a:read"], left: left).lifetimeSeconds == granted)
    }

    @Test(arguments: [0, -1, .min] as [Int64])
    func `less than a second is refused`(left: Int64) {
        #expect(throws: Refusal.lifetimeTooShort) { try hop(["a:read"], left: left) }
    }

    @Test func `a rule that says more than a minute is held to a minute`() throws {
        let rule = ExchangeRule(
            actor: "a",
            audience: "https://b.example",
            lifetimeSecondsMax: 3_600,
            derive: ["x": ["y"]]
        )
        let policy = ExchangePolicy(actors: policy.actors, rules: [rule])
        let hop = try policy.hop(by: "a", to: rule.audience, asking: nil, for: subject(["x"], left: 600), at: now)
        #expect(hop.lifetimeSeconds == 60)
    }

    @Test func `a way that no rule names is refused, the way back of one that is named included`() {
        for (actor, audience) in [("a", "https://c.example"), ("b", "https://a.example"), ("c", "https://b.example")] {
            #expect(throws: Refusal.audienceNotAllowed) {
                try policy.hop(by: actor, to: audience, asking: nil, for: subject(["a:read"], left: 600), at: now)
            }
        }
    }

    @Test func `the actor stands around those before, four at most`() throws {
        var chain: Actor?
        for depth in 1...4 {
            let hop = try hop(["a:read"], actor: chain)
            #expect(hop.actor.chain == Array(repeating: "a", count: depth))
            chain = hop.actor
        }
        #expect(throws: Refusal.actorChainTooLong) { try hop(["a:read"], actor: chain) }
    }

    private func hop(
        _ held: ScopeSet,
        asking asked: ScopeSet? = nil,
        left: Int64 = 600,
        actor: Actor? = nil
    ) throws(Refusal) -> Hop {
        let subject = subject(held, left: left, actor: actor)
        return try policy.hop(by: "a", to: "https://b.example", asking: asked, for: subject, at: now)
    }

    private func subject(_ scope: ScopeSet, left: Int64, actor: Actor? = nil) -> AccessTokenClaims {
        AccessTokenClaims(
            issuer: "https://localhost:8440",
            subject: "alice",
            audience: "https://a.example",
            clientID: "demo",
            issuedAt: now,
            expiresAt: now + left,
            tokenID: "1",
            scope: scope,
            authenticatedAt: now,
            actor: actor
        )
    }
}
