import SwiftASN1

/// Keys as text files: PKCS #8 for private ones, SubjectPublicKeyInfo for public ones (RFC 7468 §10, §13).
enum PEM {
    static let privateKey = "PRIVATE KEY"
    static let publicKey = "PUBLIC KEY"

    /// The document of a file with one key of kind `label`.
    ///
    /// - Throws: `UnsoundKey`, which says what to do about the usual other forms.
    static func read(_ text: String, _ label: String) throws(UnsoundKey) -> [UInt8] {
        guard let document = try? PEMDocument(pemString: text) else { throw UnsoundKey("the file is no PEM document") }
        guard document.discriminator == label else {
            throw UnsoundKey(
                """
                the file holds \(known.contains(document.discriminator) ? document.discriminator : "something else"), \
                not \(label); convert it with: \
                openssl \(label == privateKey ? "pkcs8 -topk8 -nocrypt" : "pkey -pubout") -in FILE
                """
            )
        }
        return document.derBytes
    }

    static func text(_ document: [UInt8], _ label: String) -> String {
        PEMDocument(type: label, derBytes: document).pemString + "\n"
    }

    private static let known = [
        privateKey, publicKey, "CERTIFICATE", "EC PRIVATE KEY", "ENCRYPTED PRIVATE KEY", "RSA PRIVATE KEY",
        "RSA PUBLIC KEY",
    ]
}
