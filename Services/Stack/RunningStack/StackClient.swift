import AsyncHTTPClient
import NIOCore
import NIOHTTP1
import NIOSSL
import Synchronization
import Tokens

/// One HTTP request to a service of the stack.
struct Call: Sendable {
    var method = "GET"
    var url: String
    var headers: [(name: String, value: String)] = []
    var body: [UInt8]?
    /// The service whose certificate is presented; nil presents none, as browsers and curl do.
    var certificate: String?
}

extension Call {
    /// Members of forms and JSON documents that open something.
    fileprivate static let credentialMembers = [
        "access_token", "actor_token", "assertion", "client_assertion", "client_secret", "code", "code_verifier",
        "id_token", "password", "refresh_token", "subject_token", "token",
    ]

    /// What this request gives away to whoever reads it. Texts below 24 bytes are guesses, or ids, by which a token may be
    /// revoked too: both may stand in a log.
    fileprivate var credentials: [Credential] {
        var texts: [String] = []
        for (name, value) in headers {
            switch name.lowercased() {
            case "authorization", "dpop": texts.append(value.split(separator: " ").last.map(String.init) ?? "")
            case "cookie":
                texts += value.split(separator: "; ").compactMap { $0.split(separator: "=").last.map(String.init) }
            default: break
            }
        }
        if let body, body.first == UInt8(ascii: "{"), let json = try? JSONReader.readObject(body) {
            texts += Self.credentialMembers.compactMap { json[$0]?.string }
        } else if let form = try? FormParameters(reading: body ?? []) {
            texts += Self.credentialMembers.compactMap { form.optional($0) }
        }
        return texts.filter { $0.utf8.count >= 24 }.map { Credential($0) }
    }
}

/// What a service answered.
struct Answer: Sendable {
    let status: Int
    let headers: [(name: String, value: String)]
    let body: [UInt8]

    func header(_ name: String) -> String? { headers.first { $0.name.lowercased() == name.lowercased() }?.value }

    /// The members of a body that is a JSON object.
    var json: JSONObject? { try? JSONReader.readObject(body, bytesMax: 1 << 20) }

    /// `error` of an OAuth endpoint (RFC 6749 §5.2) or `code` of an API's problem document.
    var errorCode: String? { (json?["error"] ?? json?["code"])?.string }
}

/// Speaks HTTP with one stack: trusts its authority and no other, and can show any certificate out of its data folder.
final class StackClient: Sendable {
    private let http: HTTPClient
    private let folder: DataFolder
    private let certificates = Mutex<[String: TLSConfiguration]>([:])
    private let seen = Mutex<Set<Credential>>([])

    /// - Parameter connectionsMax: to one service at the same time; further requests wait for one of them.
    init(trusting folder: DataFolder, connectionsMax: Int = 8) throws {
        self.folder = folder
        var configuration = HTTPClient.Configuration(
            tlsConfiguration: nil,
            redirectConfiguration: .disallow,
            timeout: HTTPClient.Configuration.Timeout(connect: .seconds(5))
        )
        configuration.httpVersion = .http1Only
        configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = connectionsMax
        // A service that does not listen is said to be down at once: whoever wants to wait for it asks again.
        configuration.connectionPool.retryConnectionEstablishment = false
        http = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
    }

    /// Every credential that went over the wire so far, in either direction: a test looks for them in logs, records, metrics and
    /// spans, where none may be.
    var seenCredentials: Set<Credential> { seen.withLock { $0 } }

    func shutdown() async { try? await http.shutdown() }

    /// - Throws: when no answer came: the connection was refused, closed, or TLS did not agree.
    func send(_ call: Call, secondsMax: Int64 = 20) async throws -> Answer {
        var request = HTTPClientRequest(url: call.url)
        request.method = HTTPMethod(rawValue: call.method)
        for header in call.headers { request.headers.add(name: header.name, value: header.value) }
        request.body = call.body.map { .bytes(ByteBuffer(bytes: $0)) }
        if call.url.hasPrefix("https:") { request.tlsConfiguration = try tls(presenting: call.certificate) }
        remember(call.credentials)
        let response = try await http.execute(request, timeout: .seconds(secondsMax))
        let body = try await response.body.collect(upTo: 4 << 20)
        let answer = Answer(
            status: Int(response.status.code),
            headers: response.headers.map { ($0.name, $0.value) },
            body: Array(buffer: body)
        )
        remember(answer)
        return answer
    }

    private func remember(_ answer: Answer) {
        guard let json = answer.json else { return }
        // In an answer `code` is what was wrong.
        let names = Call.credentialMembers.filter { $0 != "code" }
        remember(names.compactMap { json[$0]?.string.map { Credential($0) } })
    }

    func remember(_ credential: Credential) { remember([credential]) }

    private func remember(_ credentials: [Credential]) {
        if !credentials.isEmpty { seen.withLock { $0.formUnion(credentials) } }
    }

    /// Read once for each identity: connections are pooled by configuration.
    private func tls(presenting service: String?) throws -> TLSConfiguration {
        if let known = certificates.withLock({ $0[service ?? ""] }) { return known }
        var configuration = TLSConfiguration.makeClientConfiguration()
        configuration.trustRoots = .file(folder.authority)
        configuration.minimumTLSVersion = .tlsv13
        if let service {
            configuration.certificateChain = try NIOSSLCertificate.fromPEMFile(folder.certificate(of: service))
                .map { .certificate($0) }
            configuration.privateKey = .privateKey(
                try NIOSSLPrivateKey(file: folder.privateKey(of: service), format: .pem)
            )
        }
        let made = configuration
        certificates.withLock { $0[service ?? ""] = made }
        return made
    }
}
