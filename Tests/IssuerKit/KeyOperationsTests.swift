import HTTPTypes
import Hummingbird
import HummingbirdTesting
import IssuerKit
import NIOCore
import ServiceKit
import Storage
import Testing
import Tokens

@Suite("Operating the keys of an issuer")
struct KeyOperationsTests {
    private let issuer: ScratchIssuer
    private let tokens: KeyRing
    private let events: KeyRing

    init() async throws {
        issuer = try await ScratchIssuer()
        tokens = try await issuer.ring()
        events = try await issuer.ring(name: .events)
        try await issuer.database.transaction { try $0.run("CREATE TABLE told (kid TEXT NOT NULL, txn TEXT NOT NULL)") }
    }

    // Looking.

    @Test func `the list shows each key of each ring with its moments and its state`() async throws {
        try await tokens.rotate()
        let keys = try #require(try await ask("GET", "keys").document["keys"]?.array).compactMap(\.object)
        #expect(keys.map { $0["ring"]?.string } == ["tokens", "tokens", "events"])
        #expect(keys.map { $0["state"]?.string } == ["active", "announced", "active"])
        #expect(keys[0]["alg"] == "ES256")
        #expect(keys[0]["activatesAt"] == 1_800_000_000)
        #expect(keys[0]["retiredAt"] == 1_800_000_250)
        #expect(keys[0]["removedAt"] == 1_800_000_990)
        #expect(keys[1]["announcedAt"] == 1_800_000_000)
        #expect(keys[1]["retiredAt"] == .null)
        #expect(keys[1]["revokedAt"] == .null)
    }

    // Rotating.

    @Test(
        arguments: [
            ("", ["tokens", "events"]), (#"{"algorithm":"ES256"}"#, ["tokens", "events"]),
            (#"{"ring":"events"}"#, ["events"]), (#"{"ring":"tokens","algorithm":"ES256"}"#, ["tokens"]),
        ]
    )
    func `a rotation names the keys that sign next, and the second one says that nothing was done`(
        body: String,
        rings: [String]
    ) async throws {
        for wasAnnouncedBefore in [false, true] {
            let answer = try await ask("POST", "keys/rotate", body)
            #expect(answer.status == .ok)
            let announced = try #require(answer.document["announced"]?.array).compactMap(\.object)
            #expect(announced.map { $0["ring"]?.string } == rings)
            #expect(announced.allSatisfy { $0["wasAnnouncedBefore"] == .bool(wasAnnouncedBefore) })
            let next = (tokens.list() + events.list()).filter { $0.state == .announced }.map(\.life.keyID)
            #expect(announced.map { $0["kid"]?.string } == next)
        }
    }

    @Test(arguments: [
        #"{"algorithm":"none"}"#, #"{"algorithm":"RS256"}"#, #"{"alg":"ES256"}"#, #"{"algorithm":"ES256","now":true}"#,
        #"{"ring":"other"}"#, "{}", "[]",
    ])
    func `a rotation that asks for anything else is refused and announces nothing`(body: String) async throws {
        #expect(try await ask("POST", "keys/rotate", body).status == .badRequest)
        #expect(tokens.states() == [.active])
        #expect(events.states() == [.active])
    }

    // Revoking.

    @Test func `a revocation names the key that signs now, and is told once, with the request's id`() async throws {
        let stolen = try tokens.signingKey(.es256).keyID
        for wasRevokedBefore in [false, true] {
            let answer = try await ask("POST", "keys/revoke", #"{"kid":"\#(stolen)"}"#)
            #expect(answer.status == .ok)
            #expect(answer.document["wasRevokedBefore"] == .bool(wasRevokedBefore))
            let (revoked, active) = (answer.document["revoked"]?.object, answer.document["active"]?.object)
            #expect(revoked?["kid"]?.string == stolen)
            #expect(revoked?["revokedAt"] == 1_800_000_000)
            #expect(active?["kid"]?.string == (try tokens.signingKey(.es256).keyID))
        }
        #expect(tokens.states() == [.revoked, .active] || tokens.states() == [.active, .revoked])
        let told = try await issuer.database.read { try $0.query("SELECT kid, txn FROM told") }
        #expect(try told.map { try $0.text("kid") } == [stolen])
        #expect(try told.first?.text("txn").isEmpty == false)
    }

    @Test func `an unknown key is not found`() async throws {
        #expect(try await ask("POST", "keys/revoke", #"{"kid":"another"}"#).status == .notFound)
        #expect(tokens.states() == [.active])
    }

    @Test func `a key that signs events can be rotated only: those who come late have yet to read what it signed`()
        async throws
    {
        let keyID = try events.signingKey(.es256).keyID
        #expect(try await ask("POST", "keys/revoke", #"{"kid":"\#(keyID)"}"#).status == .conflict)
        #expect(events.states() == [.active])
        #expect(try await ask("POST", "keys/rotate", #"{"ring":"events"}"#).status == .ok)
    }

    @Test(arguments: ["{}", #"{"kid":""}"#, #"{"kid":1}"#, #"{"kid":"a","force":true}"#])
    func `a revocation that names no key is refused`(body: String) async throws {
        #expect(try await ask("POST", "keys/revoke", body).status == .badRequest)
        #expect(tokens.states() == [.active])
    }

    @Test func `where nobody could be told, nothing can be revoked`() async throws {
        let keyID = try tokens.signingKey(.es256).keyID
        let alone = KeyOperations(ring: tokens)
        #expect(try await ask("POST", "keys/revoke", #"{"kid":"\#(keyID)"}"#, of: alone).status == .notFound)
        #expect(tokens.states() == [.active])
    }

    // Asking.

    private var operations: KeyOperations {
        KeyOperations(ring: tokens, events: events) { keyID, decision, connection in
            try connection.run("INSERT INTO told VALUES ($1, $2)", [keyID, decision.transactionID])
        }
    }

    private func ask(_ method: String, _ path: String, _ body: String = "", of operations: KeyOperations? = nil)
        async throws -> (status: HTTPResponse.Status, document: JSONObject)
    {
        let router = Router<ServiceContext>.service(.problem, recordedBy: .test())
        (operations ?? self.operations).add(to: router.group("ops"))
        let headers: HTTPFields =
            body.isEmpty ? [:] : [.contentType: "application/json", .contentLength: "\(body.utf8.count)"]
        let method = try #require(HTTPRequest.Method(method))
        return try await Application(router: router).test(.router) { client in
            try await client.execute(
                uri: "/ops/\(path)",
                method: method,
                headers: headers,
                body: ByteBuffer(string: body)
            ) { response in (response.status, try JSONReader.readObject(Array(buffer: response.body))) }
        }
    }
}
