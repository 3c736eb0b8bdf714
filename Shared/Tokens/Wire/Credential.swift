import Crypto

/// Anything that opens a door to whoever holds it: a token, a code, a password, a client secret.
///
/// It prints, reflects and dumps as a fingerprint, so that no log line, error or failed test can carry it. To get at
/// the text, write `exposed`, and a reviewer sees it.
public struct Credential: Sendable, Hashable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// The text itself. For the wire and for hashing; never for a log.
    public let exposed: String

    /// Wraps `text`; from here on it prints redacted.
    public init(_ text: String) { exposed = text }

    /// A new random credential of `byteCount` bytes from the system's generator, as base64url text.
    public static func random(byteCount: Int = 32) -> Credential {
        var generator = SystemRandomNumberGenerator()
        var bytes: [UInt8] = []
        bytes.reserveCapacity(byteCount + 8)
        // Eight bytes a draw: each one is a call into the kernel.
        while bytes.count < byteCount { withUnsafeBytes(of: generator.next()) { bytes.append(contentsOf: $0) } }
        return Credential(Base64URL.encode(bytes.prefix(byteCount)))
    }

    /// SHA-256 of the text: how a credential of 256 random bits is stored and looked up.
    public var digest: [UInt8] { Array(SHA256.hash(data: Array(exposed.utf8))) }

    /// Equality in constant time, for a secret that is compared and not looked up.
    public func matches(_ other: Credential) -> Bool {
        zip(digest, other.digest).reduce(UInt8(0)) { $0 | ($1.0 ^ $1.1) } == 0
    }

    /// The first eight hexadecimal digits of the digest: enough to follow one credential through the logs. Eight dashes
    /// for a text under 32 bytes: it may be a password, and with a part of its digest at hand guesses could be tested
    /// offline.
    public var fingerprint: String {
        guard exposed.utf8.count >= 32 else { return "--------" }
        return digest.prefix(4).map { byte in
            let text = String(byte, radix: 16)
            return text.count == 1 ? "0" + text : text
        }.joined()
    }

    /// `[redacted 1a2b3c4d]`: the fingerprint.
    public var description: String { "[redacted \(fingerprint)]" }
    /// As `description`.
    public var debugDescription: String { description }
    /// The fingerprint alone, for `dump`.
    public var customMirror: Mirror { Mirror(self, children: ["fingerprint": fingerprint]) }
}
