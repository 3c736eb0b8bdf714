import CPKCS11

/// A session with a token, logged in, in which the key was found and is fit.
struct PKCS11Session: Sendable {
    private let module: PKCS11Module
    private let session: CK_SESSION_HANDLE
    private let key: CK_OBJECT_HANDLE

    /// - Throws: `KeyEncryptionFault` for what the operator can mend, `PKCS11Error` for what the token does.
    init(_ uri: PKCS11URI, _ module: PKCS11Module) throws {
        try module.initialize()
        let tokens = try module.tokens(labelled: uri.tokenLabel)
        guard let token = tokens.first else { throw KeyEncryptionFault.tokenMissing(uri) }
        guard tokens.count == 1 else { throw KeyEncryptionFault.tokenAmbiguous(uri) }
        guard Self.mayTryPIN(token.flags) else { throw KeyEncryptionFault.pinLocked(uri) }
        self.module = module
        session = try module.openSession(token.slot)
        do {
            try Self.login(uri, module, session)
            key = try Self.findKey(uri, module, session)
        } catch {
            module.closeSession(session)
            throw error
        }
    }

    func close() { module.closeSession(session) }

    /// - Gives: ciphertext and tag.
    func seal(_ plain: [UInt8], nonce: [UInt8], label: [UInt8]) throws(PKCS11Error) -> [UInt8] {
        try module.encrypt(plain, key, nonce: nonce, label: label, session)
    }

    /// - Throws: also for what was not sealed by this key with this nonce and label.
    func open(_ sealed: [UInt8], nonce: [UInt8], label: [UInt8]) throws(PKCS11Error) -> [UInt8] {
        try module.decrypt(sealed, key, nonce: nonce, label: label, session)
    }

    /// A supervisor that starts a service with a wrong PIN over and over must not lock the token: the last try is left to a human.
    static func mayTryPIN(_ tokenFlags: CK_FLAGS) -> Bool {
        tokenFlags & (CKF_USER_PIN_FINAL_TRY | CKF_USER_PIN_LOCKED) == 0
    }

    private static func login(_ uri: PKCS11URI, _ module: PKCS11Module, _ session: CK_SESSION_HANDLE) throws {
        // Read each time it is needed, so that it is not kept in memory between.
        let pin = try SecretFile(path: uri.pinPath).read()
        do { try module.login(pin: String(pin.prefix { !$0.isNewline }), session) } catch {
            switch error.code {
            case CKR_PIN_INCORRECT, CKR_PIN_INVALID, CKR_PIN_LEN_RANGE: throw KeyEncryptionFault.pinWrong(uri)
            case CKR_PIN_LOCKED: throw KeyEncryptionFault.pinLocked(uri)
            default: throw error
            }
        }
    }

    private static func findKey(
        _ uri: PKCS11URI,
        _ module: PKCS11Module,
        _ session: CK_SESSION_HANDLE
    ) throws -> CK_OBJECT_HANDLE {
        var wanted: [(type: CK_ATTRIBUTE_TYPE, value: [UInt8])] = []
        if let label = uri.objectLabel { wanted.append((CKA_LABEL, Array(label.utf8))) }
        if let id = uri.objectID { wanted.append((CKA_ID, id)) }
        let keys = try module.findSecretKeys(wanted, session)
        guard let key = keys.first else { throw KeyEncryptionFault.keyMissing(uri) }
        guard keys.count == 1 else { throw KeyEncryptionFault.keyAmbiguous(uri) }
        if let flaw = try flaw(of: key, module, session) { throw KeyEncryptionFault.keyUnfit(uri, flaw) }
        return key
    }

    /// What an attribute does not say is taken for the worse.
    private static func flaw(
        of key: CK_OBJECT_HANDLE,
        _ module: PKCS11Module,
        _ session: CK_SESSION_HANDLE
    ) throws(PKCS11Error) -> PKCS11KeyFlaw? {
        func number(_ type: CK_ATTRIBUTE_TYPE) throws(PKCS11Error) -> CK_ULONG? {
            try module.attribute(type, key, session)
        }
        func flag(_ type: CK_ATTRIBUTE_TYPE) throws(PKCS11Error) -> Bool? {
            let flag: CK_BBOOL? = try module.attribute(type, key, session)
            return flag.map { $0 != CK_FALSE }
        }
        guard try number(CKA_KEY_TYPE) == CKK_AES, try number(CKA_VALUE_LEN) == 32 else { return .notAES256 }
        guard try flag(CKA_PRIVATE) == true else { return .needsNoPIN }
        guard try flag(CKA_SENSITIVE) == true else { return .readable }
        guard try flag(CKA_EXTRACTABLE) == false else { return .extractable }
        guard try flag(CKA_ENCRYPT) == true, try flag(CKA_DECRYPT) == true else { return .useless }
        return nil
    }
}
