import HTTPTypes
import Synchronization
import Tokens

/// Everything that went over the wire in one test; it knows what of that was a credential.
final class Wire: Sendable {
    private let texts = Mutex<[String]>([])

    func keep(_ path: String = "", _ headers: HTTPFields, _ body: String?) {
        let fields = headers.map { "\($0.name.canonicalName): \($0.value)" }
        texts.withLock { $0 += [path] + fields + [body ?? ""] }
    }

    /// Passwords, secrets, codes, tokens, cookies, proofs, whoever has sent them; of what is signed, the signature too.
    var credentials: Set<String> {
        let found = texts.withLock { $0 }.flatMap { text in
            text.matches(of: /"(?:access_token|refresh_token|id_token|client_secret|password)":"([^"]+)"/).map(
                \.output.1
            )
                + text.matches(
                    of:
                        /\b(?:code|token|refresh_token|code_verifier|client_secret|client_assertion|csrf|session|form)=([^&;\s]+)/
                ).map(\.output.1) + text.matches(of: /(?:Bearer|DPoP|Basic|dpop:) (\S+)/).map(\.output.1)
        }
        let signatures = found.filter { $0.contains(".") }.compactMap { $0.split(separator: ".").last }
        return Set(
            (found + signatures).map(String.init).filter { $0.utf8.count >= 16 } + [TestProvider.password.exposed]
        )
    }
}
