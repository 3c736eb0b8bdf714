import Tokens

/// One check of an authorization request: a row of the table.
///
/// The rows are pure: they read the parameters, fill in the request or refuse, and write nothing. They run only behind a
/// `RedirectDestination`, so whatever they refuse is told to the client by redirect.
struct AuthorizationCheck: Sendable {
    typealias Check = @Sendable (FormParameters, inout AuthorizationRequest) throws(Refusal) -> Void

    /// What has to hold.
    let rule: String
    let check: Check

    private init(_ rule: String, _ check: @escaping Check) {
        self.rule = rule
        self.check = check
    }

    /// Every check after client and redirect URI, in order. One column, the front channel, for now: another entrance becomes another.
    static let table: [AuthorizationCheck] = [
        .init("request and request_uri are not used", requireNoRequestObject),  // OpenID Connect Core §3.1.2.6
        .init("the client has the code grant", requireGrant),  // RFC 6749 §4.1.2.1
        .init("response_type is code", requireResponseType),  // RFC 9700 §2.1.2
        .init("response_mode is query", requireResponseMode),
        .init("code_challenge_method is S256", requireChallengeMethod),  // RFC 7636 §4.3
        .init("code_challenge is a SHA-256", readChallenge),  // RFC 7636 §4.2
        .init("scope is within the registration", readScope),  // RFC 6749 §3.3
        .init("resource is within the registration", readResources),  // RFC 8707 §2
        .init("prompt is none, or login and consent", readPrompt),  // OpenID Connect Core §3.1.2.1
        .init("max_age is a number of seconds", readMaxAge),
        .init("nonce has a bounded length", readNonce),
        .init("dpop_jkt is a SHA-256", readKey),  // RFC 9449 §10
    ]

    /// Bytes of a `nonce`: it is stored with the code and copied into the ID token.
    static let nonceBytesMax = 256
}

extension AuthorizationCheck {
    /// A parameter inside a signed object would override what we have read here, so it must not be ignored.
    private static func requireNoRequestObject(
        _ parameters: FormParameters,
        _ request: inout AuthorizationRequest
    ) throws(Refusal) {
        guard parameters.optional("request") == nil else { throw .requestObjectUnsupported }
        guard parameters.optional("request_uri") == nil else { throw .requestURIUnsupported }
    }

    private static func requireGrant(
        _ parameters: FormParameters,
        _ request: inout AuthorizationRequest
    ) throws(Refusal) {
        try request.client.requireGrant(.authorizationCode)
    }

    /// No `token`, no `id_token`: nothing that opens a door travels through the browser's address bar but a code.
    private static func requireResponseType(
        _ parameters: FormParameters,
        _ request: inout AuthorizationRequest
    ) throws(Refusal) {
        guard try parameters.required("response_type") == "code" else { throw .responseTypeUnsupported }
    }

    private static func requireResponseMode(
        _ parameters: FormParameters,
        _ request: inout AuthorizationRequest
    ) throws(Refusal) {
        guard parameters.optional("response_mode") ?? "query" == "query" else { throw .parameterMalformed }
    }

    /// Without a method it would mean `plain`, where whoever reads the request can redeem the code.
    private static func requireChallengeMethod(
        _ parameters: FormParameters,
        _ request: inout AuthorizationRequest
    ) throws(Refusal) {
        guard try parameters.required("code_challenge_method") == "S256" else { throw .parameterMalformed }
    }

    /// Required of every client: a code that is stolen or injected is worth nothing without its verifier (RFC 9700 §2.1.1).
    private static func readChallenge(
        _ parameters: FormParameters,
        _ request: inout AuthorizationRequest
    ) throws(Refusal) {
        let challenge = try parameters.required("code_challenge")
        guard challenge.utf8.count == 43, Base64URL.decode(challenge)?.count == 32 else { throw .parameterMalformed }
        request.codeChallenge = challenge
    }

    /// A malformed scope is an invalid scope here (RFC 6749 §4.1.2.1).
    private static func readScope(_ parameters: FormParameters, _ request: inout AuthorizationRequest) throws(Refusal) {
        let requested: ScopeSet?
        do { requested = try parameters.scope() } catch { throw .scopeNotAllowed }
        request.scope = try request.client.requireScope(requested)
        guard !request.scope.isEmpty else { throw .scopeNotAllowed }
    }

    private static func readResources(
        _ parameters: FormParameters,
        _ request: inout AuthorizationRequest
    ) throws(Refusal) {
        let requested = parameters.all("resource")
        guard Set(requested).count == requested.count else { throw .parameterDuplicated }
        request.resources = try request.client.requireResources(requested)
    }

    private static func readPrompt(_ parameters: FormParameters, _ request: inout AuthorizationRequest) throws(Refusal)
    {
        guard let text = parameters.optional("prompt") else { return }
        let words = text.split(separator: " ", omittingEmptySubsequences: false).map(String.init)
        let prompt = Set(words.compactMap(AuthorizationRequest.Prompt.init(rawValue:)))
        guard prompt.count == words.count, !prompt.contains(.nothing) || prompt.count == 1 else {
            throw .parameterMalformed
        }
        request.prompt = prompt
    }

    private static func readMaxAge(_ parameters: FormParameters, _ request: inout AuthorizationRequest) throws(Refusal)
    {
        guard let text = parameters.optional("max_age") else { return }
        guard text.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let seconds = Int64(text) else {
            throw .parameterMalformed
        }
        request.maxAgeSeconds = seconds
    }

    private static func readNonce(_ parameters: FormParameters, _ request: inout AuthorizationRequest) throws(Refusal) {
        guard let nonce = parameters.optional("nonce") else { return }
        guard nonce.utf8.count <= nonceBytesMax else { throw .parameterMalformed }
        request.nonce = nonce
    }

    private static func readKey(_ parameters: FormParameters, _ request: inout AuthorizationRequest) throws(Refusal) {
        guard let text = parameters.optional("dpop_jkt") else { return }
        guard let key = KeyThumbprint(reading: text) else { throw .parameterMalformed }
        request.key = key
    }
}
