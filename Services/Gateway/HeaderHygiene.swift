import HTTPTypes

/// Which header fields cross the edge: two lists, one each way, of what may.
///
/// Lists of what may not would have to know every name under which any server behind us might ever believe a stranger
/// (`X-User-Id`, `X-Forwarded-User`, `Remote-User`, `X-Original-URL`, `Forwarded`, `traceparent`, …), and each one that
/// is missing opens a door in silence. On these lists a missing name breaks something that somebody notices, and adds
/// here.
///
/// So nothing else needs to be said about identity headers, cookies, proxies' notes or a stranger's tracing; nor about
/// the fields of one connection only (RFC 9110 §7.6.1), but for those that `Connection` itself names. Framing is not
/// carried over either: the client that forwards writes its own `Content-Length`, so that two readers cannot disagree
/// where a request ends.
enum HeaderHygiene {
    static let inwardNames: Set<String> = [
        "accept", "accept-language", "content-type", "idempotency-key", "if-match", "if-none-match", "user-agent",
    ]

    static let outwardNames: Set<String> = [
        "allow", "cache-control", "content-language", "content-type", "etag", "last-modified", "location",
        "retry-after", "vary", "www-authenticate",
    ]

    /// What goes on to a service. `Authorization` and the transaction id are written by `Forwarder`.
    static func inward(_ fields: HTTPFields) -> [(String, String)] {
        // RFC 9110 §7.6.1: what `Connection` names was meant for us alone.
        let named = Set(
            fields[values: .connection].flatMap { $0.split(separator: ",") }.map { name in
                name.filter { $0 != " " && $0 != "\t" }.lowercased()
            }
        )
        return fields.filter { field in
            inwardNames.contains(field.name.canonicalName) && !named.contains(field.name.canonicalName)
        }.map { ($0.name.canonicalName, $0.value) }
    }

    /// What goes back to the stranger.
    static func outward(_ fields: [(String, String)]) -> HTTPFields {
        var kept = HTTPFields()
        for (name, value) in fields {
            guard let name = HTTPField.Name(name), outwardNames.contains(name.canonicalName) else { continue }
            // An absolute one would name a server that nobody outside knows.
            if name == .location, !isPath(value) { continue }
            kept.append(HTTPField(name: name, value: value))
        }
        return kept
    }

    private static func isPath(_ location: String) -> Bool { location.hasPrefix("/") && !location.hasPrefix("//") }
}
