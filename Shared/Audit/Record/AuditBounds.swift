import Tokens

/// How much of a stranger's text a record holds. What is cut off shows: a text ends in "…", a list is named in `details.cut`.
///
/// A token that was refused says what its author likes. Whoever may fill the log with it can fill the disk, and then nothing can be
/// issued any more.
public enum AuditBounds {
    /// Bytes of one text, as UTF-8.
    public static let textBytesMax = 512
    /// Tokens that were presented, and that were issued: an exchange is presented two, a code gives three.
    public static let tokensMax = 6
    /// Actors of one token: those of a good one are `Bounds.actorDepthMax` at most.
    public static let actorsMax = 8
    /// What one request takes back.
    public static let revokedMax = 32
    /// Words that led to the decision.
    public static let signalsMax = 16
    /// Details by name.
    public static let detailsMax = 16
    /// One line of the log: all of the above at its bound, every byte written as an escape of six.
    public static let lineBytesMax = 1_048_576

    /// The text, or as much of it as there is room for.
    static func cut(_ text: String) -> String {
        guard text.utf8.count > textBytesMax else { return text }
        var kept = Substring(decoding: text.utf8.prefix(textBytesMax - ellipsis.utf8.count), as: UTF8.self)
        // Half a character at the end has become a replacement character, which takes more room than it had.
        while kept.utf8.count > textBytesMax - ellipsis.utf8.count || kept.last == "\u{FFFD}" { kept.removeLast() }
        return kept + ellipsis
    }

    /// The values for which there is room, behind "..." where some are left out.
    static func cut(_ scope: ScopeSet) -> String {
        let text = scope.text
        guard text.utf8.count > textBytesMax else { return text }
        var kept = "..."
        for value in scope.values where kept.utf8.count + 1 + value.utf8.count <= textBytesMax { kept += " " + value }
        return kept
    }

    private static let ellipsis = "…"
}
