import Audit
import Crypto
import Foundation
import Logging
import NIOCore
import SwiftASN1
import Tokens
import X509

@testable import ServiceKit

extension TLSFiles {
    /// A certificate for localhost that is its own authority.
    static func selfSigned(in folder: String) throws -> TLSFiles {
        let key = Certificate.PrivateKey(P256.Signing.PrivateKey())
        let certificate = try certificate(key, names: [.dnsName("localhost")])
        let (certificateFile, keyFile) = (folder + "/certificate.pem", folder + "/key.pem")
        try certificate.serializeAsPEM().pemString.write(toFile: certificateFile, atomically: true, encoding: .utf8)
        try key.serializeAsPEM().pemString.write(toFile: keyFile, atomically: true, encoding: .utf8)
        return TLSFiles(certificate: certificateFile, privateKey: keyFile, trustRoots: certificateFile)
    }

    /// The bytes of a certificate with one URI; with none where it is empty.
    static func certificate(named uri: String) throws -> [UInt8] {
        let names: [GeneralName] = uri.isEmpty ? [.dnsName("localhost")] : [.uniformResourceIdentifier(uri)]
        var serializer = DER.Serializer()
        try serializer.serialize(certificate(Certificate.PrivateKey(P256.Signing.PrivateKey()), names: names))
        return serializer.serializedBytes
    }

    private static func certificate(_ key: Certificate.PrivateKey, names: [GeneralName]) throws -> Certificate {
        let name = try DistinguishedName { CommonName("localhost") }
        return try Certificate(
            version: .v3,
            serialNumber: Certificate.SerialNumber(),
            publicKey: key.publicKey,
            notValidBefore: Date() - 3_600,
            notValidAfter: Date() + 3_600,
            issuer: name,
            subject: name,
            extensions: Certificate.Extensions {
                Critical(BasicConstraints.isCertificateAuthority(maxPathLength: 0))
                SubjectAlternativeNames(names)
            },
            issuerPrivateKey: key
        )
    }
}

extension CommonSettings {
    /// Port 0: the system chooses.
    static func test(_ files: TLSFiles) throws -> CommonSettings {
        CommonSettings(
            environment: .test,
            host: "127.0.0.1",
            port: 0,
            operationsHost: "127.0.0.1",
            operationsPort: 0,
            tls: files,
            operatorKey: Credential.random(byteCount: 32),
            logLevel: .critical,
            connectionsMax: 64,
            limits: LimitSettings(),
            audit: AuditSettings(folder: "", headsFolder: ""),
            auditKey: try SigningKey.generate(.es256),
            tracingEndpoint: nil
        )
    }
}

extension Runtime {
    static func test(_ files: TLSFiles, _ loops: any EventLoopGroup, _ audit: any AuditSink) -> Runtime {
        var logger = Logger(label: "test")
        logger.logLevel = .critical
        return Runtime(
            name: "test",
            environment: .test,
            clock: SystemClock(),
            logger: logger,
            peers: TLSPeerCertificates(files),
            decisions: .test(audit, clock: SystemClock(), peers: TLSPeerCertificates(files)),
            limits: RateLimiter(clock: SystemClock()),
            tls: files,
            eventLoopGroup: loops
        )
    }
}
