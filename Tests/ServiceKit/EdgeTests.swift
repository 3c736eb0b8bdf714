import Audit
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import NIOCore
import Testing
import Tokens

@testable import ServiceKit

@Suite("Methods, RFC 9110 §15.5.6")
struct MethodTests {
    @Test(arguments: [HTTPRequest.Method.post, .put, .delete, .options, .trace, .head])
    func `a known path with another method is 405, an unknown path 404`(method: HTTPRequest.Method) async throws {
        let router = Router<ServiceContext>.service(.problem, recordedBy: .test())
        router.get("things/:id") { _, _ in Response.json([:]) }
        router.patch("things/:id") { _, _ in Response.json([:]) }
        let service = AssembledService(router: router)
        try await Application(router: service.router).test(.router) { client in
            let response = try await client.execute(uri: "/things/1", method: method)
            #expect(response.status == .methodNotAllowed)
            #expect(response.headers[.allow] == "GET, PATCH")
            #expect(response.headers[.contentType] == "application/problem+json")
            #expect(try await client.execute(uri: "/things/1", method: .patch).status == .ok)
            #expect(try await client.execute(uri: "/things", method: method).status == .notFound)
        }
    }
}

@Suite("Correlation at the edge")
struct EdgeCorrelationTests {
    /// By the name in the certificate that the caller shows; one that shows none, or one without a name of the house, is a stranger.
    @Test(
        arguments: [
            (.house, "spiffe://gatehouse.local/orders-api", true, true),
            (.house, "spiffe://elsewhere/orders-api", false, false), (.house, nil, true, false),
            (.house, "", true, false),
            (.anybody, nil, true, true),
        ] as [(Correlation, String?, Bool, Bool)]
    )
    func `a transaction id is believed of a service of the house, and of anybody at the operations door`(
        correlation: Correlation,
        name: String?,
        isOfHouse: Bool,
        isKept: Bool
    ) async throws {
        let peer = name.map { name in
            PeerCertificate(
                thumbprint: CertificateThumbprint(ofDER: [1]),
                spiffeID: name.isEmpty ? nil : name,
                isOfHouse: isOfHouse
            )
        }
        let recorder = DecisionRecorder.test(peers: FixedPeer(peer: peer))
        let router = Router<ServiceContext>.service(.problem, correlation, recordedBy: recorder, limitedBy: nil)
        router.get("txn") { _, context in Response.json(["txn": .string(context.transactionID)]) }
        try await Application(router: router).test(.router) { client in
            let id = Credential.random(byteCount: 16).exposed
            let response = try await client.execute(uri: "/txn", method: .get, headers: [.transactionID: id])
            #expect((response.headers[.transactionID] == id) == isKept)
        }
    }
}

/// A connection whose certificate cannot be read.
private struct UnreadablePeer: PeerCertificateSource {
    func certificate(of context: ServiceContext) throws -> PeerCertificate? { throw ChannelError.ioOnClosedChannel }
}

@Suite("Peers and their certificates")
struct PeerTests {
    @Test(arguments: [
        ("spiffe://gatehouse.local/a", "spiffe://gatehouse.local/b", true),
        ("spiffe://gatehouse.local/a", "spiffe://gatehouse.local.evil/b", false),
        ("spiffe://gatehouse.local/a", "spiffe://elsewhere/gatehouse.local", false),
        ("", "spiffe://gatehouse.local/b", false), ("spiffe://gatehouse.local/a", "", false),
    ])
    func `of the house is who has a name in the trust domain of our own certificate`(
        ours: String,
        theirs: String,
        isOfHouse: Bool
    ) throws {
        func peer(_ name: String, _ trustDomain: Substring?) throws -> PeerCertificate {
            PeerCertificate(der: try TLSFiles.certificate(named: name), trustDomain: trustDomain)
        }
        let domain = try peer(ours, nil).spiffeID.map(PeerCertificate.trustDomain)
        let other = try peer(theirs, domain)
        #expect(other.isOfHouse == isOfHouse)
        #expect(other.spiffeID == (theirs.isEmpty ? nil : theirs))
    }

    @Test(arguments: [true, false])
    func `a certificate that cannot be read is a fault like any other, with its answer and one record`(
        isUnreadable: Bool
    ) async throws {
        let audit = AuditMemory()
        let peers: any PeerCertificateSource = isUnreadable ? UnreadablePeer() : FixedPeer(peer: nil)
        let router = Router<ServiceContext>.service(.problem, recordedBy: .test(audit, peers: peers))
        router.get("thing") { _, _ in Response.json([:]) }
        try await Application(router: router).test(.router) { client in
            let answer = try await client.execute(uri: "/thing", method: .get)
            #expect(answer.status == (isUnreadable ? .internalServerError : .ok))
            #expect(answer.headers[.transactionID] != nil)
            #expect(String(buffer: answer.body).contains("server_error") == isUnreadable)
        }
        #expect(audit.records.map(\.reason) == (isUnreadable ? [.fault] : []))
    }
}

@Suite("Bodies and their length")
struct BodyLengthTests {
    /// Piece by piece, as a connection brings it; nobody has to say how much there will be.
    private func request(pieces: Int, announced: Int? = nil) -> Request {
        let body = AsyncStream<ByteBuffer> { stream in
            for _ in 0..<pieces { stream.yield(ByteBuffer(string: "abcd")) }
            stream.finish()
        }
        var head = HTTPRequest(method: .post, scheme: nil, authority: nil, path: "/")
        head.headerFields[.contentLength] = announced.map(String.init)
        return Request(head: head, body: RequestBody(asyncSequence: body))
    }

    @Test func `a body is read up to its bound and refused beyond`() async throws {
        #expect(try await request(pieces: 2).readBytes(bytesMax: 8) == Array("abcdabcd".utf8))
        await #expect(throws: Refusal.bodyTooLarge) { try await request(pieces: 3).readBytes(bytesMax: 8) }
    }

    @Test func `a body that ends before its announced length is refused`() async throws {
        #expect(try await request(pieces: 2, announced: 8).readBytes(bytesMax: 64).count == 8)
        await #expect(throws: Refusal.bodyMalformed) {
            try await request(pieces: 1, announced: 8).readBytes(bytesMax: 64)
        }
    }

    @Test func `whoever is cancelled while reading has read nothing`() async {
        let reading = Task {
            withUnsafeCurrentTask { $0?.cancel() }
            return try await request(pieces: 2).readBytes(bytesMax: 64)
        }
        await #expect(throws: CancellationError.self) { try await reading.value }
    }
}

@Suite("Problem titles, RFC 9457 §4.2.1")
struct ProblemTitleTests {
    @Test(arguments: Refusal.allCases)
    func `every refusal has a title for people`(reason: Refusal) async throws {
        let router = Router<ServiceContext>.service(.problem, recordedBy: .test())
        router.get("refused") { _, _ -> Response in throw reason }
        try await Application(router: router).test(.router) { client in
            let response = try await client.execute(uri: "/refused", method: .get)
            let problem = try JSONReader.readObject(Array(buffer: response.body))
            #expect(problem["title"]?.string?.isEmpty == false)
        }
    }
}
