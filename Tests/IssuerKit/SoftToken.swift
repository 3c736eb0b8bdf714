import CPKCS11
import Foundation
import IssuerKit
import Subprocess
import Tokens

/// A PKCS#11 token of SoftHSM 2 in a folder of its own. Only one test at a time may have one: SoftHSM finds its folder through a
/// file that a variable of the whole process names.
///
/// Each loads a copy of SoftHSM under another path, hence as another library: it knows nothing of the tokens before it.
struct SoftToken {
    static let pin = "hunter-1234"

    let folder: URL
    let label: String
    let pinFile: String
    let modulePath: String
    private let functions: UnsafeMutablePointer<CK_FUNCTION_LIST>
    private let slot: CK_SLOT_ID

    /// Where SoftHSM is after `Scripts/setup softhsm2`, or Homebrew.
    private static let installedModule = [
        "/usr/lib/softhsm/libsofthsm2.so", "/opt/homebrew/lib/softhsm/libsofthsm2.so",
        "/usr/local/lib/softhsm/libsofthsm2.so",
    ].first { FileManager.default.fileExists(atPath: $0) }

    /// Said to SoftHSM once: variables that change while other threads read them are no variables to have.
    private static let configuration: URL = {
        let file = FileManager.default.temporaryDirectory.appending(path: "softhsm2-\(UUID().uuidString).conf")
        setenv("SOFTHSM2_CONF", file.path, 1)
        return file
    }()

    /// Runs `body` with a new token that is gone afterwards.
    static func with(_ body: (SoftToken) async throws -> Void) async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "softhsm-\(UUID().uuidString)")
        defer {
            try? FileManager.default.removeItem(at: folder)
            try? FileManager.default.removeItem(at: configuration)
        }
        let token = try await SoftToken(in: folder)
        defer { _ = token.functions.pointee.C_Finalize?(nil) }
        try await body(token)
    }

    private init(in folder: URL) async throws {
        guard let installed = Self.installedModule else { throw SoftTokenFault.notInstalled }
        label = "gatehouse test"
        self.folder = folder
        let tokens = folder.appending(path: "tokens")
        try FileManager.default.createDirectory(at: tokens, withIntermediateDirectories: true)
        modulePath = folder.appending(path: "libsofthsm2.so").path
        try Data(contentsOf: URL(filePath: installed)).write(to: URL(filePath: modulePath))
        pinFile = folder.appending(path: "pin").path
        try "directories.tokendir = \(tokens.path)\n".write(to: Self.configuration, atomically: true, encoding: .utf8)
        try await Self.initializeToken(label)
        (functions, slot) = try Self.load(modulePath)
        try write(pin: Self.pin)
    }

    /// Says where the key called `object` is.
    func uri(object: String = "kek", token: String? = nil, module: String? = nil) throws -> PKCS11URI {
        let label = (token ?? label).replacing(" ", with: "%20")
        return try PKCS11URI(
            "pkcs11:token=\(label);object=\(object)?module-path=\(module ?? modulePath)&pin-source=file:\(pinFile)"
        )
    }

    func write(pin: String, mode: Int = 0o600) throws {
        try "\(pin)\n".write(toFile: pinFile, atomically: true, encoding: .utf8)
        try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: pinFile)
    }

    /// Has the token make an AES key.
    ///
    /// - Parameter changes: of the attributes that a key-encryption key has.
    func makeKey(object: String = "kek", byteCount: CK_ULONG = 32, _ changes: [CK_ATTRIBUTE_TYPE: Bool] = [:]) throws {
        let flags = [
            CKA_TOKEN: true, CKA_PRIVATE: true, CKA_SENSITIVE: true, CKA_EXTRACTABLE: false, CKA_ENCRYPT: true,
            CKA_DECRYPT: true,
        ].merging(changes) { $1 }
        var attributes = flags.map { ($0.key, [CK_BBOOL($0.value ? CK_TRUE : CK_FALSE)]) }
        attributes.append((CKA_LABEL, Array(object.utf8)))
        attributes.append((CKA_VALUE_LEN, withUnsafeBytes(of: byteCount) { [UInt8]($0) }))
        var session: CK_SESSION_HANDLE = 0
        let table = functions.pointee
        try require(table.C_OpenSession?(slot, CKF_SERIAL_SESSION | CKF_RW_SESSION, nil, nil, &session))
        defer { _ = table.C_CloseSession?(session) }
        var pin = Array(Self.pin.utf8)
        let login = table.C_Login?(session, CKU_USER, &pin, CK_ULONG(pin.count))
        if login != CKR_USER_ALREADY_LOGGED_IN { try require(login) }
        var mechanism = CK_MECHANISM(mechanism: CKM_AES_KEY_GEN, pParameter: nil, ulParameterLen: 0)
        var key: CK_OBJECT_HANDLE = 0
        try withTemplate(attributes) { template in
            try require(table.C_GenerateKey?(session, &mechanism, template.baseAddress, CK_ULONG(template.count), &key))
        }
    }

    /// What happens to a session when a network HSM restarts.
    func closeAllSessions() throws { try require(functions.pointee.C_CloseAllSessions?(slot)) }

    /// Takes the token out, while `body` runs.
    func whileAway<Result>(_ body: () throws -> Result) throws -> Result {
        let (tokens, away) = (folder.appending(path: "tokens"), folder.appending(path: "away"))
        try require(functions.pointee.C_Finalize?(nil))
        try FileManager.default.moveItem(at: tokens, to: away)
        try FileManager.default.createDirectory(at: tokens, withIntermediateDirectories: true)
        defer {
            _ = functions.pointee.C_Finalize?(nil)
            try? FileManager.default.removeItem(at: tokens)
            try? FileManager.default.moveItem(at: away, to: tokens)
        }
        return try body()
    }

    /// Ends what serves the token, for good.
    func breakDown() throws {
        try require(functions.pointee.C_Finalize?(nil))
        try FileManager.default.removeItem(at: Self.configuration)
    }

    private static func initializeToken(_ label: String) async throws {
        let arguments = ["--init-token", "--free", "--label", label, "--so-pin", "so-\(pin)", "--pin", pin]
        let result = try await Subprocess.run(
            .name("softhsm2-util"),
            arguments: Arguments(arguments),
            environment: .inherit.updating(["SOFTHSM2_CONF": configuration.path]),
            output: .discarded,
            error: .string(limit: 4_096)
        )
        guard result.terminationStatus.isSuccess else { throw SoftTokenFault.util(result.standardError) }
    }

    private static func load(_ path: String) throws -> (UnsafeMutablePointer<CK_FUNCTION_LIST>, CK_SLOT_ID) {
        var list: UnsafeMutablePointer<CK_FUNCTION_LIST>?
        guard let library = dlopen(path, RTLD_NOW), let symbol = dlsym(library, "C_GetFunctionList"),
            unsafeBitCast(symbol, to: CK_C_GetFunctionList.self)(&list) == CKR_OK, let list
        else { throw SoftTokenFault.notInstalled }
        try require(list.pointee.C_Initialize?(nil))
        var (slots, count) = ([CK_SLOT_ID](repeating: 0, count: 8), CK_ULONG(8))
        try require(list.pointee.C_GetSlotList?(CK_BBOOL(CK_TRUE), &slots, &count))
        return (list, slots[0])  // The one beside it is the free one.
    }
}

/// Why there is no token to test with.
enum SoftTokenFault: Error, CustomStringConvertible {
    case notInstalled
    case returned(CK_RV)
    case util(String)

    var description: String {
        switch self {
        case .notInstalled: "SoftHSM 2 is not installed. To fix it: Scripts/setup softhsm2 (Scripts/test does so)"
        case .returned(let code): "SoftHSM returned 0x\(String(code, radix: 16))"
        case .util(let text): "softhsm2-util: \(text)"
        }
    }
}

private func require(_ code: CK_RV?) throws {
    guard code == CKR_OK else { throw SoftTokenFault.returned(code ?? CKR_FUNCTION_NOT_SUPPORTED) }
}

private func withTemplate(
    _ attributes: [(CK_ATTRIBUTE_TYPE, [UInt8])],
    _ body: (inout UnsafeMutableBufferPointer<CK_ATTRIBUTE>) throws -> Void
) throws {
    let values = attributes.map { _, value in
        let copy = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: value.count)
        _ = copy.initialize(from: value)
        return copy
    }
    defer { values.forEach { $0.deallocate() } }
    var template = zip(attributes, values).map { attribute, value in
        CK_ATTRIBUTE(type: attribute.0, pValue: value.baseAddress, ulValueLen: CK_ULONG(value.count))
    }
    try template.withUnsafeMutableBufferPointer(body)
}
