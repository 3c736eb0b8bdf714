public import AsyncHTTPClient
public import NIOCore
import NIOHTTP1
import NIOSSL
public import Tokens

/// Calls other services over TLS: within a house, where both ends show a certificate of the house's own authority, or
/// out in the world, where only the server shows one.
///
/// - Takes: https URLs only; a request body of any size.
/// - Gives: answers of at most `Bounds.documentBytesMax` bytes, whole within the time-out.
/// - Refuses: as `DependencyUnavailable("host:port (reason)")` everything else. The reason never quotes the request.
/// - Source: RFC 8705 §2.
///
/// Nothing is retried here: a POST that may have been processed must not be sent twice.
public final class HTTPSClient: HTTPSender {
    private let client: HTTPClient
    private let timeoutSeconds: Int64

    /// Believes whom this system believes, and shows no certificate: for a provider that everybody can reach.
    ///
    /// TLS 1.2 at the least, for not every provider speaks more.
    ///
    /// - Parameter timeoutSeconds: from the first byte asked to the last byte answered.
    public convenience init(
        timeoutSeconds: Int64 = 5,
        eventLoopGroup: any EventLoopGroup = HTTPClient.defaultEventLoopGroup
    ) {
        var tls = TLSConfiguration.makeClientConfiguration()
        tls.minimumTLSVersion = .tlsv12
        self.init(tls, timeoutSeconds, eventLoopGroup)
    }

    /// Mutual TLS 1.3: shows a certificate, and believes one authority.
    ///
    /// - Parameters:
    ///   - certificateFile: our certificate chain, PEM, leaf first.
    ///   - privateKeyFile: its key, PEM.
    ///   - trustRootsFile: the authorities of the house, PEM; no other is believed.
    ///   - timeoutSeconds: from the first byte asked to the last byte answered.
    /// - Throws: `TLSFileUnusable`.
    public convenience init(
        certificateFile: String,
        privateKeyFile: String,
        trustRootsFile: String,
        timeoutSeconds: Int64 = 5,
        eventLoopGroup: any EventLoopGroup = HTTPClient.defaultEventLoopGroup
    ) throws {
        var tls = TLSConfiguration.makeClientConfiguration()
        tls.minimumTLSVersion = .tlsv13
        // Read now and not at the first connection: a bad file stops the start, not the first request.
        tls.trustRoots = .certificates(try Self.certificates(trustRootsFile))
        tls.certificateChain = try Self.certificates(certificateFile).map { .certificate($0) }
        tls.privateKey = .privateKey(try Self.privateKey(privateKeyFile))
        self.init(tls, timeoutSeconds, eventLoopGroup)
    }

    private init(_ tls: TLSConfiguration, _ timeoutSeconds: Int64, _ eventLoopGroup: any EventLoopGroup) {
        var tls = tls
        tls.certificateVerification = .fullVerification
        // A peer that is busy with what we asked keeps nobody from stopping: TLS 1.3 does not ask to wait for its close_notify.
        tls.shutdownTimeout = .milliseconds(500)
        var configuration = HTTPClient.Configuration(
            tlsConfiguration: tls,
            // A redirect could carry a credential to a stranger.
            redirectConfiguration: .disallow,
            timeout: HTTPClient.Configuration.Timeout(connect: .seconds(2))
        )
        configuration.httpVersion = .http1Only
        // Below the 60 s after which our servers close an idle connection: we never write into one that is just being closed.
        configuration.connectionPool.idleTimeout = .seconds(30)
        configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = 32
        // A dependency that is down is said to be down at once; waiting requests would only pile up behind it.
        configuration.connectionPool.retryConnectionEstablishment = false
        client = HTTPClient(eventLoopGroupProvider: .shared(eventLoopGroup), configuration: configuration)
        self.timeoutSeconds = timeoutSeconds
    }

    public func send(_ request: OutboundRequest) async throws(DependencyUnavailable) -> OutboundResponse {
        guard let authority = request.authority else { throw DependencyUnavailable("a service without an https URL") }
        do {
            let prepared = try HTTPClient.Request(
                url: request.url,
                method: HTTPMethod(rawValue: request.method),
                headers: HTTPHeaders(request.headers),
                body: request.body.map { .bytes($0) }
            )
            // This form of the call holds the deadline over the body too: a peer cannot keep us by answering a byte a second.
            let call = client.execute(
                request: prepared,
                delegate: ResponseAccumulator(request: prepared, maxBodySize: Bounds.documentBytesMax),
                deadline: .now() + .seconds(request.timeoutSeconds ?? timeoutSeconds)
            )
            // A service that stops does not wait for an answer that is ten seconds away.
            let response = try await withTaskCancellationHandler {
                try await call.get()
            } onCancel: {
                call.cancel()
            }
            return OutboundResponse(
                status: Int(response.status.code),
                headers: response.headers.map { ($0.name, $0.value) },
                body: response.body.map { Array($0.readableBytesView) } ?? []
            )
        } catch {
            throw DependencyUnavailable("\(authority) (\(Self.reason(for: error)))")
        }
    }

    /// A service that cannot start throws on its way and has shut nothing down; its reason must not end in a crash of the client's.
    deinit { client.shutdown { _ in } }

    /// Closes all connections. Nothing can be sent afterwards.
    public func shutdown() async {
        // Fails only when it was shut down before.
        try? await client.shutdown()
    }

    private static func reason(for error: any Error) -> String {
        switch error {
        // Not its long description: that one quotes header values.
        case let error as HTTPClientError: error.shortDescription
        case is ResponseAccumulator.ResponseTooBigError: "answer too large"
        case let error as NIOSSLError: "TLS: \(error)"
        default: "\(type(of: error))"  // NIO's connection errors among them
        }
    }

    private static func certificates(_ path: String) throws(TLSFileUnusable) -> [NIOSSLCertificate] {
        guard let certificates = try? NIOSSLCertificate.fromPEMFile(path), !certificates.isEmpty else {
            throw TLSFileUnusable(path: path, expected: "PEM certificates")
        }
        return certificates
    }

    private static func privateKey(_ path: String) throws(TLSFileUnusable) -> NIOSSLPrivateKey {
        guard let key = try? NIOSSLPrivateKey(file: path, format: .pem) else {
            throw TLSFileUnusable(path: path, expected: "a PEM private key")
        }
        return key
    }
}

/// A certificate or key file that is not there or not readable as what it should be. Names the file, quotes nothing of it.
public struct TLSFileUnusable: Error, CustomStringConvertible {
    let path: String
    let expected: String

    public var description: String { "the file \(path) does not hold \(expected)" }
}
