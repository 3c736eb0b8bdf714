import Testing

@testable import Tokens

@Suite("From reason to wire, RFC 6749 §5.2 and RFC 6750 §3.1")
struct RefusalTests {
    /// Reason, answer of a protected resource, answer of a token endpoint.
    private static let table = """
        actorChainTooLong              401 invalid_token                    400 invalid_request
        algorithmNotAccepted           401 invalid_token                    400 invalid_request
        audienceMismatch               401 invalid_token                    400 invalid_request
        authenticationTooOld           401 insufficient_user_authentication 400 insufficient_user_authentication
        authenticationTooWeak          401 insufficient_user_authentication 400 insufficient_user_authentication
        certificateMismatch            401 invalid_token                    400 invalid_request
        certificateMissing             401 invalid_token                    400 invalid_request
        claimMalformed                 401 invalid_token                    400 invalid_request
        claimMissing                   401 invalid_token                    400 invalid_request
        confirmationUnsupported        401 invalid_token                    400 invalid_request
        decryptionFailed               401 invalid_token                    400 invalid_request
        duplicateMember                401 invalid_token                    400 invalid_request
        headerParameterForbidden       401 invalid_token                    400 invalid_request
        issuerNotTrusted               401 invalid_token                    400 invalid_request
        keyMismatch                    401 invalid_token                    400 invalid_request
        keyUnknown                     401 invalid_token                    400 invalid_request
        proofExpired                   401 invalid_dpop_proof               400 invalid_dpop_proof
        proofKeyMismatch               401 invalid_token                    400 invalid_request
        proofMalformed                 401 invalid_dpop_proof               400 invalid_dpop_proof
        proofMethodMismatch            401 invalid_dpop_proof               400 invalid_dpop_proof
        proofMissing                   401 invalid_token                    400 invalid_request
        proofReplayed                  401 invalid_dpop_proof               400 invalid_dpop_proof
        proofSignatureInvalid          401 invalid_dpop_proof               400 invalid_dpop_proof
        proofTokenMismatch             401 invalid_dpop_proof               400 invalid_dpop_proof
        proofUnexpected                401 invalid_token                    400 invalid_request
        proofURLMismatch               401 invalid_dpop_proof               400 invalid_dpop_proof
        signatureInvalid               401 invalid_token                    400 invalid_request
        tokenExpired                   401 invalid_token                    400 invalid_request
        tokenInactive                  401 invalid_token                    400 invalid_request
        tokenIssuedInFuture            401 invalid_token                    400 invalid_request
        tokenMalformed                 401 invalid_token                    400 invalid_request
        tokenMissing                   401 token_missing                    400 invalid_request
        tokenNotYetValid               401 invalid_token                    400 invalid_request
        tokenRevoked                   401 invalid_token                    400 invalid_request
        tokenTooLarge                  401 invalid_token                    400 invalid_request
        tokenTypeMismatch              401 invalid_token                    400 invalid_request
        actorMissing                   403 insufficient_scope               400 invalid_request
        actorNotAllowed                403 insufficient_scope               400 invalid_request
        roleMissing                    403 insufficient_scope               400 invalid_request
        scopeInsufficient              403 insufficient_scope               400 invalid_request
        subjectMismatch                403 insufficient_scope               400 invalid_request
        assertionLifetimeTooLong       401 invalid_client                   401 invalid_client
        assertionReplayed              401 invalid_client                   401 invalid_client
        clientAuthenticationAmbiguous  400 invalid_request                  400 invalid_request
        clientMismatch                 400 invalid_grant                    400 invalid_grant
        clientNotFirstParty            400 unauthorized_client              400 unauthorized_client
        clientSecretWrong              401 invalid_client                   401 invalid_client
        clientUnauthenticated          401 invalid_client                   401 invalid_client
        clientUnknown                  401 invalid_client                   401 invalid_client
        grantNotAllowedForClient       400 unauthorized_client              400 unauthorized_client
        accountDisabled                400 invalid_grant                    400 invalid_grant
        authorizationCodeExpired       400 invalid_grant                    400 invalid_grant
        authorizationCodeReused        400 invalid_grant                    400 invalid_grant
        authorizationCodeUnknown       400 invalid_grant                    400 invalid_grant
        codeVerifierMismatch           400 invalid_grant                    400 invalid_grant
        consentDenied                  403 access_denied                    403 access_denied
        consentRequired                400 consent_required                 400 consent_required
        credentialsWrong               400 invalid_grant                    400 invalid_grant
        grantKeyMismatch               400 invalid_grant                    400 invalid_grant
        redirectURIMismatch            400 invalid_grant                    400 invalid_grant
        refreshFamilyRevoked           400 invalid_grant                    400 invalid_grant
        refreshTokenExpired            400 invalid_grant                    400 invalid_grant
        refreshTokenReused             400 invalid_grant                    400 invalid_grant
        refreshTokenUnknown            400 invalid_grant                    400 invalid_grant
        riskStepUpRequired             401 insufficient_user_authentication 400 insufficient_user_authentication
        riskTooHigh                    400 invalid_grant                    400 invalid_grant
        sessionEnded                   400 invalid_grant                    400 invalid_grant
        actorTokenNotService           400 invalid_request                  400 invalid_request
        audienceNotAllowed             400 invalid_target                   400 invalid_target
        lifetimeTooShort               400 invalid_request                  400 invalid_request
        scopeNotAllowed                400 invalid_scope                    400 invalid_scope
        scopeWidened                   400 invalid_scope                    400 invalid_scope
        subjectTokenNotForActor        400 invalid_request                  400 invalid_request
        subjectTokenNotOfUser          400 invalid_request                  400 invalid_request
        tokenTypeUnsupported           400 invalid_request                  400 invalid_request
        bodyMalformed                  400 invalid_request                  400 invalid_request
        bodyTooLarge                   413 content_too_large                413 content_too_large
        conflict                       409 conflict                         409 conflict
        contentTypeUnsupported         415 unsupported_media_type           415 unsupported_media_type
        csrfTokenWrong                 400 invalid_request                  400 invalid_request
        grantTypeUnsupported           400 unsupported_grant_type           400 unsupported_grant_type
        headersTooLarge                431 headers_too_large                431 headers_too_large
        idempotencyKeyReused           422 idempotency_key_reused           422 idempotency_key_reused
        loginRequired                  400 login_required                   400 login_required
        methodNotAllowed               405 method_not_allowed               405 method_not_allowed
        operatorKeyWrong               401 invalid_token                    400 invalid_request
        parameterDuplicated            400 invalid_request                  400 invalid_request
        parameterMalformed             400 invalid_request                  400 invalid_request
        parameterMissing               400 invalid_request                  400 invalid_request
        rateLimited                    429 too_many_requests                429 too_many_requests
        requestObjectUnsupported       400 request_not_supported            400 request_not_supported
        requestTimedOut                408 request_timeout                  408 request_timeout
        requestURIUnsupported          400 request_uri_not_supported        400 request_uri_not_supported
        resourceNotFound               404 not_found                        404 not_found
        responseTypeUnsupported        400 unsupported_response_type        400 unsupported_response_type
        scopeMalformed                 400 invalid_scope                    400 invalid_scope
        """

    @Test func `every reason has the answer that is written here`() {
        func column(_ text: String, _ width: Int) -> String {
            text + String(repeating: " ", count: max(0, width - text.count))
        }
        func answer(_ error: WireError) -> String { "\(error.status) \(error.rawValue)" }
        let lines = Refusal.allCases.map { reason in
            let atTokenEndpoint = reason.wire.atTokenEndpoint
            return column(reason.rawValue, 31) + column(answer(reason.wire), 37)
                + "\(atTokenEndpoint.statusAtTokenEndpoint) \(atTokenEndpoint.rawValue)"
        }
        #expect(lines == Self.table.split(separator: "\n").map(String.init))
    }

    @Test func `a reason prints as its name and nothing more`() {
        #expect("\(Refusal.tokenExpired)" == "tokenExpired")
        #expect(String(reflecting: Refusal.tokenExpired as any Error) == "Tokens.Refusal.tokenExpired")
    }

    @Test func `a token that cannot be read is refused for what is wrong with it`() {
        #expect(Refusal(.duplicateMember) == .duplicateMember)
        #expect(Refusal(.tooLarge) == .tokenTooLarge)
        for failure in [JSONReader.Failure.malformed, .notUTF8, .tooDeep] {
            #expect(Refusal(failure) == .tokenMalformed)
        }
    }
}
