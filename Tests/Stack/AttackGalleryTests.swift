import Testing
import Tokens

@testable import Stack

@Suite("The attack gallery, as a table") struct AttackGalleryTests {
    private let attacks = AttackGallery.groups.flatMap(\.attacks)

    @Test func `it holds at least sixty attacks, no two of one name`() {
        #expect(attacks.count >= 60)
        #expect(Set(attacks.map(\.name)).count == attacks.count)
        #expect(Set(AttackGallery.groups.map(\.name)).count == AttackGallery.groups.count)
    }

    @Test(arguments: [
        "signature-stripping", "key-confusion", "kid-tricks", "header-supplied-keys", "ecdsa-values",
        "token-kind-confusion", "audience-and-issuer-confusion", "time", "duplicate-members",
        "oversized-and-deep-inputs",
        "certificate-bound-tokens", "replayed-dpop", "actor-forging", "scope-laundering", "header-smuggling",
    ])
    func `every kind of attack that the house knows by name has its group`(name: String) {
        #expect(AttackGallery.group(named: name)?.attacks.isEmpty == false)
    }

    @Test func `each says what it would gain and what is sent, in a line`() {
        for attack in attacks {
            for text in [attack.name, attack.gain, attack.sent] {
                #expect((1...100).contains(text.count) && !text.contains("\n"), "\(attack.name): \(text)")
            }
        }
    }
}

@Suite("What counts as withstood") struct OutcomeTests {
    private let nonsense = answer(401, code: "invalid_token", transactionID: "t0")

    private static func answer(_ status: Int, code: String, transactionID: String, note: String = "") -> Answer {
        let document: JSONObject = ["code": .string(code), "txn": .string(transactionID), "note": .string(note)]
        let headers = [("transaction-id", transactionID), ("date", "at \(transactionID)")]
        return Answer(status: status, headers: headers, body: JSONWriter.bytes(document))
    }

    private func failure(_ answer: Answer, _ expected: Shot.Expectation, _ reasons: [String]) -> String? {
        Outcome(Shot(door: .ordersAPI, answer: answer, expected: expected), of: "it", reasons: reasons).failure
    }

    private var refused: Answer { Self.answer(401, code: "invalid_token", transactionID: "t1") }
    private var expected: Shot.Expectation { .refusedLike(nonsense: nonsense, .keyUnknown) }

    @Test func `a refusal in the words for everybody, for the reason that was expected`() {
        #expect(failure(refused, expected, ["keyUnknown"]) == nil)
    }

    @Test func `not a refusal for another reason, or for one that nobody wrote down`() {
        #expect(failure(refused, expected, ["tokenMalformed"])?.contains("not for keyUnknown") == true)
        #expect(failure(refused, expected, []) != nil)
    }

    @Test func `not an answer that lets it in, whatever the log says`() {
        let accepted = Self.answer(200, code: "invalid_token", transactionID: "t1")
        #expect(failure(accepted, expected, ["keyUnknown"])?.contains("GOT THROUGH") == true)
    }

    @Test func `not a refusal that can be told from another one`() {
        let telling = Self.answer(401, code: "invalid_token", transactionID: "t1", note: "no such key")
        #expect(failure(telling, expected, ["keyUnknown"])?.contains("nonsense") == true)
    }

    @Test func `the exact reason is the first, and the answer shows no more than the last`() {
        let vague = Answer(status: 401, headers: [], body: Array(#"{"error":"invalid_client"}"#.utf8))
        let shot = Shot(door: .tokenEndpoint, answer: vague, expected: .refused(.tokenExpired))
        #expect(Outcome(shot, of: "it", reasons: ["tokenExpired", "clientUnauthenticated"]).failure == nil)
        #expect(Outcome(shot, of: "it", reasons: ["clientUnauthenticated"]).failure != nil)
    }

    @Test func `something smuggled that changes nothing, and nothing else`() {
        let genuine = Self.answer(200, code: "", transactionID: "t2")
        let other = Self.answer(200, code: "", transactionID: "t3", note: "somebody else's order")
        #expect(failure(Self.answer(200, code: "", transactionID: "t3"), .ignored(genuine: genuine), []) == nil)
        #expect(failure(other, .ignored(genuine: genuine), []) != nil)
    }

    @Test func `an empty 400 of the parser, and not one of a route`() {
        #expect(failure(Answer(status: 400, headers: [], body: []), .unread, []) == nil)
        #expect(failure(Answer(status: 400, headers: [], body: []), .unread, ["parameterMalformed"]) != nil)
        #expect(failure(Answer(status: 200, headers: [], body: []), .unread, []) != nil)
    }
}

@Suite("What a forger makes") struct ForgeryTests {
    @Test func `the twin of a signature is another text, and as good`() throws {
        let key = try SigningKey.generate(.es256)
        let set = KeySet([key.verificationKey])
        let claims = ClientAssertionClaims(
            clientID: "c",
            audience: "a",
            issuedAt: NumericDate(0),
            expiresAt: NumericDate(60),
            tokenID: "j"
        )
        let token = try TokenMinter { _ in key }.mint(claims)
        #expect(token.malleatedTwin != token)
        #expect(token.malleatedTwin.malleatedTwin == token)
        let forgery = try Forgery(of: token, signedUnder: set.keys[0])
        #expect(forgery.underTheOldSignature == token, "what is not changed is the genuine token")
    }

    @Test func `a member that stands twice is written twice`() throws {
        let forgery = try Forgery(["sub": "me"]).payload(beginningWith: #""sub":"root""#)
        let payload = forgery.signingInput.split(separator: ".").last.flatMap { Base64URL.decode($0) }
        #expect(payload.map { String(decoding: $0, as: UTF8.self) } == #"{"sub":"root","sub":"me"}"#)
    }
}

@Suite("The reasons in the logs") struct RefusalLogTests {
    private let scratch: ScratchFolder

    init() throws { scratch = try ScratchFolder() }

    @Test func `are found by the transaction id of the answer, the first in front, from now on`() throws {
        let path = scratch.folder.log(of: "gateway")
        for service in StackService.all { try PrivateFile.write("", to: scratch.folder.log(of: service.name)) }
        let old = "info gateway: reason=tokenExpired route=/orders txn=one [ServiceKit] refused\n"
        try PrivateFile.write(old, to: path)
        let log = try RefusalLog(in: scratch.folder)
        let answer = Answer(status: 401, headers: [("transaction-id", "one")], body: [])
        #expect(try log.reasons(for: answer, at: .gateway).isEmpty)
        let lines =
            "reason=keyUnknown txn=one [A] a\nreason=clientUnauthenticated txn=one [B] b\nreason=other txn=two\nrea"
        try PrivateFile.write(old + lines, to: path)
        #expect(try log.reasons(for: answer, at: .gateway) == ["keyUnknown", "clientUnauthenticated"])
        #expect(try log.reasons(for: answer, at: .ordersAPI).isEmpty)
    }
}
