import Testing
import Tokens

@testable import Stack

@Suite("What the tour and the commands print") struct StoryTests {
    private func token(_ payload: JSONObject) -> Credential {
        let header: JSONObject = ["alg": "ES256", "kid": "k", "typ": "at+jwt"]
        let parts = [header, payload].map { Base64URL.encode(JSONWriter.bytes($0)) }
        return Credential(parts.joined(separator: ".") + ".c2ln")
    }

    private func values(_ card: TokenCard) -> [String: String] {
        Dictionary(card.rows.map { ($0.label, $0.value) }, uniquingKeysWith: { $1 })
    }

    @Test func `a card shows what a token says and never the token`() throws {
        let token = token([
            "iss": "https://localhost:8441", "sub": "u1", "aud": "https://users.gatehouse.local",
            "scope": "users.address:read", "exp": 1_060,
            "act": ["sub": "users-api", "act": ["sub": "orders-api"]],
        ])
        let card = values(try TokenCard(token, now: NumericDate(1_000)))
        #expect(card["actors"] == "users-api, after orders-api")
        #expect(card["seconds left"] == "60")
        #expect(card["token"] == "[\(token.fingerprint)]")
        #expect(!card.values.contains { $0.contains("eyJ") })
    }

    @Test func `a token that nobody exchanged has no actors`() throws {
        #expect(values(try TokenCard(token(["sub": "u1"]), now: NumericDate(0)))["actors"] == "nobody")
    }

    @Test func `a table has a column for every member, as wide as its widest value`() {
        let lines = TextTable.columns([
            ["kid": "abc", "state": "active"], ["kid": "d", "state": "announced", "alg": "ES256"],
        ])
        #expect(lines == ["  kid  state      alg", "  abc  active", "  d    announced  ES256"])
    }

    @Test func `the scenarios are numbered without a gap`() {
        #expect(Tour.scenarios.map { $0.number } == Array(1...9))
    }
}
