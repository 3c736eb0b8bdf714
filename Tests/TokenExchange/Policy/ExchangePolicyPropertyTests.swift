import TestKit
import Testing
import Tokens

@testable import TokenExchange

/// Random policies, random chains of hops, random wishes. Whatever is granted is compared with a second, naive reading of the policy
/// that knows only what the user's first token said.
@Suite("The exchange policy: it only narrows")
struct ExchangePolicyPropertyTests {
    @Test func `no chain of hops gives what the user's own scopes did not imply, and every hop that may be is granted`()
    {
        var random = SeededGenerator(seed: 20_261_121)
        var granted = 0
        var refused = 0
        for _ in 0..<2_000 {
            var walk = Walk(RandomPolicy(&random), &random)
            for _ in 0..<6 {
                if walk.step(&random) { granted += 1 } else { refused += 1 }
            }
        }
        // Thousands of both, or the property was hardly asked.
        #expect(granted > 1_500)
        #expect(refused > 1_500)
    }
}

/// Up to four services with three scopes each, and some ways between them.
private struct RandomPolicy {
    let policy: ExchangePolicy

    init(_ random: inout SeededGenerator) {
        let names = Array(["a", "b", "c", "d"].prefix(.random(in: 2...4, using: &random)))
        var rules: [ExchangeRule] = []
        for actor in names {
            for target in names where target != actor && Int.random(in: 0..<4, using: &random) > 0 {
                var derive: [String: ScopeSet] = [:]
                for source in Self.scopes(of: actor) {
                    derive[source] = Self.subset(of: Self.scopes(of: target), &random)
                }
                rules.append(
                    ExchangeRule(
                        actor: actor,
                        audience: Self.audience(of: target),
                        lifetimeSecondsMax: .random(in: 1...60, using: &random),
                        derive: derive
                    )
                )
            }
        }
        let actors = Dictionary(uniqueKeysWithValues: names.map { ($0, Self.audience(of: $0)) })
        policy = ExchangePolicy(actors: actors, rules: rules)
    }

    static func audience(of service: String) -> String { "https://\(service).example" }
    static func scopes(of service: String) -> [String] { ["read", "write", "admin"].map { "\(service):\($0)" } }
    static func subset(of scopes: [String], _ random: inout SeededGenerator) -> ScopeSet {
        ScopeSet(scopes.filter { _ in Bool.random(using: &random) })
    }
}

/// One user's token on its way, hop by hop.
private struct Walk {
    let policy: ExchangePolicy
    /// Everything that the user's own scopes imply at the service where the token is now, whoever narrowed on the way.
    var implied: Set<String>
    var token: AccessTokenClaims
    var now = NumericDate(1_800_000_000)

    init(_ random: RandomPolicy, _ generator: inout SeededGenerator) {
        policy = random.policy
        let scope = RandomPolicy.subset(of: RandomPolicy.scopes(of: "a"), &generator)
        implied = Set(scope.values)
        token = Self.claims("https://a.example", scope, now, now + .random(in: 1...300, using: &generator), nil)
    }

    /// Tries one hop; whether it was granted.
    mutating func step(_ random: inout SeededGenerator) -> Bool {
        now = now + .random(in: 0...20, using: &random)
        let actor = policy.actors.keys.sorted().first { policy.actors[$0] == token.audience } ?? ""
        let target = ["a", "b", "c", "d"].randomElement(using: &random) ?? "a"
        let audience = RandomPolicy.audience(of: target)
        let asked: ScopeSet? =
            Bool.random(using: &random) ? nil : RandomPolicy.subset(of: RandomPolicy.scopes(of: target), &random)
        let hop = try? policy.hop(by: actor, to: audience, asking: asked, for: token, at: now)
        #expect((hop != nil) == mayGo(actor, audience, asked))
        guard let hop else { return false }

        let way = policy.rules.filter { $0.actor == actor && $0.audience == audience }
        implied = Set(way.flatMap { rule in implied.flatMap { rule.derive[$0]?.values ?? [] } })
        #expect(implied.isSuperset(of: hop.scope.values), "a scope that the user's own did not imply")
        #expect(asked.map { hop.scope.isSubset(of: $0) } ?? true, "a scope that was not asked for")
        #expect(hop.audience == audience)
        #expect((1...60).contains(hop.lifetimeSeconds))
        #expect(now + hop.lifetimeSeconds <= token.expiresAt, "a token that outlives the one it came from")
        #expect(hop.actor.chain == [actor] + (token.actor?.chain ?? []), "another chain than one actor more")
        token = Self.claims(audience, hop.scope, now, now + hop.lifetimeSeconds, hop.actor)
        return true
    }

    private func mayGo(_ actor: String, _ audience: String, _ asked: ScopeSet?) -> Bool {
        let way = policy.rules.filter { $0.actor == actor && $0.audience == audience }
        let derivable = Set(way.flatMap { rule in token.scope.values.flatMap { rule.derive[$0]?.values ?? [] } })
        let wanted = asked.map { Set($0.values) } ?? derivable
        return !wanted.isEmpty && wanted.isSubset(of: derivable) && now < token.expiresAt
            && (token.actor?.chain.count ?? 0) < 4
    }

    private static func claims(
        _ audience: String,
        _ scope: ScopeSet,
        _ now: NumericDate,
        _ expiresAt: NumericDate,
        _ actor: Actor?
    ) -> AccessTokenClaims {
        AccessTokenClaims(
            issuer: "https://localhost:8441",
            subject: "alice",
            audience: audience,
            clientID: "demo",
            issuedAt: now,
            expiresAt: expiresAt,
            tokenID: "1",
            scope: scope,
            authenticatedAt: now,
            actor: actor
        )
    }
}
