import Crypto
import NIOCore
import NIOSSL
import SwiftASN1
import Synchronization
public import Tokens
public import TokensHummingbird
import X509

/// The client certificate of a connection, as far as a service needs it. TLS has verified it against the authority of the house.
public struct PeerCertificate: Sendable, Hashable {
    /// What a certificate-bound token is bound to (RFC 8705 §3.1).
    public let thumbprint: CertificateThumbprint
    /// The `spiffe://` URI among the subject alternative names; nil where there is not exactly one.
    public let spiffeID: String?
    /// Whether that is a name of the house: of the trust domain in our own certificate. Others may be clients; what they say of
    /// other people's requests is not believed.
    public let isOfHouse: Bool

    public init(thumbprint: CertificateThumbprint, spiffeID: String?, isOfHouse: Bool = true) {
        self.thumbprint = thumbprint
        self.spiffeID = spiffeID
        self.isOfHouse = isOfHouse && spiffeID != nil
    }

    /// - Parameter trustDomain: of the house; nil where our own certificate names none, and nobody is of it.
    init(der: [UInt8], trustDomain: Substring?) {
        thumbprint = CertificateThumbprint(ofDER: der)
        let names = try? Certificate(derEncoded: der).extensions.subjectAlternativeNames
        let uris = (names.map(Array.init) ?? []).compactMap { name -> String? in
            if case .uniformResourceIdentifier(let uri) = name, uri.hasPrefix("spiffe://") { uri } else { nil }
        }
        spiffeID = uris.count == 1 ? uris[0] : nil
        isOfHouse = trustDomain != nil && spiffeID.map(Self.trustDomain) == trustDomain
    }

    /// `gatehouse.local` of `spiffe://gatehouse.local/orders-api`.
    static func trustDomain(of spiffeID: String) -> Substring {
        spiffeID.dropFirst("spiffe://".count).prefix { $0 != "/" }
    }
}

/// Where a service learns which certificate its peer has shown. A port: tests without TLS bring their own.
public protocol PeerCertificateSource: Sendable {
    func certificate(of context: ServiceContext) async throws -> PeerCertificate?
}

extension CallerGuard where Context == ServiceContext {
    /// A guard as every service has it: it sees the certificate of its peer.
    public init(
        validator: TokenValidator<AccessTokenClaims>,
        address: String?,
        peers: any PeerCertificateSource
    ) {
        self.init(validator: validator, address: address, policy: CallerDecisions()) {
            try await peers.certificate(of: $0)?.thumbprint
        }
    }
}

/// The certificate out of the connection's TLS session.
struct TLSPeerCertificates: PeerCertificateSource {
    /// Services have few peers; parsing each certificate once is enough.
    private let known: KnownCertificates

    /// - Parameter files: ours; what is wrong with them is said by the listener that is opened with them.
    init(_ files: TLSFiles) {
        let own = try? NIOSSLCertificate.fromPEMFile(files.certificate).first?.toDERBytes()
        let name = own.flatMap { PeerCertificate(der: $0, trustDomain: nil).spiffeID }
        known = KnownCertificates(trustDomain: name.map(PeerCertificate.trustDomain))
    }

    func certificate(of context: ServiceContext) async throws -> PeerCertificate? {
        let channel = context.channel
        do { return try await certificate(of: channel) } catch ChannelPipelineError.notFound {
            return nil  // No TLS: the operations listener.
        }
    }

    private func certificate(of channel: any Channel) async throws -> PeerCertificate? {
        // Handlers run on the connection's event loop (see ServiceProcess), so this is a field access, not a hop.
        let certificate =
            channel.eventLoop.inEventLoop
            ? try channel.pipeline.syncOperations.nioSSL_peerCertificate()
            : try await channel.nioSSL_peerCertificate().get()
        return try certificate.map { try known.find(der: $0.toDERBytes()) }
    }
}

private final class KnownCertificates: Sendable {
    private let trustDomain: Substring?
    private let certificates = Mutex<[[UInt8]: PeerCertificate]>([:])
    private let countMax = 64

    init(trustDomain: Substring?) { self.trustDomain = trustDomain }

    func find(der: [UInt8]) throws -> PeerCertificate {
        let digest = Array(SHA256.hash(data: der))
        return certificates.withLock { known in
            if let certificate = known[digest] { return certificate }
            if known.count >= countMax { known.removeAll() }
            let certificate = PeerCertificate(der: der, trustDomain: trustDomain)
            known[digest] = certificate
            return certificate
        }
    }
}

/// The same peer for every request; for tests.
struct FixedPeer: PeerCertificateSource {
    let peer: PeerCertificate?
    func certificate(of context: ServiceContext) -> PeerCertificate? { peer }
}
