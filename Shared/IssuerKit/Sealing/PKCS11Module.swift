import CPKCS11

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// A PKCS#11 library in this process, and those of its calls that sealing needs: the only file with pointers of C.
///
/// Once loaded it stays, initialised: it may be serving others in this process, and its end is the end of the process.
///
/// - Source: PKCS#11 version 2.40 (OASIS)
struct PKCS11Module: Sendable {
    /// The library's own table, which lives as long as the library does.
    private nonisolated(unsafe) let functions: UnsafePointer<CK_FUNCTION_LIST>

    init(_ uri: PKCS11URI) throws(KeyEncryptionFault) {
        guard let library = dlopen(uri.modulePath, RTLD_NOW | RTLD_LOCAL) else {
            throw .moduleUnusable(uri, reason: dlerror().map { String(cString: $0) } ?? "it does not load")
        }
        guard let symbol = dlsym(library, "C_GetFunctionList") else {
            throw .moduleUnusable(uri, reason: "it is no PKCS#11 module: it has no C_GetFunctionList")
        }
        var list: UnsafeMutablePointer<CK_FUNCTION_LIST>?
        guard unsafeBitCast(symbol, to: CK_C_GetFunctionList.self)(&list) == CKR_OK, let list else {
            throw .moduleUnusable(uri, reason: "it does not tell its functions")
        }
        functions = UnsafePointer(list)
    }

    /// May be called again; the library may have been initialised by others, too.
    func initialize() throws(PKCS11Error) {
        var arguments = CK_C_INITIALIZE_ARGS()
        arguments.flags = CKF_OS_LOCKING_OK
        let code = functions.pointee.C_Initialize?(&arguments)
        guard code != CKR_CRYPTOKI_ALREADY_INITIALIZED else { return }
        try check("C_Initialize", code)
    }

    /// The tokens labelled `label`, with the slots that they are in.
    func tokens(labelled label: String) throws(PKCS11Error) -> [(slot: CK_SLOT_ID, flags: CK_FLAGS)] {
        var count: CK_ULONG = 0
        // Without a list to fill, the library looks afresh at what is plugged in.
        try check("C_GetSlotList", functions.pointee.C_GetSlotList?(CK_BBOOL(CK_TRUE), nil, &count))
        var slots = [CK_SLOT_ID](repeating: 0, count: Int(min(count, Self.slotCountMax)))
        count = CK_ULONG(slots.count)
        try check("C_GetSlotList", functions.pointee.C_GetSlotList?(CK_BBOOL(CK_TRUE), &slots, &count))
        return slots.prefix(Int(clamping: count)).compactMap { slot in
            var info = CK_TOKEN_INFO()
            // A neighbour that is out of order is no concern of ours.
            guard functions.pointee.C_GetTokenInfo?(slot, &info) == CKR_OK else { return nil }
            var found = withUnsafeBytes(of: info.label) { String(decoding: $0, as: UTF8.self) }
            while found.last == " " { found.removeLast() }  // Padded to 32 bytes.
            return found == label ? (slot, info.flags) : nil
        }
    }

    func openSession(_ slot: CK_SLOT_ID) throws(PKCS11Error) -> CK_SESSION_HANDLE {
        var session: CK_SESSION_HANDLE = 0
        try check("C_OpenSession", functions.pointee.C_OpenSession?(slot, CKF_SERIAL_SESSION, nil, nil, &session))
        return session
    }

    /// Of no interest whether it succeeds: it is called for sessions that died, too.
    func closeSession(_ session: CK_SESSION_HANDLE) { _ = functions.pointee.C_CloseSession?(session) }

    func login(pin: String, _ session: CK_SESSION_HANDLE) throws(PKCS11Error) {
        var pin = Array(pin.utf8)
        let code = functions.pointee.C_Login?(session, CKU_USER, &pin, CK_ULONG(pin.count))
        guard code != CKR_USER_ALREADY_LOGGED_IN else { return }
        try check("C_Login", code)
    }

    /// At most two of the secret keys that have all of `attributes`.
    func findSecretKeys(
        _ attributes: [(type: CK_ATTRIBUTE_TYPE, value: [UInt8])],
        _ session: CK_SESSION_HANDLE
    ) throws(PKCS11Error) -> [CK_OBJECT_HANDLE] {
        let secretKey = withUnsafeBytes(of: CKO_SECRET_KEY) { [UInt8]($0) }
        // The number first: it must lie where numbers lie, and only the beginning of an array is sure to.
        let attributes = [(type: CKA_CLASS, value: secretKey)] + attributes
        var values = attributes.flatMap(\.value)
        let code = values.withUnsafeMutableBytes { values in
            var offset = 0
            var template = attributes.map { attribute in
                defer { offset += attribute.value.count }
                return CK_ATTRIBUTE(
                    type: attribute.type,
                    pValue: values.baseAddress?.advanced(by: offset),
                    ulValueLen: CK_ULONG(attribute.value.count)
                )
            }
            return functions.pointee.C_FindObjectsInit?(session, &template, CK_ULONG(template.count))
        }
        try check("C_FindObjectsInit", code)
        var (keys, count) = ([CK_OBJECT_HANDLE](repeating: 0, count: 2), CK_ULONG(0))
        try check("C_FindObjects", functions.pointee.C_FindObjects?(session, &keys, 2, &count))
        try check("C_FindObjectsFinal", functions.pointee.C_FindObjectsFinal?(session))
        return Array(keys.prefix(Int(clamping: count)))
    }

    /// - Gives: nil where the key has no such attribute, or one of another length than `Value`.
    func attribute<Value: BitwiseCopyable & FixedWidthInteger>(
        _ type: CK_ATTRIBUTE_TYPE,
        _ key: CK_OBJECT_HANDLE,
        _ session: CK_SESSION_HANDLE
    ) throws(PKCS11Error) -> Value? {
        var (value, length) = (Value.zero, CK_ULONG(0))
        let code = withUnsafeMutableBytes(of: &value) { value in
            var attribute = CK_ATTRIBUTE(type: type, pValue: value.baseAddress, ulValueLen: CK_ULONG(value.count))
            defer { length = attribute.ulValueLen }
            return functions.pointee.C_GetAttributeValue?(session, key, &attribute, 1)
        }
        guard code != CKR_ATTRIBUTE_TYPE_INVALID, code != CKR_BUFFER_TOO_SMALL else { return nil }
        try check("C_GetAttributeValue", code)
        return length == CK_ULONG(MemoryLayout<Value>.size) ? value : nil
    }

    /// - Gives: ciphertext and tag.
    func encrypt(
        _ plain: [UInt8],
        _ key: CK_OBJECT_HANDLE,
        nonce: [UInt8],
        label: [UInt8],
        _ session: CK_SESSION_HANDLE
    ) throws(PKCS11Error) -> [UInt8] {
        var (plain, sealed) = (plain, [UInt8](repeating: 0, count: plain.count + Self.tagByteCount))
        var count = CK_ULONG(sealed.count)
        try withGCM(nonce: nonce, label: label) { mechanism throws(PKCS11Error) in
            try check("C_EncryptInit", functions.pointee.C_EncryptInit?(session, mechanism, key))
            try check(
                "C_Encrypt",
                functions.pointee.C_Encrypt?(session, &plain, CK_ULONG(plain.count), &sealed, &count)
            )
        }
        return Array(sealed.prefix(Int(clamping: count)))
    }

    /// - Takes: ciphertext and tag.
    func decrypt(
        _ sealed: [UInt8],
        _ key: CK_OBJECT_HANDLE,
        nonce: [UInt8],
        label: [UInt8],
        _ session: CK_SESSION_HANDLE
    ) throws(PKCS11Error) -> [UInt8] {
        // Room for the tag as well: some libraries ask for as much as they are given.
        var (sealed, plain) = (sealed, [UInt8](repeating: 0, count: sealed.count))
        var count = CK_ULONG(plain.count)
        try withGCM(nonce: nonce, label: label) { mechanism throws(PKCS11Error) in
            try check("C_DecryptInit", functions.pointee.C_DecryptInit?(session, mechanism, key))
            try check(
                "C_Decrypt",
                functions.pointee.C_Decrypt?(session, &sealed, CK_ULONG(sealed.count), &plain, &count)
            )
        }
        return Array(plain.prefix(Int(clamping: count)))
    }

    private static let tagByteCount = 16
    /// More than any machine has; a library that says otherwise makes us allocate no more than this.
    private static let slotCountMax: CK_ULONG = 1_024

    /// `body` gets CKM_AES_GCM with its parameters; they are there for as long as `body` runs, because some libraries read them again
    /// after the first call.
    private func withGCM(
        nonce: [UInt8],
        label: [UInt8],
        _ body: (UnsafeMutablePointer<CK_MECHANISM>) throws(PKCS11Error) -> Void
    ) throws(PKCS11Error) {
        var (nonce, label) = (nonce, label)
        try nonce.withUnsafeMutableBufferPointer { nonce throws(PKCS11Error) in
            try label.withUnsafeMutableBufferPointer { label throws(PKCS11Error) in
                var parameters = CK_GCM_PARAMS(
                    pIv: nonce.baseAddress,
                    ulIvLen: CK_ULONG(nonce.count),
                    ulIvBits: CK_ULONG(nonce.count * 8),
                    pAAD: label.baseAddress,
                    ulAADLen: CK_ULONG(label.count),
                    ulTagBits: CK_ULONG(Self.tagByteCount * 8)
                )
                try withUnsafeMutableBytes(of: &parameters) { parameters throws(PKCS11Error) in
                    var mechanism = CK_MECHANISM(
                        mechanism: CKM_AES_GCM,
                        pParameter: parameters.baseAddress,
                        ulParameterLen: CK_ULONG(parameters.count)
                    )
                    try body(&mechanism)
                }
            }
        }
    }

    /// A function that the library does not have gives nil.
    private func check(_ function: StaticString, _ code: CK_RV?) throws(PKCS11Error) {
        guard code == CKR_OK else {
            throw PKCS11Error(function: "\(function)", code: code ?? CKR_FUNCTION_NOT_SUPPORTED)
        }
    }
}

/// What a call of PKCS#11 returned instead of CKR_OK.
public struct PKCS11Error: Error, Equatable, CustomStringConvertible {
    let function: String
    let code: UInt

    /// The function and its code, as the header of PKCS#11 writes it.
    public var description: String { "\(function) returned 0x\(String(code, radix: 16))" }
}
