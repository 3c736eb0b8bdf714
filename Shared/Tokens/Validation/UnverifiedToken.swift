/// A token taken apart WITHOUT any check of who made it. For tools that show tokens to people; and for whoever has to learn out of
/// a token by which rules a `TokenValidator` shall check it, and believes nothing before that has.
public struct UnverifiedToken: Sendable {
    /// The header's members, as written by whoever wrote it.
    public let header: JSONObject
    /// The payload's members, as written by whoever wrote it.
    public let payload: JSONObject

    /// Takes `token` apart; the signature is not even looked at.
    ///
    /// - Refuses: `tokenMalformed`, `tokenTooLarge`, `duplicateMember`: what is no compact JWS at all.
    public static func decodeWithoutVerifying(_ token: Credential) throws(Refusal) -> UnverifiedToken {
        guard token.exposed.utf8.count <= Bounds.tokenBytesMax else { throw .tokenTooLarge }
        let parts = token.exposed.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 3, let header = Base64URL.decode(parts[0]), let payload = Base64URL.decode(parts[1]) else {
            throw .tokenMalformed
        }
        do {
            return UnverifiedToken(
                header: try JSONReader.readObject(header),
                payload: try JSONReader.readObject(payload)
            )
        } catch { throw Refusal(error) }
    }
}
