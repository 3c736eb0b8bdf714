import Foundation
import Tokens

/// Checks whether a service's log is all there, and as it was written: every hash, every number, every file, and every signed head.
///
/// | what somebody did | what shows it |
/// |---|---|
/// | edited, added or took away a record, or changed their order | the chain of hashes |
/// | cut off the end, or took away the last file | a head that says more than there is |
/// | added records while the service was stopped | the head of the stop, and that of the next start |
/// | took away all heads while the service was stopped | the record of the next start |
/// | wrote the whole chain anew | a head with another hash |
/// | took away the oldest file | the first record that the last head names |
/// | forged a head | its signature |
///
/// Cut off behind the last head: nothing shows it (`uncoveredCount`). Heads taken away as well: only a copy of them elsewhere. And a
/// signature is worth what its key is: whoever can write where the heads lie can write the public keys beside them anew as well, and
/// sign a whole log of his own. Against keys that are kept elsewhere (`keysFolder`) that is no head of ours.
///
/// It reads each file once, line by line; a service may go on writing meanwhile.
public struct AuditVerifier: Sendable {
    private let folder: AuditFolder
    private let headsFolder: String
    private let keysFolder: String?
    private let everyHead: Bool

    /// - Parameter keysFolder: where a copy of `<service>.keys.json` is kept, of the keys that may have signed heads; nil for those
    ///   that lie beside the heads.
    /// - Parameter everyHead: false to check no more than the last head of each file of heads that grows no more. A service has
    ///   signed seventeen thousand of them a day, and looks through its own log at every start.
    public init(folder: String, headsFolder: String, keysFolder: String? = nil, everyHead: Bool = true) {
        self.folder = AuditFolder(folder)
        self.headsFolder = headsFolder
        self.keysFolder = keysFolder
        self.everyHead = everyHead
    }

    /// The services whose heads lie in a folder, in the order of the alphabet.
    public static func signedServices(in headsFolder: String) throws -> [String] {
        try AuditHeadFiles.services(in: headsFolder)
    }

    /// - Throws: `AuditLogFailure.keysUnreadable`, and what the disk throws.
    public func verify(service: String) async throws -> AuditReport {
        let keys = try AuditHeadFiles.keys(of: service, in: keysFolder ?? headsFolder)
        if let keysFolder, keys.keys.isEmpty {
            throw AuditLogFailure.keysUnreadable(path: AuditHeadFiles.keysPath(of: service, in: keysFolder))
        }
        var run = try await AuditVerification(
            service,
            files: { try folder.files(of: service) },
            heads: AuditHeadSequence(
                AuditHeadFiles(service: service, folder: headsFolder, keys: keys),
                every: everyHead
            )
        )
        return try await run.report()
    }
}
