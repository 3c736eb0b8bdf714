/// Reads claims out of a payload, each by its type; the one place where a claim's form is judged.
///
/// - Refuses: `claimMissing` for a required claim that is not there, `claimMalformed` for one of another form. Dates
///   are integers: no fractions, no text, nothing negative.
public struct ClaimReader {
    private let document: JSONDocument
    private let object: Int
    private let next: NextName

    /// Where the name behind the last one that was found stands: claims are mostly asked for in the order in which they
    /// were written, and then each is found at once.
    private final class NextName {
        var place: Int
        init(_ place: Int) { self.place = place }
    }

    /// The members of a document that is an object; nil for any other.
    init?(_ document: JSONDocument) {
        guard document.nodes[0].kind == .object else { return nil }
        self.init(document, object: 0)
    }

    /// The claims of a payload of at most `Bounds.tokenBytesMax` bytes.
    ///
    /// - Refuses: `tokenMalformed`, `tokenTooLarge`, `duplicateMember`.
    init(payload: [UInt8]) throws(Refusal) {
        do { document = try JSONScanner.scan(payload, bytesMax: Bounds.tokenBytesMax) } catch { throw Refusal(error) }
        guard document.nodes[0].kind == .object else { throw .tokenMalformed }
        object = 0
        next = NextName(1)
    }

    private init(_ document: JSONDocument, object: Int) {
        self.document = document
        self.object = object
        next = NextName(object + 1)
    }

    private func member(_ name: StaticString) -> Int? {
        guard let value = document.member(name, of: object, from: next.place) else { return nil }
        next.place = Int(document.nodes[value].next)
        return value
    }

    /// How many members there are.
    var count: Int { document.memberCount(of: object) }

    /// Whether the claim is there at all.
    func has(_ name: StaticString) -> Bool { member(name) != nil }

    func optionalString(_ name: StaticString, mayBeEmpty: Bool = false) throws(Refusal) -> String? {
        guard let value = member(name) else { return nil }
        guard let text = string(at: value), mayBeEmpty || !text.isEmpty else { throw .claimMalformed }
        return text
    }

    func string(_ name: StaticString, mayBeEmpty: Bool = false) throws(Refusal) -> String {
        guard let text = try optionalString(name, mayBeEmpty: mayBeEmpty) else { throw .claimMissing }
        return text
    }

    /// `jti` (RFC 7519 §4.1.7), of at most `Bounds.identifierBytesMax` bytes.
    func tokenID() throws(Refusal) -> String {
        let text = try string("jti")
        guard text.utf8.count <= Bounds.identifierBytesMax else { throw .claimMalformed }
        return text
    }

    func optionalDate(_ name: StaticString) throws(Refusal) -> NumericDate? {
        guard let value = member(name) else { return nil }
        guard document.nodes[value].kind == .integer, let seconds = document.integer(value),
            Bounds.dateSeconds.contains(seconds)
        else { throw .claimMalformed }
        return NumericDate(seconds)
    }

    func date(_ name: StaticString) throws(Refusal) -> NumericDate {
        guard let date = try optionalDate(name) else { throw .claimMissing }
        return date
    }

    /// A whole number from 0.
    func count(_ name: StaticString) throws(Refusal) -> Int64 {
        guard let value = member(name) else { throw .claimMissing }
        guard document.nodes[value].kind == .integer, let count = document.integer(value), count >= 0 else {
            throw .claimMalformed
        }
        return count
    }

    /// True or false.
    func flag(_ name: StaticString) throws(Refusal) -> Bool {
        guard let value = member(name) else { throw .claimMissing }
        switch document.nodes[value].kind {
        case .yes: return true
        case .no: return false
        default: throw .claimMalformed
        }
    }

    /// `aud` with exactly one value, as text or as an array of one (RFC 7519 §4.1.3). A token for two audiences lets
    /// each of them replay it at the other.
    func audience() throws(Refusal) -> String {
        guard let value = member("aud") else { throw .claimMissing }
        let only: Int
        switch document.nodes[value].kind {
        case .array:
            let elements = document.elements(of: value)
            guard elements.count == 1 else { throw .claimMalformed }
            only = elements[0]
        default: only = value
        }
        guard let text = string(at: only), !text.isEmpty else { throw .claimMalformed }
        return text
    }

    func scope() throws(Refusal) -> ScopeSet {
        guard let text = try optionalString("scope") else { return [] }
        guard let scope = ScopeSet(reading: text) else { throw .claimMalformed }
        return scope
    }

    /// An array of texts, none empty; empty where the claim is not there.
    func strings(_ name: StaticString) throws(Refusal) -> [String] {
        guard let value = member(name) else { return [] }
        guard document.nodes[value].kind == .array else { throw .claimMalformed }
        var strings: [String] = []
        for element in document.elements(of: value) {
            guard let text = string(at: element), !text.isEmpty else { throw .claimMalformed }
            strings.append(text)
        }
        return strings
    }

    func actor() throws(Refusal) -> Actor? {
        guard let claim = try optionalObject("act") else { return nil }
        do { return try Actor(reading: claim) } catch {
            throw error == .claimMissing ? .claimMalformed : error
        }
    }

    /// An object, to be read claim by claim.
    func optionalObject(_ name: StaticString) throws(Refusal) -> ClaimReader? {
        guard let value = member(name) else { return nil }
        guard document.nodes[value].kind == .object else { throw .claimMalformed }
        return ClaimReader(document, object: value)
    }

    /// An array of objects, each to be read claim by claim; empty where the claim is not there.
    func objects(_ name: StaticString) throws(Refusal) -> [ClaimReader] {
        guard let value = member(name) else { return [] }
        guard document.nodes[value].kind == .array else { throw .claimMalformed }
        var readers: [ClaimReader] = []
        for element in document.elements(of: value) {
            guard document.nodes[element].kind == .object else { throw .claimMalformed }
            readers.append(ClaimReader(document, object: element))
        }
        return readers
    }

    /// An object with all that it contains.
    func object(_ name: StaticString) throws(Refusal) -> JSONObject {
        guard let object = try optionalWholeObject(name) else { throw .claimMissing }
        return object
    }

    /// The same; nil where the claim is not there.
    func optionalWholeObject(_ name: StaticString) throws(Refusal) -> JSONObject? {
        guard let value = member(name) else { return nil }
        guard document.nodes[value].kind == .object else { throw .claimMalformed }
        return document.object(value)
    }

    /// `cnf` (RFC 7800 §3.1). A confirmation method that we cannot check refuses the token. The RFC would have us
    /// ignore it where an application says nothing; we say: a token that is bound to something is no bearer token.
    func confirmation() throws(Refusal) -> ConfirmationMethod? {
        guard let value = member("cnf") else { return nil }
        guard document.nodes[value].kind == .object,
            let confirmation = ConfirmationMethod(reading: document.object(value))
        else { throw .confirmationUnsupported }
        return confirmation
    }

    private func string(at index: Int) -> String? {
        switch document.nodes[index].kind {
        case .string, .escapedString: document.text(index)
        default: nil
        }
    }
}
