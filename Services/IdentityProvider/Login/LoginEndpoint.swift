import Audit
import HTTPTypes
import Hummingbird
import ServiceKit
import Tokens

/// `GET` and `POST /login`: name and password, typed nowhere but here.
///
/// - Takes: `continue`, an authorization request; on POST also `csrf`, `username`, `password`.
/// - Gives: 303 to the authorization endpoint, with a session cookie that nobody has seen before.
/// - Refuses: on a page, `csrfTokenWrong` and whatever is wrong with the request; on the form itself, `credentialsWrong`,
///   `accountDisabled`, `rateLimited` with the seconds to wait, and a queue of passwords that is full (503).
struct LoginEndpoint: Sendable {
    let reader: AuthorizationRequestReader
    let signIns: SignIns
    let signOn: BrowserSignOn
    let pages: Pages

    @Sendable
    func show(_ request: Request, _ context: ServiceContext) async throws -> Response {
        try await pages.answering(.signIn, context) {
            let parameters = try FormParameters(reading: request.queryText)
            let asked = try await reader.readContinuation(of: parameters, context.decision)
            return pages.signIn(asked, form: FormToken(of: request))
        }
    }

    @Sendable
    func submit(_ request: Request, _ context: ServiceContext) async throws -> Response {
        try await pages.answering(.signIn, context) {
            try context.decision.begin(.signIn)
            let form = try await request.readForm(context)
            try FormToken.require(form, request)
            let asked = try await reader.readContinuation(of: form, context.decision)
            let username = form.optional("username") ?? ""
            do {
                let password = Credential(form.optional("password") ?? "")
                let account = try await signIns.authenticate(
                    username: username,
                    password: password,
                    from: CallerContext(of: request, context, key: nil),
                    context
                )
                let session = try await signOn.begin(account, request, context.decision)
                return .seeOther(asked.location, cookies: session.cookie.map { [HostCookie.session.setting($0)] } ?? [])
            } catch {
                guard let problem = SignInProblem(error, context) else { throw error }
                if let refusal = problem.refusal {
                    context.decision.refuse(refusal)
                } else {
                    context.decision.fail(.unavailable)
                }
                return pages.signIn(asked, form: FormToken(of: request), username: username, problem: problem)
            }
        }
    }
}

/// Why a sign-in did not succeed, as far as the person may know.
enum SignInProblem: Equatable {
    case accountDisabled, busy, credentialsWrong, riskTooHigh
    case triedTooOften(waitSeconds: Int64)

    init?(_ error: any Error, _ context: ServiceContext) {
        switch error {
        case Refusal.accountDisabled: self = .accountDisabled
        case Refusal.credentialsWrong: self = .credentialsWrong
        case Refusal.riskTooHigh: self = .riskTooHigh
        case Refusal.rateLimited: self = .triedTooOften(waitSeconds: context.limits.waitSeconds ?? 1)
        case is DependencyUnavailable: self = .busy
        default: return nil
        }
    }

    /// For the record; nil where it was not the caller's doing.
    var refusal: Refusal? {
        switch self {
        case .accountDisabled: .accountDisabled
        case .busy: nil
        case .credentialsWrong: .credentialsWrong
        case .riskTooHigh: .riskTooHigh
        case .triedTooOften: .rateLimited
        }
    }

    /// For the page. The same words for an unknown name and a wrong password (account enumeration), and for a right one that is
    /// hardly its owner's: whoever guesses must not learn that it was.
    var text: String {
        switch self {
        case .accountDisabled: "This account is disabled. Ask whoever runs this service."
        case .busy: "Too many people are signing in at this moment. Try again in a few seconds."
        case .credentialsWrong, .riskTooHigh: "Name or password is wrong."
        case .triedTooOften(let seconds): "Too many tries have failed. Wait \(Self.words(seconds)), then try again."
        }
    }

    var status: HTTPResponse.Status {
        switch self {
        case .accountDisabled, .credentialsWrong, .riskTooHigh: .forbidden
        case .busy: .serviceUnavailable
        case .triedTooOften: .tooManyRequests
        }
    }

    private static func words(_ seconds: Int64) -> String { seconds == 1 ? "1 second" : "\(seconds) seconds" }
}
