import Testing

@testable import Tokens

@Suite("Actors, RFC 8693 §4.1")
struct ActorTests {
    private func read(_ value: JSONValue) throws -> Actor? {
        try ClaimReader(payload: JSONWriter.bytes(["act": value] as JSONObject)).actor()
    }

    private func chain(_ depth: Int) -> JSONValue {
        (2..<depth + 1).reduce(["sub": "service-1"]) { inner, level in
            ["sub": .string("service-\(level)"), "act": inner]
        }
    }

    @Test func `the newest actor stands outermost`() throws {
        let actor = Actor("users-api", actingAfter: Actor("orders-api"))
        #expect(actor.subject == "users-api")
        #expect(actor.chain == ["users-api", "orders-api"])
        #expect(actor.json == ["sub": "users-api", "act": ["sub": "orders-api"]])
        #expect(try read(actor.json) == actor)
    }

    @Test func `a chain ends at its bound`() throws {
        #expect(try read(chain(Bounds.actorDepthMax))?.chain.count == Bounds.actorDepthMax)
        #expect(throws: Refusal.actorChainTooLong) { try read(chain(Bounds.actorDepthMax + 1)) }
    }

    @Test(
        arguments: [
            "orders-api", [:], ["sub": ""], ["sub": 1], ["act": ["sub": "a"]], ["sub": "a", "act": "b"],
            ["sub": "a", "act": [:]],
            ["sub": "a", "act": .null], [["sub": "a"]], .null,
            // A member beside sub: a forger's room, and no rule of ours reads it.
            ["sub": "a", "scope": "orders:admin"], ["sub": "a", "act": ["sub": "b", "iss": "https://elsewhere"]],
        ] as [JSONValue]
    )
    func `a claim of another form is refused`(value: JSONValue) {
        #expect(throws: Never.self) { try read(["sub": "a", "act": ["sub": "b"]]) }
        #expect(throws: Refusal.claimMalformed) { try read(value) }
    }
}
