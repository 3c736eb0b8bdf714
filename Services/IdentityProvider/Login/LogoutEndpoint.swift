import Audit
import Hummingbird
import ServiceKit
import Tokens

/// `GET` and `POST /logout`: ends this browser's session, and every grant that has grown out of it. What is suspended ends too:
/// whoever lifts the suspension does not sign in again who has signed out.
///
/// - Takes: on POST, `csrf`: a link or a stranger's form must not sign anybody out.
/// - Gives: a page that says so, also where there was no session.
/// - Refuses: on a page, `csrfTokenWrong`.
struct LogoutEndpoint: Sendable {
    let signOn: BrowserSignOn
    let pages: Pages

    @Sendable
    func show(_ request: Request, _ context: ServiceContext) async throws -> Response {
        try await pages.answering(.signOut, context) {
            guard let user = try await signOn.findLeaving(request) else { return pages.signedOut() }
            return pages.signOut(user.account, form: FormToken(of: request))
        }
    }

    @Sendable
    func submit(_ request: Request, _ context: ServiceContext) async throws -> Response {
        try await pages.answering(.signOut, context) {
            try context.decision.begin(.signOut)
            try await FormToken.require(request.readForm(context), request)
            if let session = try await signOn.findLeaving(request)?.session {
                context.decision.note { $0.subject = session.accountID }
                try await signOn.sessions.end(sid: session.sid, decision: context.decision)
            }
            return pages.signedOut()
        }
    }
}
