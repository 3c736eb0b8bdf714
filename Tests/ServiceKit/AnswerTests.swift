import HTTPTypes
import Hummingbird
import HummingbirdTesting
import ServiceKit
import Testing
import Tokens

struct Unexpected: Error {}

/// An adapter's error, which is an outage or is none.
struct AdapterFault: Outage {
    let outage: String?
}

/// One route for each thing that can happen to a request.
private func application(_ style: RefusalStyle, calledBy name: String? = nil) -> some ApplicationProtocol {
    let peer = name.map { PeerCertificate(thumbprint: CertificateThumbprint(ofDER: [1]), spiffeID: $0) }
    let recorder = Runtime.test(name: "test", clock: SystemClock(), peer: peer).decisions
    let router = Router<ServiceContext>.service(style, recordedBy: recorder)
    router.get("refused/:reason") { _, context -> Response in
        throw try #require(Refusal(rawValue: context.parameters.require("reason")))
    }
    router.get("fault") { _, _ -> Response in throw Unexpected() }
    router.get("unavailable") { _, _ -> Response in throw DependencyUnavailable("key set") }
    router.get("adapter/busy") { _, _ -> Response in throw AdapterFault(outage: "database") }
    router.get("adapter/broken") { _, _ -> Response in throw AdapterFault(outage: nil) }
    router.get("txn") { _, context in Response.json(["txn": .string(context.transactionID)]) }
    router.post("json") { request, context in Response.json(try await request.readJSON(context, bytesMax: 64)) }
    router.post("form") { request, context in
        Response.json(["a": .string(try await request.readForm(context).required("a"))])
    }
    return Application(router: router)
}

@Suite("Refusals and faults, RFC 6749 §5.2 and RFC 9457 §3")
struct AnswerTests {
    @Test func `an OAuth endpoint says the code and nothing else`() async throws {
        try await application(.oauth).test(.router) { client in
            try await client.execute(uri: "/refused/refreshTokenReused", method: .get) { response in
                #expect(response.status == .badRequest)
                #expect(String(buffer: response.body) == #"{"error":"invalid_grant"}"#)
                #expect(response.headers[.cacheControl] == "no-store")
            }
        }
    }

    @Test func `a client that tried Basic is challenged for Basic, another is not`() async throws {
        try await application(.oauth).test(.router) { client in
            let uri = "/refused/clientSecretWrong"
            let basic = try await client.execute(uri: uri, method: .get, headers: [.authorization: "Basic YTpi"])
            #expect(basic.status == .unauthorized)
            #expect(basic.headers[.wwwAuthenticate] == #"Basic realm="gatehouse""#)
            let post = try await client.execute(uri: uri, method: .get)
            #expect(post.status == .unauthorized)
            #expect(post.headers[.wwwAuthenticate] == nil)
        }
    }

    @Test(
        arguments: [
            (Refusal.tokenMissing, 401, "Bearer"),
            (.tokenExpired, 401, #"Bearer error="invalid_token""#),
            (.signatureInvalid, 401, #"Bearer error="invalid_token""#),
            (.operatorKeyWrong, 401, #"Bearer error="invalid_token""#),
            (.scopeInsufficient, 403, #"Bearer error="insufficient_scope""#),
            (.authenticationTooOld, 401, #"Bearer error="insufficient_user_authentication""#),
            (.proofMissing, 401, #"DPoP error="invalid_token""#),
            (.proofReplayed, 401, #"DPoP error="invalid_dpop_proof""#),
            (.bodyMalformed, 400, nil),
        ] as [(Refusal, Int, String?)]
    )
    func `an API challenges, and never says which check failed`(reason: Refusal, status: Int, challenge: String?)
        async throws
    {
        try await application(.problem).test(.router) { client in
            try await client.execute(uri: "/refused/\(reason.rawValue)", method: .get) { response in
                #expect(response.status.code == status)
                #expect(response.headers[.wwwAuthenticate] == challenge)
                #expect(response.headers[.contentType] == "application/problem+json")
                #expect(!String(buffer: response.body).contains(reason.rawValue))
            }
        }
    }

    @Test(arguments: [RefusalStyle.oauth, .problem])
    func `a fault is a bare 500 with its transaction id`(style: RefusalStyle) async throws {
        try await application(style).test(.router) { client in
            try await client.execute(uri: "/fault", method: .get) { response in
                #expect(response.status == .internalServerError)
                let body = String(buffer: response.body)
                #expect(body.contains("server_error"))
                #expect(!body.contains("Unexpected"))
                let transactionID = try #require(response.headers[.transactionID])
                #expect(body.contains(transactionID))
            }
        }
    }

    @Test(arguments: ["/unavailable", "/adapter/busy"], [RefusalStyle.oauth, .problem])
    func `what we cannot do for want of another part is a 503, never a 401`(path: String, style: RefusalStyle)
        async throws
    {
        try await application(style).test(.router) { client in
            let response = try await client.execute(uri: path, method: .get)
            #expect(response.status == .serviceUnavailable)
            #expect(response.headers[.retryAfter] == "1")
            #expect(String(buffer: response.body).contains("temporarily_unavailable"))
        }
    }

    @Test func `an adapter's error that no waiting mends is a 500`() async throws {
        try await application(.problem).test(.router) { client in
            let response = try await client.execute(uri: "/adapter/broken", method: .get)
            #expect(response.status == .internalServerError)
            #expect(response.headers[.retryAfter] == nil)
        }
    }

    @Test func `an unknown path is a documented 404`() async throws {
        try await application(.problem).test(.router) { client in
            let response = try await client.execute(uri: "/nowhere", method: .get)
            #expect(response.status == .notFound)
            #expect(String(buffer: response.body).contains(#""code":"not_found""#))
        }
    }
}

@Suite("Correlation")
struct CorrelationTests {
    private static let gateway = "spiffe://gatehouse.local/gateway"

    @Test func `a well-formed id from inside the house is kept`() async throws {
        let id = Credential.random(byteCount: 16).exposed
        try await application(.problem, calledBy: Self.gateway).test(.router) { client in
            let response = try await client.execute(uri: "/txn", method: .get, headers: [.transactionID: id])
            #expect(String(buffer: response.body) == #"{"txn":"\#(id)"}"#)
            #expect(response.headers[.transactionID] == id)
        }
    }

    @Test(arguments: ["short", "0123456789012345678901234567890123456789", "0123456789 12345678901", ""])
    func `an id that could carry text into a log is replaced`(id: String) async throws {
        try await application(.problem, calledBy: Self.gateway).test(.router) { client in
            let response = try await client.execute(uri: "/txn", method: .get, headers: [.transactionID: id])
            let given = try #require(response.headers[.transactionID])
            #expect(given != id)
            #expect(given.utf8.count == 22)
        }
    }
}

@Suite("Bodies")
struct BodyTests {
    @Test(arguments: [
        ("application/json", #"{"a":1}"#, 200), ("application/json; charset=utf-8", #"{"a":1}"#, 200),
        ("application/json", #"{"a":1,"a":2}"#, 400), ("application/json", "[1]", 400), ("application/json", "", 400),
        ("text/plain", #"{"a":1}"#, 415), ("application/jsonp", #"{"a":1}"#, 415),
        ("application/json", #"{"a":""# + String(repeating: "x", count: 64) + #""}"#, 413),
    ])
    func `JSON is read strictly and within its bound`(type: String, body: String, status: Int) async throws {
        try await application(.problem).test(.router) { client in
            let response = try await client.execute(
                uri: "/json",
                method: .post,
                headers: [.contentType: type],
                body: ByteBuffer(string: body)
            )
            #expect(response.status.code == status)
        }
    }

    @Test(arguments: [
        ("a=1&b=2", 200), ("a=1&a=1", 400), ("b=2", 400), ("a=%00", 400), ("a=%zz", 400),
    ])
    func `a form has each parameter once`(body: String, status: Int) async throws {
        try await application(.oauth).test(.router) { client in
            let response = try await client.execute(
                uri: "/form",
                method: .post,
                headers: [.contentType: "application/x-www-form-urlencoded"],
                body: ByteBuffer(string: body)
            )
            #expect(response.status.code == status)
        }
    }
}
