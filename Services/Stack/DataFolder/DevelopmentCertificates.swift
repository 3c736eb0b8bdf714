import Crypto
import Foundation
import SwiftASN1
import X509

/// A certification authority for one data folder, and a leaf for each service; nothing touches the machine's trust store.
///
/// A leaf is server and client certificate in one: it names the host for callers, and the service (SPIFFE id) for those it calls.
struct DevelopmentCertificates {
    static let leafDays = 397
    static let authorityDays = 3_650
    /// A leaf with fewer days left is made anew at the next start.
    static let renewalDays = 30

    private let folder: DataFolder
    private let now: Date

    init(in folder: DataFolder, now: Date) {
        self.folder = folder
        self.now = now
    }

    static func spiffeID(of service: String) -> String { "spiffe://gatehouse.local/\(service)" }

    /// Makes what is missing, unreadable, about to expire, or signed by an authority that is no longer ours.
    func prepare(for services: [String]) throws {
        let authority = try readAuthority() ?? makeAuthority()
        for service in services where !isGood(service, authority) { try makeLeaf(service, authority) }
    }

    private struct Authority {
        let certificate: Certificate
        let key: Certificate.PrivateKey
    }

    private func readAuthority() throws -> Authority? {
        guard let certificate = read(folder.authority), isFresh(certificate),
            let pem = try? String(contentsOfFile: folder.authorityKey, encoding: .utf8),
            let key = try? Certificate.PrivateKey(pemEncoded: pem), key.publicKey == certificate.publicKey
        else { return nil }
        return Authority(certificate: certificate, key: key)
    }

    private func makeAuthority() throws -> Authority {
        let key = Certificate.PrivateKey(P256.Signing.PrivateKey())
        let name = try DistinguishedName {
            OrganizationName("Gatehouse")
            CommonName("Gatehouse development authority")
        }
        let certificate = try make(
            subject: name,
            publicKey: key.publicKey,
            days: Self.authorityDays,
            issuer: name,
            issuerKey: key,
            extensions: Certificate.Extensions {
                // Path length 0: it signs leaves, and no leaf can sign further ones.
                Critical(BasicConstraints.isCertificateAuthority(maxPathLength: 0))
                Critical(KeyUsage(keyCertSign: true, cRLSign: true))
                SubjectKeyIdentifier(hash: key.publicKey)
            }
        )
        try write(certificate, key, folder.authority, folder.authorityKey)
        return Authority(certificate: certificate, key: key)
    }

    private func makeLeaf(_ service: String, _ authority: Authority) throws {
        let key = Certificate.PrivateKey(P256.Signing.PrivateKey())
        let certificate = try make(
            subject: DistinguishedName {
                OrganizationName("Gatehouse")
                CommonName(service)
            },
            publicKey: key.publicKey,
            days: Self.leafDays,
            issuer: authority.certificate.subject,
            issuerKey: authority.key,
            extensions: Certificate.Extensions {
                Critical(BasicConstraints.notCertificateAuthority)
                Critical(KeyUsage(digitalSignature: true))
                try ExtendedKeyUsage([.serverAuth, .clientAuth])
                SubjectAlternativeNames([
                    .dnsName("localhost"),
                    .ipAddress(ASN1OctetString(contentBytes: [127, 0, 0, 1])),
                    .uniformResourceIdentifier(Self.spiffeID(of: service)),
                ])
                SubjectKeyIdentifier(hash: key.publicKey)
                AuthorityKeyIdentifier(
                    keyIdentifier: SubjectKeyIdentifier(hash: authority.certificate.publicKey).keyIdentifier
                )
            }
        )
        try write(certificate, key, folder.certificate(of: service), folder.privateKey(of: service))
    }

    private func make(
        subject: DistinguishedName,
        publicKey: Certificate.PublicKey,
        days: Int,
        issuer: DistinguishedName,
        issuerKey: Certificate.PrivateKey,
        extensions: Certificate.Extensions
    ) throws -> Certificate {
        try Certificate(
            version: .v3,
            serialNumber: Certificate.SerialNumber(),
            publicKey: publicKey,
            // An hour back: a container whose clock lags accepts it all the same.
            notValidBefore: now - 3_600,
            notValidAfter: now + Double(days) * 86_400,
            issuer: issuer,
            subject: subject,
            extensions: extensions,
            issuerPrivateKey: issuerKey
        )
    }

    /// The key first: a certificate is good only with its key, and `isGood` looks at both.
    private func write(
        _ certificate: Certificate,
        _ key: Certificate.PrivateKey,
        _ certificateFile: String,
        _ keyFile: String
    ) throws {
        try PrivateFile.write(key.serializeAsPEM().pemString + "\n", to: keyFile)
        try PrivateFile.write(certificate.serializeAsPEM().pemString + "\n", to: certificateFile)
    }

    private func isGood(_ service: String, _ authority: Authority) -> Bool {
        guard let certificate = read(folder.certificate(of: service)), isFresh(certificate),
            authority.certificate.publicKey.isValidSignature(certificate.signature, for: certificate),
            let pem = try? String(contentsOfFile: folder.privateKey(of: service), encoding: .utf8),
            let key = try? Certificate.PrivateKey(pemEncoded: pem)
        else { return false }
        return key.publicKey == certificate.publicKey
    }

    private func isFresh(_ certificate: Certificate) -> Bool {
        certificate.notValidBefore <= now
            && certificate.notValidAfter >= now + Double(Self.renewalDays) * 86_400
    }

    private func read(_ file: String) -> Certificate? {
        guard let pem = try? String(contentsOfFile: file, encoding: .utf8) else { return nil }
        return try? Certificate(pemEncoded: pem)
    }
}
