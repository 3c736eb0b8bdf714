/// Every bound that a reader in this library enforces, and the attack that it stops; all in one table: <doc:TheBounds>.
///
/// A bound is checked before the work that it bounds: an oversized token costs its length check and no more.
public enum Bounds {
    /// Bytes of one compact token. A full access token is about 900; the rest is room for four nested actors.
    public static let tokenBytesMax = 8_192
    /// Bytes of one compact sealed token: `tokenBytesMax` of ciphertext are a third more in base64url, the header and a
    /// wrapped key are the rest.
    public static let sealedTokenBytesMax = 12_288
    /// Bytes of `apu` and of `apv` in a sealed token. They are hashed before anything is authenticated; a name has room.
    public static let partyBytesMax = 128
    /// Bytes of a protected header. Ours take about 80; a header is read before anything is authenticated.
    public static let headerBytesMax = 1_024
    /// Bytes of a JSON document other than a token: key sets, metadata, request bodies of the JSON login.
    public static let documentBytesMax = 65_536
    /// Arrays and objects inside one another. Four actors inside a payload need five; recursion stops long before the
    /// stack.
    public static let jsonDepthMax = 12
    /// Members of one object or elements of one array. Looking for duplicates is quadratic, so the number is small.
    public static let jsonElementsMax = 128
    /// Actors in one `act` chain: user -> four services. A longer chain is a loop, not a design.
    public static let actorDepthMax = 4
    /// Bytes of a form body at any OAuth endpoint.
    public static let formBytesMax = 32_768
    /// Seconds that two clocks of the house may differ: the only skew there is, used for `exp`, `nbf` and `iat` alike.
    public static let clockSkewSeconds: Int64 = 10
    /// Seconds since the epoch of any date, up to 9999-12-31: what lies beyond is no date, and arithmetic with it is
    /// somebody's experiment.
    public static let dateSeconds: ClosedRange<Int64> = 0...253_402_300_799
    /// Bytes of an RSA modulus, 2048 to 4096 bits: below is broken soon, above makes each verification slow.
    public static let rsaModulusBytes = 256...512
    /// Bytes of a `jti`. It is remembered for as long as the token could come again, and whoever makes the token chooses
    /// it.
    public static let identifierBytesMax = 256
    /// Seconds for which a DPoP proof is good after it was made: what the replay window must remember.
    public static let proofAgeSecondsMax: Int64 = 60
}
