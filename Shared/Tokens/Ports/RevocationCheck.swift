/// What of a token can be revoked; read out of verified claims and the key they were signed with.
public struct RevocableToken: Sendable, Equatable {
    public let issuer: String
    public let tokenID: String?
    public let sessionID: String?
    public let subject: String?
    public let clientID: String?
    public let keyID: String
    public let issuedAt: NumericDate

    public init(
        issuer: String,
        tokenID: String? = nil,
        sessionID: String? = nil,
        subject: String? = nil,
        clientID: String? = nil,
        keyID: String,
        issuedAt: NumericDate
    ) {
        self.issuer = issuer
        self.tokenID = tokenID
        self.sessionID = sessionID
        self.subject = subject
        self.clientID = clientID
        self.keyID = keyID
        self.issuedAt = issuedAt
    }
}

public protocol RevocationCheck: Sendable { func isRevoked(_ token: RevocableToken) -> Bool }

public struct NothingRevoked: RevocationCheck {
    public init() {}
    public func isRevoked(_ token: RevocableToken) -> Bool { false }
}
