import CArgon2
import Tokens

/// What one Argon2id hash costs, and the hashing itself: blocking, for a thread that may wait.
///
/// - Source: RFC 9106 §4 leaves the choice to the application; 19 MiB and two passes are one of OWASP's recommendations.
struct Argon2Parameters: Sendable {
    let memoryKiB: UInt32
    let passes: UInt32
    let lanes: UInt32

    static let house = Argon2Parameters(memoryKiB: 19 * 1_024, passes: 2, lanes: 1)

    private static let saltBytes = 16
    private static let hashBytes = 32

    /// How every PHC string of these parameters begins.
    var prefix: String { "$argon2id$v=19$m=\(memoryKiB),t=\(passes),p=\(lanes)$" }

    /// Salt and hash of zeros: it costs as much as any other, and a password with this hash would be a broken Argon2id.
    var unmatchable: String { prefix + String(repeating: "A", count: 22) + "$" + String(repeating: "A", count: 43) }

    static func randomSalt() -> [UInt8] {
        var generator = SystemRandomNumberGenerator()
        return (0..<saltBytes).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
    }

    func hash(_ password: Credential, salt: [UInt8]) throws -> String {
        let bytes = Array(password.exposed.utf8)
        let length = argon2_encodedlen(
            passes,
            memoryKiB,
            lanes,
            UInt32(salt.count),
            UInt32(Self.hashBytes),
            Argon2_id
        )
        var encoded = [CChar](repeating: 0, count: length)
        let code = argon2id_hash_encoded(
            passes,
            memoryKiB,
            lanes,
            bytes,
            bytes.count,
            salt,
            salt.count,
            Self.hashBytes,
            &encoded,
            encoded.count
        )
        guard code == ARGON2_OK.rawValue else { throw Argon2Failure(code: code) }
        return String(decoding: encoded.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    static func verify(_ password: Credential, against hash: String) throws -> Bool {
        let bytes = Array(password.exposed.utf8)
        switch argon2id_verify(hash, bytes, bytes.count) {
        case ARGON2_OK.rawValue: return true
        case ARGON2_VERIFY_MISMATCH.rawValue: return false
        case let code: throw Argon2Failure(code: code)
        }
    }
}

/// libargon2 could not do its work: out of memory, or a stored string that is no hash. A fault.
struct Argon2Failure: Error, CustomStringConvertible {
    let code: Int32

    var description: String { "libargon2: \(String(cString: argon2_error_message(code)))" }
}
