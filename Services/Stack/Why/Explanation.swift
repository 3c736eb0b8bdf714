import Audit
import Tokens

extension AuditReason {
    /// What it means, for whoever runs the house: one sentence, never shown to a caller.
    var explanation: String {
        switch self {
        case .refusal(let refusal): refusal.explanation
        case .refreshTokenGraced:
            "A spent refresh token came again within its grace, and got the same successor once more."
        case .fault: "The service itself failed; its log has the rest under the same transaction id."
        case .unavailable: "Something that the service needs was away, busy or full; the caller may try again."
        }
    }
}

extension Refusal {
    /// The only map from reason to explanation. No `default`: a new reason does not compile until it is explained here.
    var explanation: String {
        switch self {
        case .actorChainTooLong: "More services stand in the token's actor chain than are allowed."
        case .algorithmNotAccepted: "The token names an algorithm that is not accepted here, as forged ones do."
        case .audienceMismatch: "The token is meant for another service."
        case .authenticationTooOld: "The user proved who they are too long ago for this route."
        case .authenticationTooWeak: "The user signed in with less than this route asks for."
        case .certificateMismatch:
            "The token is bound to another certificate than its bearer has: it was taken from its owner."
        case .certificateMissing: "The token is bound to a certificate, and its bearer showed none."
        case .claimMalformed: "A claim of the token has the wrong JSON type, or a value out of its bounds."
        case .claimMissing: "A claim that this kind of token must have is not there."
        case .confirmationUnsupported: "The token is bound to a key in a way that cannot be checked here."
        case .decryptionFailed: "The sealed token does not open: another key, or altered on the way."
        case .duplicateMember: "A member stands twice in the token: two readers could read two different tokens."
        case .headerParameterForbidden: "The token's header would choose the key that checks it."
        case .issuerNotTrusted: "The token is of an issuer that does not count here."
        case .keyMismatch: "The token names an algorithm that its key is not for: somebody may try one key as another."
        case .keyUnknown:
            "The issuer has no such key: an invented one, or one that was removed before its tokens had ended."
        case .proofExpired: "The DPoP proof is too old, or from the future: the client's clock may be wrong."
        case .proofKeyMismatch:
            "The DPoP proof is by another key than the token is bound to: the token was taken from its owner."
        case .proofMalformed: "What was sent as a DPoP proof cannot be read as one."
        case .proofMethodMismatch: "The DPoP proof was made for another method."
        case .proofMissing: "The token is bound to a key, and its bearer proved none."
        case .proofReplayed: "The DPoP proof was used before: somebody has copied a request."
        case .proofSignatureInvalid: "The DPoP proof is not signed by the key that it shows."
        case .proofTokenMismatch: "The DPoP proof was made for another token."
        case .proofUnexpected: "A DPoP proof came with a token that is bound to no key."
        case .proofURLMismatch: "The DPoP proof was made for another address."
        case .signatureInvalid: "The signature is not the issuer's over this text: altered, or forged."
        case .tokenExpired: "The token's time was over; its holder has to refresh it."
        case .tokenInactive: "The token itself is good, but its session, grant or account has ended."
        case .tokenIssuedInFuture: "The token is from the future: the clocks of issuer and service differ."
        case .tokenMalformed: "What was presented cannot be read as a token at all."
        case .tokenMissing: "The request brought no token."
        case .tokenNotYetValid: "The token is not valid yet: the clocks of issuer and service may differ."
        case .tokenRevoked: "The token was revoked: by itself, or with its session, user, client or key."
        case .tokenTooLarge: "The token is larger than any that is issued here."
        case .tokenTypeMismatch: "It is a token of another kind, such as an ID token where an access token belongs."

        case .actorMissing: "The route is for a service that acts for the user, and the token is the user's own."
        case .actorNotAllowed: "The service that acts for the user may not do so here; or nobody may."
        case .roleMissing: "The user has not, at this moment, the role that the route asks for."
        case .scopeInsufficient: "The token has not the scope that the route asks for."
        case .subjectMismatch: "The token is of another user than the route's."

        case .assertionLifetimeTooLong: "The client's assertion would be valid for longer than is allowed."
        case .assertionReplayed: "The client's assertion was used before: somebody has copied it."
        case .clientAuthenticationAmbiguous: "The client proved itself in two ways at once."
        case .clientMismatch: "What was presented belongs to another client: it was taken from its owner, or mixed up."
        case .clientNotFirstParty: "The client is not of this house, and may not take passwords."
        case .clientSecretWrong: "The client's secret is another: it was rotated, or is being guessed."
        case .clientUnauthenticated: "The client did not prove itself in the way that it registered."
        case .clientUnknown: "No client of this id is registered."
        case .grantNotAllowedForClient: "The client is not registered for this way to a token."

        case .accountDisabled: "The account was taken out of use by an operator."
        case .authorizationCodeExpired: "The code was not redeemed in time."
        case .authorizationCodeReused:
            "The code was redeemed before; what came of it is revoked, for somebody has copied it."
        case .authorizationCodeUnknown: "No such code was issued."
        case .codeVerifierMismatch: "Whoever redeems the code did not ask for it: PKCE does not match."
        case .consentDenied: "The user was asked for consent, and declined."
        case .consentRequired: "The user has to be asked, and the client does not allow it."
        case .credentialsWrong: "Name or password is wrong."
        case .grantKeyMismatch: "The code or refresh token is bound to a key that its bearer did not prove."
        case .redirectURIMismatch: "The redirect URI is not registered, or not the one that the code was issued to."
        case .refreshFamilyRevoked: "The refresh token's family was revoked before."
        case .refreshTokenExpired: "The refresh token was not used in time; the user has to sign in."
        case .refreshTokenReused: "The refresh token was spent before: a copy is about, and what came of it is revoked."
        case .refreshTokenUnknown: "No such refresh token was issued."
        case .riskStepUpRequired: "The refresh comes from where its owner hardly is: the user has to sign in again."
        case .riskTooHigh: "Where it comes from, and what came before, say that this is hardly the owner."
        case .sessionEnded: "The user has signed out, or was signed out, since."

        case .actorTokenNotService: "The actor token is not a service's own, bound to its certificate."
        case .audienceNotAllowed: "The policy gives this service no tokens for that audience, or none was named."
        case .lifetimeTooShort: "The token to exchange ends too soon for another one to be made of it."
        case .scopeNotAllowed: "The scope is not for this client, or opens nothing at that audience."
        case .scopeWidened: "More scope was asked for than had been granted."
        case .subjectTokenNotForActor:
            "The token to exchange was meant for another service than the one that brought it."
        case .subjectTokenNotOfUser: "The token to exchange is a service's own, and carries no user's mandate."
        case .tokenTypeUnsupported: "Tokens of that type are not exchanged here."

        case .bodyMalformed: "The body is not what this endpoint reads."
        case .bodyTooLarge: "The body is larger than this endpoint reads."
        case .conflict: "The request does not fit what is stored: a name that is taken, for example."
        case .contentTypeUnsupported: "The body is of a type that this endpoint does not read."
        case .csrfTokenWrong: "The form was not sent by the page it was made for: another site may have sent it."
        case .grantTypeUnsupported: "The endpoint knows no such way to a token."
        case .headersTooLarge: "The header fields are more, or longer, than the server reads."
        case .idempotencyKeyReused: "The idempotency key stands for another request already."
        case .loginRequired: "The user has to sign in, and the client does not allow it."
        case .methodNotAllowed: "The path exists, for other methods."
        case .operatorKeyWrong: "The operator key is another."
        case .parameterDuplicated:
            "A parameter or header field stands twice: two readers could read two different requests."
        case .parameterMalformed: "A parameter has not the form that its specification gives it."
        case .parameterMissing: "A required parameter is not there."
        case .rateLimited: "The caller, or whoever shares its network, account or token, has asked too often."
        case .requestObjectUnsupported: "Request objects are not read here."
        case .requestTimedOut: "The request did not arrive in time."
        case .requestURIUnsupported: "Request URIs are not read here."
        case .resourceNotFound: "There is nothing at this path, or nothing that this caller may know of."
        case .responseTypeUnsupported: "Only `code` is answered to an authorization request."
        case .scopeMalformed: "The scope is not written as RFC 6749 §3.3 has it."
        }
    }
}
