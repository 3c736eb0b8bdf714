import Crypto
import TestKit
import Testing
import Tokens

@Suite("Signatures that are not the issuer's, RFC 7515 §5.2")
struct TokenValidatorSignatureTests {
    private let issuer: TestIssuer

    init() throws { issuer = try TestIssuer() }

    private func verify(signature: (_ good: [UInt8]) throws -> [UInt8]) async throws {
        let token = try issuer.mint()
        let parts = token.exposed.split(separator: ".")
        let good = try #require(Base64URL.decode(parts[2]))
        let text = "\(parts[0]).\(parts[1]).\(Base64URL.encode(try signature(good)))"
        _ = try await issuer.validator().verify(Credential(text))
    }

    @Test func `a signature has one form and one length`() async throws {
        await #expect(throws: Never.self) { try await verify { $0 } }
        let others: [(String, @Sendable ([UInt8]) throws -> [UInt8])] = [
            ("DER", { [UInt8](try P256.Signing.ECDSASignature(rawRepresentation: $0).derRepresentation) }),
            ("r and s of zero", { _ in [UInt8](repeating: 0, count: 64) }),
            ("r of zero", { [UInt8](repeating: 0, count: 32) + $0[32...] }),
            ("s of zero", { $0[..<32] + [UInt8](repeating: 0, count: 32) }),
            ("r and s of the group's order", { _ in Self.groupOrder + Self.groupOrder }),
            ("65 bytes, zero in front", { [0] + $0 }), ("65 bytes, zero behind", { $0 + [0] }),
            ("63 bytes", { Array($0.dropLast()) }),
            ("twice", { $0 + $0 }), ("nothing", { _ in [] }), ("r and s exchanged", { Array($0[32...] + $0[..<32]) }),
        ]
        for (form, change) in others {
            let outcome = await Result { try await verify(signature: change) }
            #expect(outcome.refusal == .signatureInvalid, "\(form)")
        }
    }

    /// n of P-256, FIPS 186-4, D.1.2.3.
    private static let groupOrder: [UInt8] =
        [0xFF, 0xFF, 0xFF, 0xFF, 0x00, 0x00, 0x00, 0x00] + [UInt8](repeating: 0xFF, count: 8) + [
            0xBC, 0xE6, 0xFA, 0xAD, 0xA7, 0x17, 0x9E, 0x84, 0xF3, 0xB9, 0xCA, 0xC2, 0xFC, 0x63, 0x25, 0x51,
        ]

    /// (r, s) and (r, n - s) are both right, by the mathematics; nobody but the issuer could have made the first.
    @Test func `the twin of an ECDSA signature says the same, and is revoked with it`() async throws {
        let good = try issuer.mint()
        let parts = good.exposed.split(separator: ".")
        let signature = try #require(Base64URL.decode(parts[2]))
        let twin = signature[..<32] + Self.difference(Self.groupOrder, Array(signature[32...]))
        let token = Credential("\(parts[0]).\(parts[1]).\(Base64URL.encode(twin))")
        #expect(token != good)
        let validator = issuer.validator(cache: VerifiedTokenCache())
        #expect(try await validator.verify(token).claims == validator.verify(good).claims)
        let revoked = issuer.validator(revocations: RevokedToken(id: issuer.claims().tokenID))
        for text in [good, token] {
            await #expect(throws: Refusal.tokenRevoked) { try await revoked.verify(text) }
        }
    }

    private struct RevokedToken: RevocationCheck {
        let id: String

        func isRevoked(_ token: RevocableToken) -> Bool { token.tokenID == id }

        func requireFresh(issuer: String, _ rule: StalenessRule) {}
    }

    /// Of two numbers, big-endian and of one length.
    private static func difference(_ left: [UInt8], _ right: [UInt8]) -> [UInt8] {
        var borrow = 0
        return zip(left, right).reversed().map { left, right in
            let digit = Int(left) - Int(right) - borrow
            borrow = digit < 0 ? 1 : 0
            return UInt8(truncatingIfNeeded: digit)
        }.reversed()
    }

    @Test func `a stranger's key under the issuer's key id signs nothing`() async throws {
        let stranger = try SigningKey.generate(.es256)
        let token = try issuer.forge(header: issuer.header, payload: issuer.payload, signedBy: .key(stranger))
        await #expect(throws: Refusal.signatureInvalid) { try await issuer.validator().verify(token) }
    }

    @Test func `parts of two good tokens make no third`() async throws {
        let (first, second) = (try issuer.mint().exposed, try issuer.mint { $0.subject = "user-bob" }.exposed)
        let (left, right) = (first.split(separator: "."), second.split(separator: "."))
        let token = Credential("\(left[0]).\(right[1]).\(left[2])")
        await #expect(throws: Refusal.signatureInvalid) { try await issuer.validator().verify(token) }
    }
}
