import TestKit
import Testing
import Tokens

@testable import TokenExchange

@Suite("The exchange policy's file")
struct PolicyFileTests {
    @Test func `the house's own policy says exactly this`() throws {
        let path = House.composeFile("exchange-policy.yaml")
        let policy = try PolicyFile(path: path).read(exchangeAudience: ExchangeHouse.exchange)
        #expect(policy.actors == ["orders-api": House.orders, "users-api": House.users])
        #expect(
            policy.rules == [
                ExchangeRule(
                    actor: "orders-api",
                    audience: House.users,
                    lifetimeSecondsMax: 60,
                    derive: ["orders:write": ["users.address:read"], "orders:read": ["users.summary:read"]]
                ),
                ExchangeRule(
                    actor: "users-api",
                    audience: House.orders,
                    lifetimeSecondsMax: 60,
                    derive: ["profile:read": ["orders.count:read"], "users.summary:read": ["orders.count:read"]]
                ),
            ]
        )
    }

    @Test(arguments: [
        ("60", "1"), ("https://b.example", "https://bb.example"), ("[\"b:read\"]", "[\"b:read\", \"b:write\"]"),
        ("    lifetime", "    # A comment.\n    lifetime"),
    ])
    func `a sound policy is read`(old: String, new: String) throws {
        let policy = try PolicyFile(path: "p.yaml").read(Self.changed(old, new), exchangeAudience: "https://x.example")
        #expect(policy.rules.count == 1)
    }

    @Test(arguments: [
        ("actors:", "actor:", "line 1, the document: 'actor' means nothing here"),
        ("lifetimeSecondsMax", "lifetimeSeconds", "line 7, rule 1: 'lifetimeSeconds' means nothing here"),
        ("    lifetimeSecondsMax: 60\n", "", "rule 1: 'lifetimeSecondsMax' is missing"),
        ("- actor: a", "- actor: c", "line 5, rule 1: there is no actor 'c'"),
        (
            "to: https://b.example", "to: https://c.example",
            "line 6, rule 1: 'https://c.example' is no declared audience"
        ),
        ("to: https://b.example", "to: https://a.example", "line 6, rule 1: a would exchange towards itself"),
        ("60", "61", "line 7, rule 1: lifetimeSecondsMax '61' is no whole number 1...60"),
        ("60", "0", "lifetimeSecondsMax '0'"), ("60", "1.5", "lifetimeSecondsMax '1.5'"),
        ("60", "[60]", "a text is wanted"),
        ("{ \"a:read\": [\"b:read\"] }", "{}", "derive of rule 1: it is no mapping with at least one entry"),
        ("[\"b:read\"]", "[]", "a:read in rule 1: it is no list with at least one entry"),
        ("[\"b:read\"]", "b:read", "a:read in rule 1: it is no list with at least one entry"),
        ("\"b:read\"", "\"b:read b:write\"", "'b:read b:write' is no single scope"),
        ("\"a:read\"", "\"a:\\u00e9\"", "is no single scope"),
        ("audience: https://a.example", "audience: http://a.example", "actor a: 'http://a.example' is no https URL"),
        ("audience: https://b.example", "audience: https://a.example", "line 3, actor b: a has the same audience"),
        ("audience: https://b.example", "audience: https://x.example", "audience is that of the token exchange itself"),
        ("b: { audience: https://b.example }", "a: { audience: https://b.example }", "it is no sound YAML"),
        ("b: { audience: https://b.example }", "b: https://b.example", "actor b: it is no mapping"),
        ("rules:", "rules: [", "it is no sound YAML"),
    ])
    func `a slip is refused with its place and a fix`(old: String, new: String, message: String) throws {
        let error = #expect(throws: PolicyFileError.self) {
            try PolicyFile(path: "p.yaml").read(Self.changed(old, new), exchangeAudience: "https://x.example")
        }
        let text = try #require(error?.description)
        #expect(text.hasPrefix("exchange policy p.yaml"))
        #expect(text.contains(message))
        #expect(text.contains(". To fix it: "))
    }

    @Test func `two rules for one way are refused: which of them would hold?`() throws {
        let rule = Self.sound.split(separator: "rules:\n")[1]
        let error = #expect(throws: PolicyFileError.self) {
            try PolicyFile(path: "p.yaml").read(Self.sound + rule, exchangeAudience: "https://x.example")
        }
        #expect(error?.problem == "rule 1 goes from a to https://b.example already")
        #expect(error?.line == 9)
    }

    @Test(arguments: ["", "actors", "- 1", "\u{0}", "--- {}\n--- {}"])
    func `what is no policy at all is refused`(text: String) {
        #expect(throws: PolicyFileError.self) {
            try PolicyFile(path: "p.yaml").read(text, exchangeAudience: "https://x.example")
        }
    }

    @Test func `a missing file is named`() {
        let error = #expect(throws: PolicyFileError.self) {
            try PolicyFile(path: "/nowhere.yaml").read(exchangeAudience: "https://x.example")
        }
        #expect(error?.file == "/nowhere.yaml")
    }

    private static let sound = """
        actors:
          a: { audience: https://a.example }
          b: { audience: https://b.example }
        rules:
          - actor: a
            to: https://b.example
            lifetimeSecondsMax: 60
            derive: { "a:read": ["b:read"] }

        """

    private static func changed(_ old: String, _ new: String) -> String {
        sound.replacing(old, with: new)
    }
}
