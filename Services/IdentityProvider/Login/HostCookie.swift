import HTTPTypes
import Hummingbird
import Tokens

/// A cookie of this host alone.
///
/// The prefix `__Host-` makes the browser refuse it without `Secure`, with a `Domain`, or for another path: a neighbouring
/// subdomain can neither read it nor plant one. `Lax`: a stranger's form is sent without it, a link from a client with it.
struct HostCookie: Sendable {
    /// Whom this browser is signed in as. Without a maximum age: it ends with the browser, or with the session.
    static let session = HostCookie(name: "__Host-gatehouse-session")
    /// The other half of every form of ours.
    static let form = HostCookie(name: "__Host-gatehouse-form")

    let name: String

    private static let attributes = "Path=/; Secure; HttpOnly; SameSite=Lax"

    /// The value that the browser sent; nil unless it has the form of one of ours.
    func read(_ request: Request) -> Credential? {
        guard let value = request.cookies[name]?.value, value.utf8.count == 43, Base64URL.decode(value) != nil else {
            return nil
        }
        return Credential(value)
    }

    func setting(_ value: Credential) -> HTTPField {
        HTTPField(name: .setCookie, value: "\(name)=\(value.exposed); \(Self.attributes)")
    }

    var clearing: HTTPField { HTTPField(name: .setCookie, value: "\(name)=; Max-Age=0; \(Self.attributes)") }
}

/// What a form of ours carries twice, in a hidden field and in a cookie (double submit).
///
/// A stranger's page can make the browser send our cookie, but can neither read nor set it, so it cannot write the field
/// (cross-site request forgery: a victim signed in as the attacker, or consenting unseen).
struct FormToken: Sendable {
    let value: Credential
    /// To be set where the browser has no token yet. One token for all open tabs.
    let cookie: HTTPField?

    init(of request: Request) {
        if let value = HostCookie.form.read(request) {
            self.value = value
            cookie = nil
        } else {
            value = .random()
            cookie = HostCookie.form.setting(value)
        }
    }

    /// - Refuses: `csrfTokenWrong`.
    static func require(_ form: FormParameters, _ request: Request) throws(Refusal) {
        guard let expected = HostCookie.form.read(request), let presented = form.optional("csrf"),
            expected.matches(Credential(presented))
        else { throw .csrfTokenWrong }
    }
}
