import Audit
import Foundation
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

    private func record(
        _ outcome: AuditOutcome,
        _ reason: Refusal?,
        status: Int = 401,
        event: AuditEvent = .access
    ) -> AuditRecord {
        var record = AuditRecord(event, outcome, service: "orders-api", trace: TraceContext())
        record.reason = reason.map { .refusal($0) }
        record.status = status
        return record
    }

    private func failure(_ answer: Answer, _ expected: Shot.Expectation, _ records: [AuditRecord]) -> String? {
        Outcome(Shot(door: .ordersAPI, answer: answer, expected: expected), of: "it", records: records).failure
    }

    private var refused: Answer { Self.answer(401, code: "invalid_token", transactionID: "t1") }
    private var expected: Shot.Expectation { .refusedLike(nonsense: nonsense, .keyUnknown) }

    @Test func `a refusal in the words for everybody, recorded once, for the reason that was expected`() {
        #expect(failure(refused, expected, [record(.denied, .keyUnknown)]) == nil)
    }

    @Test func `not a refusal that is recorded for another reason, as something else, twice or not at all`() {
        let right = record(.denied, .keyUnknown)
        let wrong: [[AuditRecord]] = [
            [], [right, right], [record(.denied, .tokenMalformed)], [record(.failed, .keyUnknown)],
            [record(.allowed, nil)], [record(.denied, .keyUnknown, status: 403)],
            [record(.denied, .keyUnknown, event: .tokenExchange)],
        ]
        for records in wrong { #expect(failure(refused, expected, records) != nil, "\(records)") }
    }

    @Test func `not an answer that lets it in, whatever the record says`() {
        let accepted = Self.answer(200, code: "invalid_token", transactionID: "t1")
        #expect(failure(accepted, expected, [record(.denied, .keyUnknown)])?.contains("GOT THROUGH") == true)
    }

    @Test func `not a refusal that can be told from another one`() {
        let telling = Self.answer(401, code: "invalid_token", transactionID: "t1", note: "no such key")
        #expect(failure(telling, expected, [record(.denied, .keyUnknown)])?.contains("nonsense") == true)
    }

    @Test func `a client's bad proof of itself is no client, whatever is wrong with it, and the record says that`() {
        let vague = Answer(status: 401, headers: [], body: Array(#"{"error":"invalid_client"}"#.utf8))
        let shot = Shot(door: .clientAssertion, answer: vague, expected: .refused(.tokenExpired))
        let exact = record(.denied, .tokenExpired, event: .tokenIssue)
        #expect(Outcome(shot, of: "it", records: [exact]).failure == nil)
        let asVague = record(.denied, .clientUnauthenticated, event: .tokenIssue)
        #expect(Outcome(shot, of: "it", records: [asVague]).failure != nil)
    }

    @Test func `something smuggled that changes nothing, and nothing else`() {
        let genuine = Self.answer(200, code: "", transactionID: "t2")
        let other = Self.answer(200, code: "", transactionID: "t3", note: "somebody else's order")
        let allowed = record(.allowed, nil, status: 200)
        #expect(failure(Self.answer(200, code: "", transactionID: "t3"), .ignored(genuine: genuine), [allowed]) == nil)
        #expect(failure(other, .ignored(genuine: genuine), [allowed]) != nil)
    }

    @Test func `an empty 400 of the parser, and not one of a route`() {
        let empty = Answer(status: 400, headers: [], body: [])
        let unread = record(.denied, .bodyMalformed, status: 400, event: .request)
        #expect(failure(empty, .unread, [unread]) == nil)
        #expect(failure(empty, .unread, [record(.denied, .parameterMalformed, status: 400)]) != nil)
        #expect(failure(Answer(status: 200, headers: [], body: []), .unread, [unread]) != nil)
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

@Suite("What services have recorded") struct RecordedDecisionsTests {
    private let scratch: ScratchFolder

    init() throws { scratch = try ScratchFolder() }

    /// A line as a log has it; nobody looks at its hash here.
    private func line(_ transactionID: String, _ reason: Refusal) -> String {
        var record = AuditRecord(
            .access,
            .denied,
            service: "gateway",
            trace: TraceContext(transactionID: transactionID)
        )
        record.reason = .refusal(reason)
        var document: JSONObject = ["seq": 1]
        for (name, value) in record.document.members { document[name] = value }
        document["hash"] = .string(Credential.random().exposed)
        return JSONWriter.text(document) + "\n"
    }

    @Test func `is found by the transaction id of the answer, from now on and in every file`() async throws {
        let transactionID = TraceContext().transactionID
        for service in StackService.all.map(\.name) {
            try FileManager.default.createDirectory(
                atPath: scratch.folder.auditLog(of: service),
                withIntermediateDirectories: true
            )
        }
        let folder = scratch.folder.auditLog(of: "gateway")
        let (first, second) = ("\(folder)/gateway-000000000001.jsonl", "\(folder)/gateway-000000000003.jsonl")
        let old = line(transactionID, .tokenExpired)
        try Data(old.utf8).write(to: URL(filePath: first))
        let decisions = try RecordedDecisions(in: scratch.folder)
        let new = line(transactionID, .keyUnknown) + line(TraceContext().transactionID, .tokenRevoked)
        let file = try FileHandle(forWritingTo: URL(filePath: first))
        try file.seekToEnd()
        try file.write(contentsOf: Data(new.utf8))
        try Data((line(transactionID, .tokenMissing) + #"{"half":"#).utf8).write(to: URL(filePath: second))
        let answer = Answer(status: 401, headers: [("transaction-id", transactionID)], body: [])
        let found = try await decisions.records(for: answer, at: .gateway)
        #expect(found.map(\.reason) == [.refusal(.keyUnknown), .refusal(.tokenMissing)])
        #expect(try await decisions.records(for: Answer(status: 401, headers: [], body: []), at: .gateway).isEmpty)
    }
}
