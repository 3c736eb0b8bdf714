public import Tokens

/// A document that is no audit record: the member that is missing or has another form.
public struct AuditRecordMalformed: Error, Sendable, CustomStringConvertible {
    /// Its name.
    public let member: String

    /// Which member it is; nothing of what stands in it.
    public var description: String { "no audit record: its member \(member) is missing or malformed" }
}

extension AuditRecord {
    /// Reads what `document` gives. Members that are not known here are passed over: a newer service may have written them.
    ///
    /// - Throws: `AuditRecordMalformed`.
    public init(reading document: JSONObject) throws(AuditRecordMalformed) {
        let members = MemberReader(document)
        self.init(
            try members.choice("event"),
            try members.choice("outcome"),
            service: try members.text("service"),
            trace: try members.trace(),
            time: try members.required("time", AuditTime.read)
        )
        parentSpanID = try members.optionalText("parent")
        if document["reason"] != nil { reason = try members.required("reason", AuditReason.init(name:)) }
        route = try members.optionalText("route") ?? ""
        status = try members.optionalInteger("status").map { Int($0) }
        durationMicroseconds = try members.optionalInteger("us") ?? 0
        subject = try members.optionalText("subject")
        clientID = try members.optionalText("client")
        let peer = try members.object("peer")
        self.peer = Peer(
            address: try peer.optionalText("address"),
            certificate: try peer.optionalText("certificate"),
            name: try peer.optionalText("name")
        )
        let asked = try members.object("asked")
        self.asked = Asked(audience: try asked.optionalText("audience"), scope: try asked.scope())
        for token in try members.objects("presented") { presented.append(try AuditToken(reading: token)) }
        for token in try members.objects("issued") { issued.append(try AuditToken(reading: token)) }
        for target in try members.objects("revoked") { revoked.append(try RevocationTarget(reading: target)) }
        signals = try members.texts("signals")
        let details = try members.object("details")
        for name in details.names { self.details[name] = try details.text(name) }
    }
}

extension AuditToken {
    fileprivate init(reading members: MemberReader) throws(AuditRecordMalformed) {
        self.init(
            try members.choice("kind"),
            isVerified: try members.optionalFlag("verified") ?? true,
            tokenID: try members.optionalText("id") ?? "",
            issuer: try members.optionalText("issuer"),
            subject: try members.optionalText("subject"),
            clientID: try members.optionalText("client"),
            audience: try members.optionalText("audience"),
            scope: try members.scope(),
            actors: try members.texts("actors"),
            sessionID: try members.optionalText("session"),
            expiresAt: try members.optionalInteger("expires").map { NumericDate($0) },
            keyID: try members.optionalText("kid")
        )
    }
}

extension RevocationTarget {
    fileprivate init(reading members: MemberReader) throws(AuditRecordMalformed) {
        let id = try members.text("id")
        switch try members.text("kind") {
        case "token": self = .token(id)
        case "session": self = .session(id)
        case "grant": self = .grant(sessionID: id, clientID: try members.text("client"))
        case "subject": self = .subject(id)
        case "client": self = .client(id)
        case "key": self = .key(id)
        default: throw AuditRecordMalformed(member: "kind")
        }
    }
}

/// Reads the members of an object, each by its type.
private struct MemberReader {
    private let object: JSONObject

    init(_ object: JSONObject) { self.object = object }

    var names: [String] { object.members.map(\.name) }

    /// Nil where the member is not there.
    private func optional<Value>(
        _ name: String,
        _ read: (JSONValue) -> Value?
    ) throws(AuditRecordMalformed) -> Value? {
        guard let member = object[name] else { return nil }
        guard let value = read(member) else { throw AuditRecordMalformed(member: name) }
        return value
    }

    func required<Value>(_ name: String, _ read: (String) -> Value?) throws(AuditRecordMalformed) -> Value {
        guard let value = read(try text(name)) else { throw AuditRecordMalformed(member: name) }
        return value
    }

    func optionalText(_ name: String) throws(AuditRecordMalformed) -> String? { try optional(name, \.string) }
    func optionalInteger(_ name: String) throws(AuditRecordMalformed) -> Int64? { try optional(name, \.integer) }
    func optionalFlag(_ name: String) throws(AuditRecordMalformed) -> Bool? { try optional(name, \.bool) }

    func text(_ name: String) throws(AuditRecordMalformed) -> String {
        guard let text = try optionalText(name) else { throw AuditRecordMalformed(member: name) }
        return text
    }

    func texts(_ name: String) throws(AuditRecordMalformed) -> [String] { try optional(name, \.strings) ?? [] }

    func choice<Choice: RawRepresentable<String>>(_ name: String) throws(AuditRecordMalformed) -> Choice {
        try required(name, Choice.init(rawValue:))
    }

    /// Empty where the member is not there.
    func object(_ name: String) throws(AuditRecordMalformed) -> MemberReader {
        MemberReader(try optional(name, \.object) ?? JSONObject())
    }

    func objects(_ name: String) throws(AuditRecordMalformed) -> [MemberReader] {
        let elements = try optional(name, \.array) ?? []
        let objects = elements.compactMap(\.object)
        guard objects.count == elements.count else { throw AuditRecordMalformed(member: name) }
        return objects.map(MemberReader.init)
    }

    func scope() throws(AuditRecordMalformed) -> ScopeSet {
        guard let text = try optionalText("scope") else { return [] }
        guard let scope = ScopeSet(reading: text) else { throw AuditRecordMalformed(member: "scope") }
        return scope
    }

    func trace() throws(AuditRecordMalformed) -> TraceContext {
        guard object["txn"] != nil else { return .none }
        guard let trace = TraceContext(transactionID: try text("txn"), spanID: try text("span")) else {
            throw AuditRecordMalformed(member: "txn")
        }
        return trace
    }
}
