/// Which key in which token, through which module, with which PIN: a `pkcs11:` URI.
///
/// - Takes: `token` and `object` or `id` (or both), `type=secret-key` if at all; then `module-path` and `pin-source=file:…`, absolute
///   paths. At most 2048 bytes.
/// - Refuses: everything else, a `pin-value` first of all: settings are read by more people than secrets are.
/// - Source: RFC 7512 §2.3, §2.4
public struct PKCS11URI: Sendable, Equatable, CustomStringConvertible {
    /// As it was written. It holds no secret.
    public let description: String
    let tokenLabel: String
    let objectLabel: String?
    let objectID: [UInt8]?
    let modulePath: String
    let pinPath: String

    /// - Throws: what is wrong with `text`, without a value out of it.
    public init(_ text: String) throws(PKCS11URIFlaw) {
        guard text.utf8.count <= 2_048, text.hasPrefix("pkcs11:") else {
            throw PKCS11URIFlaw("it is no pkcs11: URI of at most 2048 bytes")
        }
        let halves = text.dropFirst("pkcs11:".count).split(
            separator: "?",
            maxSplits: 1,
            omittingEmptySubsequences: false
        )
        let path = try Attributes(halves[0], between: ";", known: ["token", "object", "id", "type"])
        let query = try Attributes(
            halves.count == 2 ? halves[1] : "",
            between: "&",
            known: ["module-path", "pin-source"]
        )
        description = text
        tokenLabel = try path.require("token")
        objectLabel = try path.text("object")
        objectID = path["id"]
        guard objectLabel != nil || objectID != nil else { throw PKCS11URIFlaw("it names no object and no id") }
        guard try path.text("type") ?? "secret-key" == "secret-key" else {
            throw PKCS11URIFlaw("its type is not secret-key")
        }
        modulePath = try query.require("module-path")
        // A bare name would be looked for wherever LD_LIBRARY_PATH points.
        guard modulePath.hasPrefix("/") else { throw PKCS11URIFlaw("its module-path is not absolute") }
        let pinSource = try query.require("pin-source")
        pinPath = String(pinSource.dropFirst(pinSource.hasPrefix("file:///") ? "file://".count : "file:".count))
        // RFC 7512 §2.4 knows "|command" too: a setting must not be able to run a program.
        guard pinSource.hasPrefix("file:"), pinPath.hasPrefix("/"), !pinPath.hasPrefix("//") else {
            throw PKCS11URIFlaw("its pin-source is no file: with an absolute path")
        }
    }

    /// The attributes of one half, percent-decoded.
    private struct Attributes {
        private var values: [String: [UInt8]] = [:]

        init(_ half: Substring, between separator: Character, known: Set<String>) throws(PKCS11URIFlaw) {
            for pair in half.split(separator: separator) {
                let name = String(pair.prefix { $0 != "=" })
                guard name != "pin-value" else {
                    throw PKCS11URIFlaw(
                        "it holds a PIN",
                        fix: "write the PIN to a file and name that: pin-source=file:…"
                    )
                }
                // An attribute that narrows the choice must not be passed over (RFC 7512 §2.5).
                guard known.contains(name) else { throw PKCS11URIFlaw("its attribute '\(name)' is not known here") }
                guard values[name] == nil else { throw PKCS11URIFlaw("it says \(name) twice") }
                guard let value = percentDecode(pair.utf8.dropFirst(name.utf8.count + 1)), !value.isEmpty else {
                    throw PKCS11URIFlaw("the value of \(name) is empty, or badly percent-encoded")
                }
                values[name] = value
            }
        }

        subscript(_ name: String) -> [UInt8]? { values[name] }

        func text(_ name: String) throws(PKCS11URIFlaw) -> String? {
            guard let bytes = values[name] else { return nil }
            // Control characters among others because C would end a path at a zero byte.
            guard let text = String(validating: bytes, as: UTF8.self), bytes.allSatisfy({ $0 >= 0x20 }) else {
                throw PKCS11URIFlaw("the value of \(name) is no text")
            }
            return text
        }

        func require(_ name: String) throws(PKCS11URIFlaw) -> String {
            guard let text = try text(name) else { throw PKCS11URIFlaw("it has no \(name)") }
            return text
        }
    }
}

/// What is wrong with a `pkcs11:` URI, and the way out.
public struct PKCS11URIFlaw: Error, Equatable {
    let problem: String
    let fix: String

    init(
        _ problem: String,
        fix: String = "write it like pkcs11:token=gatehouse;object=kek"
            + "?module-path=/usr/lib/softhsm/libsofthsm2.so&pin-source=file:/run/secrets/pin"
    ) {
        (self.problem, self.fix) = (problem, fix)
    }
}

/// - Gives: nil where a % is not followed by two hexadecimal digits.
private func percentDecode(_ text: Substring.UTF8View) -> [UInt8]? {
    var (decoded, rest) = ([UInt8](), text)
    while let byte = rest.popFirst() {
        guard byte == UInt8(ascii: "%") else {
            decoded.append(byte)
            continue
        }
        guard let high = rest.popFirst().flatMap(hexadecimalDigit),
            let low = rest.popFirst().flatMap(hexadecimalDigit)
        else { return nil }
        decoded.append(high << 4 | low)
    }
    return decoded
}

private func hexadecimalDigit(_ byte: UInt8) -> UInt8? {
    Character(Unicode.Scalar(byte)).hexDigitValue.map(UInt8.init)
}
