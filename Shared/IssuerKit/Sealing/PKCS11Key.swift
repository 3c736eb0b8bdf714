import CPKCS11
import Crypto
import Synchronization

/// An AES-256 key inside a PKCS#11 token: it seals and opens there, and what it is made of never enters this process.
///
/// One session, one call at a time. A session can die at any moment (token taken out, network HSM restarted), and vendors do not
/// agree on how that is said: so after any error a new session is opened, once, and the call made again. Calls are rare: one for each
/// stored key at the start, one for each new key.
final class PKCS11Key: Sendable {
    private struct State {
        var session: PKCS11Session?
        /// Trying the same wrong PIN again and again would lock the token.
        var isPINWrong = false
    }

    private let uri: PKCS11URI
    private let module: PKCS11Module
    private let state: Mutex<State>

    /// Finds the key, and has it seal and open something: a token that cannot do AES-GCM stops the start.
    init(_ uri: PKCS11URI) throws {
        self.uri = uri
        module = try PKCS11Module(uri)
        state = Mutex(State())
        try withSession(Self.probe)
    }

    deinit { state.withLock { $0.session?.close() } }

    /// - Gives: ciphertext and tag.
    func seal(_ plain: [UInt8], nonce: [UInt8], label: [UInt8]) throws -> [UInt8] {
        try withSession { try $0.seal(plain, nonce: nonce, label: label) }
    }

    /// - Gives: nil for what was not sealed by this key with this nonce and label.
    func open(_ sealed: [UInt8], nonce: [UInt8], label: [UInt8]) throws -> [UInt8]? {
        try withSession { session in
            do { return try session.open(sealed, nonce: nonce, label: label) } catch is PKCS11Error {
                // A tag that does not fit has another error code with every vendor. A token that still opens what it seals is not
                // away: then it is the key that is another.
                try Self.probe(session)
                return nil
            }
        }
    }

    /// A token that makes a nonce of its own instead of taking ours fails here, too.
    private static func probe(_ session: PKCS11Session) throws {
        let (plain, nonce, label) = ([UInt8](repeating: 7, count: 32), AES.GCM.Nonce(), Array("probe".utf8))
        let sealed = try session.seal(plain, nonce: Array(nonce), label: label)
        guard try session.open(sealed, nonce: Array(nonce), label: label) == plain else {
            throw PKCS11Error(function: "C_Decrypt", code: CKR_ENCRYPTED_DATA_INVALID)
        }
    }

    private func withSession<Result>(_ body: (PKCS11Session) throws -> Result) throws -> Result {
        try state.withLock { state in
            if let session = state.session {
                do { return try body(session) } catch is PKCS11Error {
                    session.close()
                    state.session = nil
                }
            }
            guard !state.isPINWrong else { throw KeyEncryptionFault.pinWrong(uri) }
            do {
                let session = try PKCS11Session(uri, module)
                state.session = session
                return try body(session)
            } catch let error as PKCS11Error {
                throw KeyEncryptionFault.tokenFailing(uri, error)
            } catch let fault as KeyEncryptionFault where fault == .pinWrong(uri) {
                state.isPINWrong = true
                throw fault
            }
        }
    }
}
