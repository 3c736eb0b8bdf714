/// Why a request was refused: one reason per rule. The log and the audit keep its name; the caller gets `wire` and no
/// more.
public enum Refusal: String, Error, Sendable, CaseIterable {
    // The token itself.
    /// More than `Bounds.actorDepthMax` actors in `act`.
    case actorChainTooLong
    /// `alg`, or `enc`, is not among those accepted here (RFC 8725 §3.1).
    case algorithmNotAccepted
    /// `aud` is somebody else (RFC 7519 §4.1.3).
    case audienceMismatch
    /// The user last proved who they are too long ago, or the token does not say when (RFC 9470 §3).
    case authenticationTooOld
    /// The sign-in was of none of the strengths asked for (RFC 9470 §3).
    case authenticationTooWeak
    /// The token is bound to another certificate than that of this connection (RFC 8705 §3).
    case certificateMismatch
    /// The token is bound to a certificate, and this connection has none (RFC 8705 §3).
    case certificateMissing
    /// A claim of another type or form than its kind of token gives it, or one that its kind must not have.
    case claimMalformed
    /// A claim that its kind of token requires is not there.
    case claimMissing
    /// Bound in a way that cannot be checked here: an unknown member of `cnf`, or a key where no proofs are taken.
    case confirmationUnsupported
    /// A sealed token does not open, for whatever reason of cryptography (RFC 7516 §11.5).
    case decryptionFailed
    /// A member stands twice in one object (RFC 7519 §4).
    case duplicateMember
    /// A header parameter by which the token would choose its own key or its own rules (RFC 8725 §3.10).
    case headerParameterForbidden
    /// `iss` is none of the issuers that count here (RFC 8725 §3.8).
    case issuerNotTrusted
    /// The key `kid` is of another algorithm than `alg` says, or of one that is not accepted (RFC 8725 §3.1).
    case keyMismatch
    /// The issuer has no key `kid`, after having been asked where that was due.
    case keyUnknown
    /// A DPoP proof older than `Bounds.proofAgeSecondsMax`, or from the future (RFC 9449 §4.3).
    case proofExpired
    /// A DPoP proof by another key than the one that the token is bound to (RFC 9449 §7.1).
    case proofKeyMismatch
    /// What was sent as a DPoP proof is none (RFC 9449 §4.3).
    case proofMalformed
    /// A DPoP proof for another method: `htm` (RFC 9449 §4.3).
    case proofMethodMismatch
    /// The token is bound to a key, and no proof came with it (RFC 9449 §7.1).
    case proofMissing
    /// A DPoP proof that was used before (RFC 9449 §11.1).
    case proofReplayed
    /// A DPoP proof that is not signed by the key that it shows (RFC 9449 §4.3).
    case proofSignatureInvalid
    /// A DPoP proof for another access token, or for none: `ath` (RFC 9449 §4.3).
    case proofTokenMismatch
    /// A DPoP proof with a token that is not bound to a key (RFC 9449 §7.1).
    case proofUnexpected
    /// A DPoP proof for another URL: `htu` (RFC 9449 §4.3).
    case proofURLMismatch
    /// The signature is not that of the issuer's key over this text.
    case signatureInvalid
    /// `exp` has passed, the clock skew included (RFC 7519 §4.1.4).
    case tokenExpired
    /// Good by its own text, and dead by what its issuer knows: the session ended, the account was disabled.
    case tokenInactive
    /// `iat` lies ahead, by more than the clock skew (RFC 7519 §4.1.6).
    case tokenIssuedInFuture
    /// No compact token at all, or no strict JSON in it.
    case tokenMalformed
    /// The request brings no token (RFC 6750 §3.1).
    case tokenMissing
    /// `nbf` lies ahead, by more than the clock skew (RFC 7519 §4.1.5).
    case tokenNotYetValid
    /// The token, its session, its user, its client or its key was revoked.
    case tokenRevoked
    /// More bytes, or more members, than `Bounds` allows.
    case tokenTooLarge
    /// A token of another kind: `typ`, or `cty` of a sealed one (RFC 8725 §3.11).
    case tokenTypeMismatch

    // What the token allows.
    /// The route is for a service that acts for the user, and nobody does.
    case actorMissing
    /// Somebody acts who may not here; or anybody, where the route is for the user's own client.
    case actorNotAllowed
    /// The user has not, at this moment, the role that the route asks for: whatever their token says.
    case roleMissing
    /// The token has not the scope that the route asks for (RFC 6750 §3.1).
    case scopeInsufficient
    /// The route is for another user's token.
    case subjectMismatch

    // The client.
    /// `exp` lies more than `ClientAssertionClaims.lifetimeSecondsMax` ahead.
    case assertionLifetimeTooLong
    /// A client assertion that was used before (RFC 7523 §3).
    case assertionReplayed
    /// The client proves itself in two ways at once (RFC 6749 §2.3).
    case clientAuthenticationAmbiguous
    /// What is presented belongs to another client; or an assertion names two.
    case clientMismatch
    /// The password login is for clients of this house alone.
    case clientNotFirstParty
    /// The client's secret is another.
    case clientSecretWrong
    /// The client does not prove itself in the way that it registered.
    case clientUnauthenticated
    /// No client of this id is registered.
    case clientUnknown
    /// The client is not registered for this grant.
    case grantNotAllowedForClient

    // The grant.
    /// The account exists, and may not sign in.
    case accountDisabled
    /// A code that was not redeemed in time (RFC 6749 §4.1.2).
    case authorizationCodeExpired
    /// A code that was redeemed before: what came of it is revoked (RFC 6749 §4.1.2).
    case authorizationCodeReused
    /// No such code was issued.
    case authorizationCodeUnknown
    /// `code_verifier` is not what the code challenge was made of (RFC 7636 §4.6).
    case codeVerifierMismatch
    /// The user said no (RFC 6749 §4.1.2.1).
    case consentDenied
    /// The user would have to be asked, and the client forbids it: `prompt=none` (OpenID Connect Core §3.1.2.6).
    case consentRequired
    /// Name or password is wrong; nobody is told which.
    case credentialsWrong
    /// A code or a refresh token that is bound to a key, with a proof by another one or none.
    case grantKeyMismatch
    /// `redirect_uri` is not registered, or not the one that the code was issued to (RFC 6749 §4.1.3).
    case redirectURIMismatch
    /// A refresh token whose whole family was revoked (RFC 9700 §4.14.2).
    case refreshFamilyRevoked
    /// A refresh token that was not used in time.
    case refreshTokenExpired
    /// A refresh token that was spent before: its family is revoked (RFC 9700 §4.14.2).
    case refreshTokenReused
    /// No such refresh token was issued.
    case refreshTokenUnknown
    /// The context of the request has changed so that the user has to sign in again (RFC 9470 §3).
    case riskStepUpRequired
    /// The context of the request says that this is hardly the owner.
    case riskTooHigh
    /// The sign-on session behind the grant has ended.
    case sessionEnded

    // The exchange.
    /// The actor token is not a service's own, bound to a certificate.
    case actorTokenNotService
    /// `audience` or `resource` is missing, unknown, one too many, or not for this client (RFC 8693 §2.2.2).
    case audienceNotAllowed
    /// Nothing is left of the life of the token that a new one would come from.
    case lifetimeTooShort
    /// A scope that the client may not have, or that opens nothing at that audience.
    case scopeNotAllowed
    /// More scope than what was granted before (RFC 6749 §6).
    case scopeWidened
    /// The subject token was meant for somebody else than who brings it.
    case subjectTokenNotForActor
    /// The subject token is a service's own: no mandate of a user.
    case subjectTokenNotOfUser
    /// A token type that this house does not exchange (RFC 8693 §3).
    case tokenTypeUnsupported

    // The request.
    /// The body is not what the content type says, or not what this endpoint reads.
    case bodyMalformed
    /// More bytes than this endpoint reads (RFC 9110 §15.5).
    case bodyTooLarge
    /// What is asked for contradicts what is there (RFC 9110 §15.5).
    case conflict
    /// A content type that this endpoint does not read (RFC 9110 §15.5).
    case contentTypeUnsupported
    /// The form was not sent by the page that it was made for.
    case csrfTokenWrong
    /// A `grant_type` that this endpoint does not know (RFC 6749 §5.2).
    case grantTypeUnsupported
    /// More header fields, or longer ones, than the server reads.
    case headersTooLarge
    /// The idempotency key stands for another request already (draft-ietf-httpapi-idempotency-key-header).
    case idempotencyKeyReused
    /// The user would have to sign in, and the client forbids it: `prompt=none` (OpenID Connect Core §3.1.2.6).
    case loginRequired
    /// The path exists, for other methods (RFC 9110 §15.5.6).
    case methodNotAllowed
    /// The operator key of this service is another.
    case operatorKeyWrong
    /// A parameter, or a header field, that may stand once stands twice (RFC 6749 §3.1).
    case parameterDuplicated
    /// A parameter of another form than its specification gives it.
    case parameterMalformed
    /// A required parameter is not there (RFC 6749 §5.2).
    case parameterMissing
    /// The caller, or whoever shares its network, has asked too often (RFC 6585 §4).
    case rateLimited
    /// `request` is not supported (OpenID Connect Core §3.1.2.6).
    case requestObjectUnsupported
    /// The request did not arrive in time (RFC 9110 §15.5).
    case requestTimedOut
    /// `request_uri` is not supported (OpenID Connect Core §3.1.2.6).
    case requestURIUnsupported
    /// There is nothing at this path, or nothing that this caller may know of.
    case resourceNotFound
    /// A `response_type` other than `code` (RFC 6749 §4.1.2.1).
    case responseTypeUnsupported
    /// Of another form than RFC 6749 §3.3 gives it.
    case scopeMalformed

    /// The outside answer: the only map from reason to wire. No `default`: a new reason does not compile until it is
    /// decided here.
    public var wire: WireError {
        switch self {
        case .actorChainTooLong, .algorithmNotAccepted, .audienceMismatch, .certificateMismatch, .certificateMissing,
            .claimMalformed, .claimMissing, .confirmationUnsupported, .decryptionFailed, .duplicateMember,
            .headerParameterForbidden,
            .issuerNotTrusted, .keyMismatch, .keyUnknown, .operatorKeyWrong, .proofKeyMismatch, .proofMissing,
            .proofUnexpected, .signatureInvalid, .tokenExpired, .tokenInactive, .tokenIssuedInFuture, .tokenMalformed,
            .tokenNotYetValid, .tokenRevoked, .tokenTooLarge, .tokenTypeMismatch:
            .invalidToken
        case .proofExpired, .proofMalformed, .proofMethodMismatch, .proofReplayed, .proofSignatureInvalid,
            .proofTokenMismatch, .proofURLMismatch:
            .invalidDPoPProof
        case .authenticationTooOld, .authenticationTooWeak, .riskStepUpRequired: .insufficientUserAuthentication
        case .tokenMissing: .tokenMissing
        case .actorMissing, .actorNotAllowed, .roleMissing, .scopeInsufficient, .subjectMismatch: .insufficientScope

        case .assertionLifetimeTooLong, .assertionReplayed, .clientSecretWrong, .clientUnauthenticated, .clientUnknown:
            .invalidClient
        case .clientNotFirstParty, .grantNotAllowedForClient: .unauthorizedClient

        case .accountDisabled, .authorizationCodeExpired, .authorizationCodeReused, .authorizationCodeUnknown,
            .clientMismatch, .codeVerifierMismatch, .credentialsWrong, .grantKeyMismatch, .redirectURIMismatch,
            .refreshFamilyRevoked,
            .refreshTokenExpired, .refreshTokenReused, .refreshTokenUnknown, .riskTooHigh, .sessionEnded:
            .invalidGrant
        case .consentDenied: .accessDenied
        case .loginRequired: .loginRequired
        case .consentRequired: .consentRequired

        // RFC 8693 §2.2.2: an unacceptable subject or actor token is an invalid request.
        case .actorTokenNotService, .lifetimeTooShort, .subjectTokenNotForActor, .subjectTokenNotOfUser,
            .tokenTypeUnsupported:
            .invalidRequest
        case .audienceNotAllowed: .invalidTarget
        case .scopeMalformed, .scopeNotAllowed, .scopeWidened: .invalidScope

        case .bodyMalformed, .clientAuthenticationAmbiguous, .csrfTokenWrong, .parameterDuplicated,
            .parameterMalformed, .parameterMissing:
            .invalidRequest
        case .bodyTooLarge: .contentTooLarge
        case .conflict: .conflict
        case .contentTypeUnsupported: .unsupportedMediaType
        case .grantTypeUnsupported: .unsupportedGrantType
        case .headersTooLarge: .headersTooLarge
        case .idempotencyKeyReused: .idempotencyKeyReused
        case .methodNotAllowed: .methodNotAllowed
        case .rateLimited: .tooManyRequests
        case .requestObjectUnsupported: .requestNotSupported
        case .requestTimedOut: .requestTimeout
        case .requestURIUnsupported: .requestURINotSupported
        case .resourceNotFound: .notFound
        case .responseTypeUnsupported: .unsupportedResponseType
        }
    }

    /// A document that could not be read strictly.
    init(_ failure: JSONReader.Failure) {
        self =
            switch failure {
            case .duplicateMember: .duplicateMember
            case .tooLarge: .tokenTooLarge
            case .malformed, .notUTF8, .tooDeep: .tokenMalformed
            }
    }
}
