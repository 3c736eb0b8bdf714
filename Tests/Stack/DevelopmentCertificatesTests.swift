import Foundation
import SwiftASN1
import Testing
import X509

@testable import Stack

@Suite("Development certificates") struct DevelopmentCertificatesTests {
    private let scratch: ScratchFolder
    private let now = Date(timeIntervalSince1970: 1_800_000_000)
    private let services = ["orders-api", "users-api"]

    init() throws { scratch = try ScratchFolder() }

    private func prepare(daysLater days: Double = 0) throws {
        try DevelopmentCertificates(in: scratch.folder, now: now + days * 86_400).prepare(for: services)
    }

    private func authority() throws -> Certificate {
        try Certificate(pemEncoded: scratch.text(scratch.folder.authority))
    }

    private func leaf() throws -> Certificate {
        try Certificate(pemEncoded: scratch.text(scratch.folder.certificate(of: "orders-api")))
    }

    @Test func `a leaf names its host, its address and its service`() throws {
        try prepare()
        let names = try #require(try leaf().extensions.subjectAlternativeNames)
        #expect(
            Array(names) == [
                .dnsName("localhost"), .ipAddress(ASN1OctetString(contentBytes: [127, 0, 0, 1])),
                .uniformResourceIdentifier("spiffe://gatehouse.local/orders-api"),
            ]
        )
    }

    @Test func `a leaf is for servers and clients and signs no other certificate`() throws {
        try prepare()
        let leaf = try leaf()
        #expect(try leaf.extensions.extendedKeyUsage == ExtendedKeyUsage([.serverAuth, .clientAuth]))
        #expect(try leaf.extensions.basicConstraints == .notCertificateAuthority)
    }

    @Test func `a leaf is signed by the authority of its folder`() throws {
        try prepare()
        let leaf = try leaf()
        #expect(try authority().publicKey.isValidSignature(leaf.signature, for: leaf))
        #expect(leaf.notValidAfter == now + 397 * 86_400)
    }

    @Test func `private keys are readable to their owner alone`() throws {
        try prepare()
        let keys = services.map(scratch.folder.privateKey) + [scratch.folder.authorityKey]
        for key in keys { #expect(try scratch.mode(key) == 0o600) }
        #expect(try scratch.mode(scratch.folder.path) == 0o700)
    }

    @Test func `a second start changes nothing`() throws {
        try prepare()
        let before = try leaf()
        try prepare(daysLater: 366)
        #expect(try leaf() == before)
    }

    @Test func `a leaf with fewer than thirty days left is made anew under the same authority`() throws {
        try prepare()
        let before = (leaf: try leaf(), authority: try authority())
        try prepare(daysLater: 368)
        #expect(try leaf() != before.leaf)
        #expect(try authority() == before.authority)
    }

    @Test func `a leaf of another authority is made anew`() throws {
        try prepare()
        let before = try leaf()
        try FileManager.default.removeItem(atPath: scratch.folder.authority)
        try prepare()
        let leaf = try leaf()
        #expect(leaf != before)
        #expect(try authority().publicKey.isValidSignature(leaf.signature, for: leaf))
    }

    @Test func `a damaged key is replaced together with its certificate`() throws {
        try prepare()
        let before = try leaf()
        try PrivateFile.write("damaged", to: scratch.folder.privateKey(of: "orders-api"))
        try prepare()
        let key = try Certificate.PrivateKey(pemEncoded: scratch.text(scratch.folder.privateKey(of: "orders-api")))
        #expect(try leaf() != before)
        #expect(try leaf().publicKey == key.publicKey)
    }
}
