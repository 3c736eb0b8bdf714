/// Reads the one caching directive that matters here (RFC 9111 §5.2).
enum CacheControl {
    /// `max-age` in seconds (RFC 9111 §5.2.2.1), the first where it stands twice; nil where it is missing or no number.
    static func maxAgeSeconds(_ field: String) -> Int64? {
        for directive in field.split(separator: ",") {
            let parts = directive.split(separator: "=", maxSplits: 1).map { $0.filter { $0 != " " && $0 != "\t" } }
            guard parts.count == 2, parts[0].lowercased() == "max-age" else { continue }
            // Both forms must be read, with and without quotes (RFC 9111 §5.2).
            let digits = parts[1].filter { $0 != "\"" }
            return digits.allSatisfy { ("0"..."9").contains($0) } ? Int64(digits) : nil
        }
        return nil
    }
}
