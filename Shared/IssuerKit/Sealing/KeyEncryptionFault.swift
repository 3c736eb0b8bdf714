/// Why nothing can be sealed or opened, for whoever starts the service.
public enum KeyEncryptionFault: Error, Equatable, CustomStringConvertible {
    case keyAmbiguous(PKCS11URI)
    case keyMissing(PKCS11URI)
    case keyUnfit(PKCS11URI, PKCS11KeyFlaw)
    case moduleUnusable(PKCS11URI, reason: String)
    case notAKey(file: String)
    case pinLocked(PKCS11URI)
    case pinWrong(PKCS11URI)
    case readableByOthers(file: String)
    case tokenAmbiguous(PKCS11URI)
    case tokenFailing(PKCS11URI, PKCS11Error)
    case tokenMissing(PKCS11URI)
    case unreadable(file: String)
    case writableByOthers(file: String)
    case wrongKey(source: KeyEncryptionSource, label: String)

    public var description: String { "\(problem). To fix it: \(fix)" }

    private var problem: String {
        switch self {
        case .keyAmbiguous(let uri): "\(uri) names more than one key in its token"
        case .keyMissing(let uri): "\(uri) names no key that its token shows to this PIN"
        case .keyUnfit(let uri, let flaw): "\(uri) names a key unfit to encrypt keys: \(flaw.rawValue)"
        case .moduleUnusable(let uri, let reason): "the PKCS#11 module \(uri.modulePath) cannot be used: \(reason)"
        case .notAKey(let file): "\(file) holds no key-encryption key"
        case .pinLocked(let uri): "the token of \(uri) is locked, or one more wrong PIN would lock it"
        case .pinWrong(let uri): "the PIN in \(uri.pinPath) does not open the token of \(uri)"
        case .readableByOthers(let file): "\(file) holds a secret that others on this machine can read"
        case .tokenAmbiguous(let uri): "more than one token is labelled as \(uri) says"
        case .tokenFailing(let uri, let error): "the token of \(uri) is away or out of order: \(error)"
        case .tokenMissing(let uri): "no token is there that is labelled as \(uri) says"
        case .unreadable(let file): "the secret in \(file) cannot be read"
        case .writableByOthers(let file): "\(file) holds a secret that others can replace by their own"
        case .wrongKey(let source, let label):
            "the key-encryption key in \(source) does not open \(label): it belongs to another database, or the database was"
                + " changed"
        }
    }

    private var fix: String {
        switch self {
        case .keyAmbiguous: "name both its object and its id, or delete what is not used"
        case .keyMissing: "correct object and id, or make the key: the settings file says how"
        case .keyUnfit: "make another key inside the token: the settings file says how"
        case .moduleUnusable: "install the module, and name its file in module-path"
        case .notAKey: "write 32 random bytes as base64url text into it (43 characters)"
        case .pinLocked: "log in by hand with the right PIN, which ends the counting, or have the token unlocked"
        case .pinWrong: "correct the PIN in that file, then restart, before the token locks itself"
        case .readableByOthers(let file): "chmod 600 \(file)"
        case .tokenAmbiguous: "give each token a label of its own"
        case .tokenFailing: "put the token back, or restart what serves it; it is asked again the next time"
        case .tokenMissing: "put the token back, or correct its label"
        case .unreadable: "name an existing file of at most 1024 bytes that this user may read"
        case .writableByOthers(let file): "chmod go-w \(file), or have it mounted so"
        case .wrongKey:
            "restore the key that was here when the database was made, or move the database away to begin with new keys"
        }
    }
}

/// Why an object in a token is no key-encryption key.
public enum PKCS11KeyFlaw: String, Sendable {
    case extractable = "it can be taken out of the token (CKA_EXTRACTABLE is not false)"
    case needsNoPIN = "it can be used without the PIN (CKA_PRIVATE is not true)"
    case notAES256 = "it is no AES key of 32 bytes (CKA_KEY_TYPE, CKA_VALUE_LEN)"
    case readable = "its value can be read (CKA_SENSITIVE is not true)"
    case useless = "it may not both seal and open (CKA_ENCRYPT, CKA_DECRYPT)"
}
