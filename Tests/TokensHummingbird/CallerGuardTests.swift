import HTTPTypes
import Hummingbird
import HummingbirdTesting
import TestKit
import Testing
import Tokens
import TokensHummingbird

@Suite("CallerGuard, RFC 6750 §2.1 and §3.1")
struct CallerGuardTests {
    private let api: GuardedRoutes

    init() throws { api = try GuardedRoutes() }

    private func status(_ path: String, _ authorization: [String]) async throws -> Int {
        var fields = HTTPFields()
        fields[values: .authorization] = authorization
        return try await api.get(path, fields).status.code
    }

    @Test func `the right token is let in, and the handler knows whose it is`() async throws {
        let token = try api.issuer.mint()
        let response = try await api.get("/open", bearer: token)
        #expect(response.status == .ok)
        #expect(String(buffer: response.body) == "user-alice")
        #expect(try await status("/open", ["bearer \(token.exposed)"]) == 200)
    }

    @Test func `no token, another scheme, an empty one and two fields are refused`() async throws {
        let token = try api.issuer.mint().exposed
        #expect(try await status("/open", []) == 401)
        #expect(try await status("/open", ["Basic \(token)"]) == 401)
        #expect(try await status("/open", ["Bearer "]) == 401)
        #expect(try await status("/open", ["Bearer"]) == 401)
        #expect(try await status("/open", [token]) == 401)
        #expect(try await status("/open", ["Bearer \(token)", "Bearer \(token)"]) == 400)
        // RFC 6750 §2.3: a token in the query is not even looked at.
        #expect(try await status("/open?access_token=\(token)", []) == 401)
    }

    @Test func `a request target with a fragment fits no proof, RFC 9112 §3.2`() throws {
        func read(_ path: String, at address: String = "https://api.example.com") throws -> DPoPRequest? {
            var head = HTTPRequest(method: .get, scheme: nil, authority: nil, path: path)
            head.headerFields[.dpop] = "a proof"
            let request = Request(head: head, body: RequestBody(buffer: ByteBuffer()))
            return try DPoPRequest(reading: request, address: address)
        }
        #expect(try read("/orders/1?a=b")?.url == "https://api.example.com/orders/1")
        #expect(try read("/orders", at: "https://api.example.com/")?.url == "https://api.example.com/orders")
        #expect(throws: Refusal.proofURLMismatch) { try read("/orders/1#/cancel") }
    }

    @Test func `a token without the scope is refused with 403`() async throws {
        let token = try api.issuer.mint { $0.scope = ["orders:write"] }
        #expect(try await api.get("/open", bearer: token).status == .forbidden)
    }

    @Test(arguments: [
        ("/of/user-alice", 200), ("/of/user-bob", 403), ("/of/User-alice", 403), ("/of/user-alice%20", 403),
        ("/of/user-%61lice", 403),
    ])
    func `a path of one user opens to that user's token only, as it is written`(path: String, status: Int) async throws
    {
        #expect(try await api.get(path, bearer: api.issuer.mint()).status.code == status)
    }

    @Test(
        arguments: [
            ("/open", nil, 200), ("/open", Actor("orders-api"), 403), ("/inside", nil, 403),
            ("/inside", Actor("orders-api"), 200),
            ("/inside", Actor("orders-api", actingAfter: Actor("users-api")), 200),
            // Orders is in this chain, but it is not Orders who calls: inner actors decide nothing (RFC 8693 §4.1).
            ("/inside", Actor("users-api", actingAfter: Actor("orders-api")), 403),
        ] as [(String, Actor?, Int)]
    )
    func `a route for people takes no exchanged token, a route for Orders no other`(
        path: String,
        actor: Actor?,
        status: Int
    ) async throws {
        let token = try api.issuer.mint { $0.actor = actor }
        #expect(try await api.get(path, bearer: token).status.code == status)
    }

    @Test func `a token that is bound to a certificate opens on that connection only`() async throws {
        let token = try api.issuer.mint { $0.confirmation = .certificate(ofDER: [1]) }
        for (certificate, status) in [([1], 200), ([2], 401), (nil, 401)] as [([UInt8]?, Int)] {
            var api = api
            api.certificate = certificate.map(CertificateThumbprint.init(ofDER:))
            #expect(try await api.get("/open", bearer: token).status.code == status)
        }
    }

    @Test(
        arguments: [
            ("phr", 0, 200), ("phrh", 300, 200), ("phr", 311, 401), ("pwd", 0, 401), (nil, 0, 401), ("phr", nil, 401),
        ] as [(String?, Int64?, Int)]
    )
    func `a sensitive route wants a strong and recent sign-in, RFC 9470 §3`(context: String?, age: Int64?, status: Int)
        async throws
    {
        let token = try api.issuer.mint {
            $0.authenticationContext = context
            $0.authenticatedAt = age.map { House.epoch - $0 }
        }
        #expect(try await api.get("/sensitive", bearer: token).status.code == status)
        #expect(try await api.get("/open", bearer: token).status == .ok)
    }
}

@Suite("Proofs of possession at a guard, RFC 9449 §7.1")
struct DPoPGuardTests {
    private let api: GuardedRoutes

    init() throws { api = try GuardedRoutes() }

    @Test func `a bound token is let in with a proof for this very request, whatever Host the request claims`()
        async throws
    {
        #expect(try await api.get("/open", api.fields(.sound)).status == .ok)
        #expect(try await api.get("/open?page=2", api.fields(.sound)).status == .ok)
        var fields = try api.fields(.sound)
        fields[.authorization] = fields[.authorization].map { "dpop" + $0.dropFirst(4) }
        fields[HTTPField.Name("host")!] = "thief.example"
        #expect(try await api.get("/open", fields).status == .ok)
    }

    @Test(arguments: BoundRequest.wrong)
    func `one thing wrong: 401, and which proofs would do`(request: BoundRequest) async throws {
        var fields = try api.fields(request)
        fields[HTTPField.Name("host")!] = "thief.example"
        let response = try await api.get("/open", fields)
        #expect(response.status == .unauthorized)
        #expect(response.headers[.wwwAuthenticate] == request.challenge)
    }

    @Test func `a proof counts once`() async throws {
        let (once, other) = (try api.fields(.sound), try api.fields(.sound))
        let statuses = try await api.get([("/open", once), ("/open", once), ("/open", other)]).map(\.status.code)
        #expect(statuses == [200, 401, 200])
    }

    @Test func `a bound token with too little scope is refused in its own scheme`() async throws {
        let minter = DPoPProofMinter(key: try .generate(.ed25519), clock: api.clock)
        let token = try api.issuer.mint {
            $0.confirmation = .key(minter.thumbprint)
            $0.scope = ["orders:write"]
        }
        let proof = try minter.mint(method: "GET", url: "\(House.ordersAddress)/open", accessToken: token)
        let fields = [.authorization: "DPoP \(token.exposed)", .dpop: proof.exposed] as HTTPFields
        let response = try await api.get("/open", fields)
        #expect(response.status == .forbidden)
        let expected = #"DPoP error="insufficient_scope", algs="ES256 ES384 Ed25519 PS256""#
        #expect(response.headers[.wwwAuthenticate] == expected)
    }

    @Test(arguments: [BoundRequest.sound, .underBearer])
    func `an API that takes bearer tokens only says no more than that`(request: BoundRequest) async throws {
        var api = api
        api.address = nil
        let refused = try await api.get("/open", api.fields(request))
        #expect(refused.status == .unauthorized)
        let challenge = request == .sound ? "Bearer" : #"Bearer error="invalid_token""#
        #expect(refused.headers[.wwwAuthenticate] == challenge)
        #expect(try await api.get("/open", bearer: api.issuer.mint()).status == .ok)
    }
}
