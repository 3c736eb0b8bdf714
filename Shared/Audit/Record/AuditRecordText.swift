public import Tokens

extension AuditRecord {
    /// The record as one JSON object, its members in a fixed order; what is nil or empty is left out.
    ///
    /// `time` is RFC 3339 text in milliseconds, `us` are microseconds, `expires` seconds since 1970. Texts and lists are cut at
    /// `AuditBounds`.
    public var document: JSONObject {
        var writer = MemberWriter()
        writer.begin()
        write(to: &writer)
        writer.end()
        return (try? JSONReader.readObject(writer.bytes, bytesMax: AuditBounds.lineBytesMax)) ?? JSONObject()
    }

    /// Writes the members of `document`.
    func write(to writer: inout MemberWriter) {
        writer.time("time", time)
        writer.text("service", service)
        if trace != .none {
            writer.text("txn", trace.transactionID)
            writer.text("span", trace.spanID)
        }
        writer.text("parent", parentSpanID)
        writer.text("event", event.rawValue)
        writer.text("outcome", outcome.rawValue)
        writer.text("reason", reason?.name)
        writer.text("route", route)
        writer.integer("status", status.map { Int64($0) })
        writer.integer("us", durationMicroseconds == 0 ? nil : durationMicroseconds)
        writer.object("peer") { writer in
            writer.text("address", peer.address)
            writer.text("certificate", peer.certificate)
            writer.text("name", peer.name)
        }
        writer.text("subject", subject)
        writer.text("client", clientID)
        writer.object("asked") { writer in
            writer.text("audience", asked.audience)
            writer.scope("scope", asked.scope)
        }
        writer.objects("presented", presented.prefix(AuditBounds.tokensMax)) { $1.write(to: &$0) }
        writer.objects("issued", issued.prefix(AuditBounds.tokensMax)) { $1.write(to: &$0) }
        writer.objects("revoked", revoked.prefix(AuditBounds.revokedMax)) { $1.write(to: &$0) }
        writer.texts("signals", signals.prefix(AuditBounds.signalsMax))
        let cutLists = cutLists
        guard !details.isEmpty || !cutLists.isEmpty else { return }
        writer.object("details") { writer in
            for detail in details.sorted(by: { $0.key < $1.key }).prefix(AuditBounds.detailsMax) {
                writer.text(named: detail.key, detail.value)
            }
            if !cutLists.isEmpty, self[.cut] == nil {
                writer.text(named: AuditDetail.cut.rawValue, cutLists.joined(separator: " "))
            }
        }
    }

    /// The lists that have a bound, by name, and what of a record is over it.
    private static let boundLists: [(name: String, isCut: @Sendable (AuditRecord) -> Bool)] = [
        ("presented", { $0.presented.count > AuditBounds.tokensMax }),
        ("issued", { $0.issued.count > AuditBounds.tokensMax }),
        ("revoked", { $0.revoked.count > AuditBounds.revokedMax }),
        ("signals", { $0.signals.count > AuditBounds.signalsMax }),
        ("details", { $0.details.count > AuditBounds.detailsMax }),
    ]

    private var cutLists: [String] { Self.boundLists.filter { $0.isCut(self) }.map(\.name) }
}

extension AuditToken {
    fileprivate func write(to writer: inout MemberWriter) {
        writer.text("kind", kind.rawValue)
        if !isVerified { writer.no("verified") }
        writer.text("id", tokenID)
        writer.text("issuer", issuer)
        writer.text("subject", subject)
        writer.text("client", clientID)
        writer.text("audience", audience)
        writer.scope("scope", scope)
        writer.texts("actors", actors.prefix(AuditBounds.actorsMax))
        writer.text("session", sessionID)
        writer.integer("expires", expiresAt?.secondsSinceEpoch)
        writer.text("kid", keyID)
    }
}

extension RevocationTarget {
    fileprivate func write(to writer: inout MemberWriter) {
        let (kind, id, client) = parts
        writer.text("kind", kind)
        writer.text("id", id)
        writer.text("client", client)
    }

    private var parts: (kind: String, id: String, client: String?) {
        switch self {
        case .token(let id): ("token", id, nil)
        case .session(let id): ("session", id, nil)
        case .grant(let session, let client): ("grant", session, client)
        case .subject(let id): ("subject", id, nil)
        case .client(let id): ("client", id, nil)
        case .key(let id): ("key", id, nil)
        }
    }
}
