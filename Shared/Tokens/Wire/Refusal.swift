/// Why a request was refused: one reason per rule. The log and the audit keep its name; the caller gets `wire` and no
/// more.
public enum Refusal: String, Error, Sendable, CaseIterable {
    // The token itself.
    case actorChainTooLong
    case algorithmNotAccepted
    case audienceMismatch
    case authenticationTooOld
    case authenticationTooWeak
    case certificateMismatch
    case certificateMissing
    case claimMalformed
    case claimMissing
    case confirmationUnsupported
    case decryptionFailed
    case duplicateMember
    case headerParameterForbidden
    case issuerNotTrusted
    case keyMismatch
    case keyUnknown
    case proofExpired
    case proofKeyMismatch
    case proofMalformed
    case proofMethodMismatch
    case proofMissing
    case proofReplayed
    case proofSignatureInvalid
    case proofTokenMismatch
    case proofUnexpected
    case proofURLMismatch
    case signatureInvalid
    case tokenExpired
    case tokenInactive
    case tokenIssuedInFuture
    case tokenMalformed
    case tokenMissing
    case tokenNotYetValid
    case tokenRevoked
    case tokenTooLarge
    case tokenTypeMismatch

    // What the token allows.
    case actorMissing
    case actorNotAllowed
    case scopeInsufficient
    case subjectMismatch

    // The client.
    case assertionLifetimeTooLong
    case assertionReplayed
    case clientAuthenticationAmbiguous
    case clientMismatch
    case clientNotFirstParty
    case clientSecretWrong
    case clientUnauthenticated
    case clientUnknown
    case grantNotAllowedForClient

    // The grant.
    case accountDisabled
    case authorizationCodeExpired
    case authorizationCodeReused
    case authorizationCodeUnknown
    case codeVerifierMismatch
    case consentDenied
    case consentRequired
    case credentialsWrong
    /// A code or a refresh token that is bound to a key, with a proof by another one or none.
    case grantKeyMismatch
    case redirectURIMismatch
    case refreshFamilyRevoked
    case refreshTokenExpired
    case refreshTokenReused
    case refreshTokenUnknown
    case sessionEnded

    // The exchange.
    case actorTokenNotService
    case audienceNotAllowed
    case lifetimeTooShort
    case scopeNotAllowed
    case scopeWidened
    case subjectTokenNotForActor
    case subjectTokenNotOfUser
    case tokenTypeUnsupported

    // The request.
    case bodyMalformed
    case bodyTooLarge
    case conflict
    case contentTypeUnsupported
    case csrfTokenWrong
    case grantTypeUnsupported
    case headersTooLarge
    case loginRequired
    case methodNotAllowed
    case operatorKeyWrong
    case parameterDuplicated
    case parameterMalformed
    case parameterMissing
    case requestObjectUnsupported
    case requestTimedOut
    case requestURIUnsupported
    case resourceNotFound
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
        case .authenticationTooOld, .authenticationTooWeak: .insufficientUserAuthentication
        case .tokenMissing: .tokenMissing
        case .actorMissing, .actorNotAllowed, .scopeInsufficient, .subjectMismatch: .insufficientScope

        case .assertionLifetimeTooLong, .assertionReplayed, .clientSecretWrong, .clientUnauthenticated, .clientUnknown:
            .invalidClient
        case .clientNotFirstParty, .grantNotAllowedForClient: .unauthorizedClient

        case .accountDisabled, .authorizationCodeExpired, .authorizationCodeReused, .authorizationCodeUnknown,
            .clientMismatch, .codeVerifierMismatch, .credentialsWrong, .grantKeyMismatch, .redirectURIMismatch,
            .refreshFamilyRevoked,
            .refreshTokenExpired, .refreshTokenReused, .refreshTokenUnknown, .sessionEnded:
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
        case .methodNotAllowed: .methodNotAllowed
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
