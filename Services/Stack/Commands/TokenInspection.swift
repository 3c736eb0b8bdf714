import NIOSSL
import Tokens

/// Decodes one token and asks it every question that a service would.
struct TokenInspection {
    let stack: RunningStack
    let audience: String?
    let certificateOf: String?

    func inspect(_ token: Credential) async throws -> (text: [String], isValid: Bool) {
        let decoded: UnverifiedToken
        do { decoded = try UnverifiedToken.decodeWithoutVerifying(token) } catch {
            return (["✗ \(Check.form.rawValue.padded(to: 17)) \(error.rawValue)   \(Check.form.source)"], false)
        }
        let news = await stack.news(of: decoded)
        let outcomes = try await explain(token, decoded, news)
        let isValid = outcomes.count == Check.ofEveryToken.count && outcomes.allSatisfy { $0.refusal == nil }
        let checks = Check.ofEveryToken.map { check in
            line(check, outcomes.first { $0.check == check && (check != .revocation || news.isRevoked != nil) })
        }
        return (
            ["header"] + members(decoded.header) + ["payload"] + members(decoded.payload) + ["checks"] + checks
                + [isValid ? "valid" : "refused"],
            isValid
        )
    }

    private func explain(
        _ token: Credential,
        _ decoded: UnverifiedToken,
        _ news: RevocationNews
    ) async throws -> [CheckOutcome] {
        let keys = try await PublishedKeys(of: stack)
        let certificate = try certificateOf.map(thumbprint)
        let own = decoded.payload["aud"]?.string ?? decoded.payload["aud"]?.strings?.first ?? ""
        // An ID token is meant for a client, and says so in its type.
        if decoded.header["typ"]?.string?.lowercased() == TokenKind.idToken.rawValue.lowercased() {
            return try await TokenValidator<IDTokenClaims>(
                issuers: keys.issuers,
                audience: audience ?? own,
                algorithms: Algorithm.all,
                keys: keys,
                clock: stack.clock,
                revocations: news
            ).explain(token, from: Sender(certificate: certificate))
        }
        let known = [Audience.orders, Audience.users, Audience.exchange, stack.address(of: .identityProvider)]
        return try await TokenValidator<AccessTokenClaims>(
            issuers: keys.issuers,
            audience: audience ?? known.first { $0 == own } ?? known[0],
            algorithms: [.es256],
            keys: keys,
            clock: stack.clock,
            revocations: news,
            // A token that is bound to a key is shown as what it is here: one without its proof.
            proofs: DPoPProofValidator(replays: ReplayWindow(clock: stack.clock), clock: stack.clock)
        ).explain(token, from: Sender(certificate: certificate))
    }

    private func thumbprint(of service: String) throws -> CertificateThumbprint {
        let certificates = try NIOSSLCertificate.fromPEMFile(stack.folder.certificate(of: service))
        return CertificateThumbprint(ofDER: try certificates.first?.toDERBytes() ?? [])
    }

    private func line(_ check: Check, _ outcome: CheckOutcome?) -> String {
        let mark = outcome.map { $0.refusal == nil ? "✓" : "✗" } ?? "·"
        let verdict = outcome.map { $0.refusal?.rawValue ?? "" } ?? "could not be asked"
        return "  \(mark) \(check.rawValue.padded(to: 17)) \(check.question.padded(to: 84)) "
            + "\(check.source.padded(to: 17)) \(verdict)"
    }

    private func members(_ object: JSONObject) -> [String] {
        object.members.map { member in
            var text = Self.printable(
                member.value.string ?? String(decoding: JSONWriter.bytes(member.value), as: UTF8.self)
            )
            if ["exp", "iat", "auth_time"].contains(member.name), let seconds = member.value.integer {
                let distance = NumericDate(seconds).seconds(since: stack.clock.now())
                text += distance < 0 ? "  (\(distance.magnitude) s ago)" : "  (in \(distance) s)"
            }
            return "  \(Self.printable(member.name).padded(to: 12)) \(text)"
        }
    }

    /// Whoever wrote the token chose these texts: a line break could add a check that was never made, an escape sequence
    /// could do worse.
    static func printable(_ text: String) -> String {
        String(String.UnicodeScalarView(text.unicodeScalars.map { $0.properties.isPrintable ? $0 : "\u{FFFD}" }))
    }
}

extension Unicode.Scalar.Properties {
    fileprivate var isPrintable: Bool {
        switch generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator, .privateUse, .surrogate, .unassigned: false
        default: true
        }
    }
}
