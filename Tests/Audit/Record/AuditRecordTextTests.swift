import TestKit
import Testing
import Tokens

@testable import Audit

@Suite("Audit records as text")
struct AuditRecordTextTests {
    @Test(arguments: [AuditRecord.minimal, .full()])
    func `what is read is what was written`(record: AuditRecord) throws {
        #expect(try AuditRecord(reading: record.document) == record)
        #expect(JSONWriter.bytes(record.document) == record.bytes)
    }

    @Test(arguments: AuditEvent.allCases, AuditOutcome.allCases)
    func `every event and every outcome is read`(event: AuditEvent, outcome: AuditOutcome) throws {
        let record = AuditRecord(event, outcome, service: "gateway", trace: TraceContext())
        #expect(try AuditRecord(reading: record.document) == record)
    }

    @Test func `what is not there is left out`() {
        #expect(
            JSONWriter.text(AuditRecord.minimal.document)
                == #"{"time":"2026-11-21T22:20:43.123Z","service":"users-api","event":"request","outcome":"denied"}"#
        )
    }

    @Test(arguments: [512, 513, 100_000])
    func `a text is cut at its bound, and shows it`(length: Int) throws {
        let record = AuditRecord.full { $0.subject = String(repeating: "ä", count: length / 2) + "b" }
        let subject = try AuditRecord(reading: record.document).subject
        #expect(subject?.utf8.count ?? 0 <= 512)
        #expect(subject == record.subject || subject?.hasSuffix("ä…") == true)
        #expect((subject == record.subject) == (record.subject.map(\.utf8.count) ?? 0 <= 512))
    }

    @Test func `scope values are cut whole`() throws {
        let scope = ScopeSet((0..<100).map { "scope-number:\($0)" })
        let read = try AuditRecord(reading: AuditRecord.full { $0.asked.scope = scope }.document).asked.scope
        #expect(read.contains("..."))
        #expect(read.values.filter { $0 != "..." }.allSatisfy(scope.contains))
        #expect(read.text.utf8.count <= 512)
    }

    @Test func `what a refused token says is cut when it is noted`() throws {
        let long = String(repeating: "x", count: 700)
        let payload: JSONObject = [
            "jti": .string(long), "sub": .string(long), "scope": .string(long + " orders:read"),
            "act": ["sub": .string(long)],
        ]
        let parts = [["alg": "ES256", "kid": .string(long)] as JSONObject, payload].map {
            Base64URL.encode(JSONWriter.bytes($0))
        }
        let token = try #require(AuditToken(unverified: .access, Credential((parts + ["AAAA"]).joined(separator: "."))))
        for text in [token.tokenID, token.subject ?? "", token.keyID ?? "", token.scope.text] + token.actors {
            #expect((1...512).contains(text.utf8.count))
        }
        #expect(token.scope == ["...", "orders:read"])
    }

    @Test func `lists are cut at their bounds, and named`() throws {
        let record = AuditRecord.full { record in
            record.presented = Array(repeating: .sample(.access), count: 7)
            record.revoked = (0..<33).map { .token("\($0)") }
            record.signals = (0..<17).map { "\($0)" }
            record.details = Dictionary((0..<17).map { ("\($0)", "") }) { $1 }
        }
        let read = try AuditRecord(reading: record.document)
        #expect(read.presented.count == 6)
        #expect(read.revoked == Array(record.revoked.prefix(32)))
        #expect(read.signals.count == 16)
        #expect(read.details["cut"] == "presented revoked signals details")
    }

    @Test func `a stranger's line breaks and escapes stay inside their text`() throws {
        let text = "\u{1B}[2J\n{\"seq\":1}\r\u{0}\\\""
        let record = AuditRecord.full { $0.subject = text }
        let line = JSONWriter.bytes(record.document)
        #expect(line.allSatisfy { $0 >= 0x20 })
        #expect(try AuditRecord(reading: record.document).subject == text)
    }

    @Test func `the longest record has room in a line`() {
        let long = String(repeating: "\u{1}", count: 600)
        let record = AuditRecord.full { record in
            var token = AuditToken.sample(.access, isVerified: false)
            (token.tokenID, token.issuer, token.subject, token.clientID) = (long, long, long, long)
            (token.audience, token.sessionID, token.keyID) = (long, long, long)
            token.scope = ScopeSet((0..<200).map { "scope-\($0)" })
            token.actors = Array(repeating: long, count: 9)
            record.presented = Array(repeating: token, count: 9)
            record.issued = record.presented
            record.revoked = Array(repeating: .grant(sessionID: long, clientID: long), count: 40)
            record.signals = Array(repeating: long, count: 20)
            record.details = Dictionary((0..<20).map { ("\($0)" + long, long) }) { $1 }
            (record.subject, record.clientID, record.route) = (long, long, long)
            record.peer = AuditRecord.Peer(address: long, certificate: long, name: long)
        }
        #expect(record.bytes.count + 200 <= AuditBounds.lineBytesMax)
        #expect(!record.document.members.isEmpty)
    }

    @Test(
        arguments: [
            ("time", nil), ("time", "yesterday"), ("event", "party"), ("outcome", nil), ("service", 1),
            ("reason", "because"), ("presented", ["text"]), ("txn", "no id"), ("status", "200"), ("details", ["a": 1]),
        ] as [(String, JSONValue?)]
    )
    func `what is no record names its member`(name: String, value: JSONValue?) throws {
        var document = AuditRecord.full().document
        _ = try AuditRecord(reading: document)
        document[name] = value
        #expect(throws: AuditRecordMalformed.self) { try AuditRecord(reading: document) }
    }
}

extension AuditRecord {
    /// As the log writes it.
    fileprivate var bytes: [UInt8] {
        var writer = MemberWriter()
        writer.begin()
        write(to: &writer)
        writer.end()
        return writer.bytes
    }
}
