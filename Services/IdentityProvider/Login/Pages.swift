import Audit
import Crypto
import HTTPTypes
import Hummingbird
import Logging
import Mustache
import ServiceKit
import Tokens

/// What people see: sign-in, consent, sign-out, and why something did not work. No script, no picture, no other host.
struct Pages: Sendable {
    private let signInTemplate: MustacheTemplate
    private let consentTemplate: MustacheTemplate
    private let signOutTemplate: MustacheTemplate
    private let messageTemplate: MustacheTemplate
    private let styleHash: String

    init() throws {
        MustacheContentTypes.register(HTMLText(), named: HTMLText.name)
        signInTemplate = try MustacheTemplate(string: PageTemplates.signIn)
        consentTemplate = try MustacheTemplate(string: PageTemplates.consent)
        signOutTemplate = try MustacheTemplate(string: PageTemplates.signOut)
        messageTemplate = try MustacheTemplate(string: PageTemplates.message)
        styleHash = Self.base64(Array(SHA256.hash(data: Array(PageTemplates.style.utf8))))
    }

    func signIn(
        _ asked: AuthorizationRequest,
        form: FormToken,
        username: String = "",
        problem: SignInProblem? = nil
    ) -> Response {
        var values = [
            "client": asked.client.name, "csrf": form.value.exposed, "continue": asked.query, "username": username,
        ]
        values["problem"] = problem?.text
        var page = page(
            signInTemplate,
            values,
            status: problem?.status ?? .ok,
            form: form,
            leadingTo: asked.destination
        )
        if problem == .busy { page.headers[.retryAfter] = "1" }
        return page
    }

    func consent(_ asked: AuthorizationRequest, scopes: [Scope], account: Account, form: FormToken) -> Response {
        let values: [String: any Sendable] = [
            "client": asked.client.name, "csrf": form.value.exposed, "continue": asked.query,
            "account": account.displayName, "scopes": scopes.map(\.description),
        ]
        return page(consentTemplate, values, form: form, leadingTo: asked.destination)
    }

    func signOut(_ account: Account, form: FormToken) -> Response {
        page(signOutTemplate, ["account": account.displayName, "csrf": form.value.exposed], form: form)
    }

    func signedOut() -> Response {
        var page = page(messageTemplate, ["title": "You are signed out", "text": "You can close this window."])
        page.headers.append(HostCookie.session.clearing)
        return page
    }

    /// Runs `body`; what it refuses becomes a page, as nobody reads JSON in a browser.
    ///
    /// - Parameter event: what a refusal was about. A page that was shown is no decision; `body` begins one where there is.
    func answering(
        _ event: AuditEvent,
        _ context: ServiceContext,
        _ body: () async throws -> Response
    ) async throws -> Response {
        context.decision.note { $0.event = event }
        do {
            return try await body()
        } catch let refusal as Refusal {
            context.decision.refuse(refusal)
            context.logger.info("refused", metadata: ["reason": "\(refusal.rawValue)"])
            let values = [
                "title": "This did not work", "text": text(refusal, context), "reference": context.transactionID,
            ]
            // 401 would promise a challenge that no browser could answer.
            let status = refusal.wire.status == 401 ? 400 : refusal.wire.status
            return page(messageTemplate, values, status: HTTPResponse.Status(code: status))
        }
    }

    private func text(_ refusal: Refusal, _ context: ServiceContext) -> String {
        switch refusal {
        case .rateLimited:
            "Too many requests came from your network. Wait \(context.limits.waitSeconds ?? 1) s, then try again."
        case .clientUnknown: "The application that sent you here is not known to this service."
        case .redirectURIMismatch:
            "The application that sent you here asked for an answer at an address that is not its own."
        case .csrfTokenWrong: "This form is no longer valid. Go back to the application and start again."
        default: "The application that sent you here made a mistake. Go back to it and start again."
        }
    }

    private func page(
        _ template: MustacheTemplate,
        _ values: [String: any Sendable],
        status: HTTPResponse.Status = .ok,
        form: FormToken? = nil,
        leadingTo destination: RedirectDestination? = nil
    ) -> Response {
        // Browsers hold form-action against the redirects after a form too, so the client's own address is named.
        let targets = ["'self'"] + (destination.flatMap(\.origin).map { [$0] } ?? [])
        let policy = [
            "default-src 'none'", "style-src 'sha256-\(styleHash)'", "form-action \(targets.joined(separator: " "))",
            "base-uri 'none'", "frame-ancestors 'none'",  // RFC 9700 §4.16: a consent button in a hidden frame.
        ]
        var headers: HTTPFields = [
            .contentSecurityPolicy: policy.joined(separator: "; "), .xContentTypeOptions: "nosniff",
            .referrerPolicy: "no-referrer",  // RFC 9700 §4.2.4: the query holds the state.
        ]
        if let cookie = form?.cookie { headers.append(cookie) }
        return .html(template.render(values), status: status, headers: headers)
    }

    private static func base64(_ bytes: [UInt8]) -> String {
        let text = Base64URL.encode(bytes).map { $0 == "-" ? "+" : $0 == "_" ? "/" : $0 }
        return String(text) + String(repeating: "=", count: (4 - text.count % 4) % 4)
    }
}

/// Makes a page of what is refused before an endpoint for people has seen the request.
struct PageRefusalMiddleware: RouterMiddleware {
    let pages: Pages

    func handle(
        _ request: Request,
        context: ServiceContext,
        next: (Request, ServiceContext) async throws -> Response
    ) async throws -> Response {
        try await pages.answering(.request, context) { try await next(request, context) }
    }
}

extension RedirectDestination {
    /// Scheme, host and port; nil where they hold a character that could end a directive of a policy.
    fileprivate var origin: String? {
        guard let scheme = redirectURI.firstRange(of: "://") else { return nil }
        let authority = redirectURI[scheme.upperBound...].prefix { !"/?#".contains($0) }
        let origin = redirectURI[..<scheme.upperBound] + authority
        let isPlain = origin.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || ":/.-[]".contains($0)) }
        return isPlain ? String(origin) : nil
    }
}
