import TestKit
import Testing

@testable import Tokens

/// Random tokens with random flaws, from random senders, for random routes: the explained validation and the fast one
/// share one code path, and here that shows.
@Suite("The explanation and the verdict never disagree")
struct AgreementTests {
    @Test(arguments: 0..<400 as Range<UInt64>)
    func `about access tokens`(seed: UInt64) async throws {
        var random = SeededGenerator(seed: seed)
        let issuer = TestIssuer(key: try SharedKeys.own(random.pick([.es256, .es256, .ps256, .mlDSA65])))
        let holder = try SharedKeys.own(.es256)
        let bindings: [ConfirmationMethod?] = [
            nil, .key(KeyThumbprint(of: holder.verificationKey)), .certificate(ofDER: [1]),
        ]
        let confirmation = random.pick(bindings)
        let claims = issuer.claims { $0.confirmation = confirmation }
        let token = try random.mutated(header: issuer.header, payload: claims.payload, of: issuer)
        let replays = TestReplays()
        let proofs = DPoPProofValidator(algorithms: [.es256], replays: replays, clock: House.clock())
        try await check(
            token,
            issuer.validator(
                revocations: RevokedKeys(random.pick([[], [], [], [], [], [issuer.key.keyID]])),
                proofs: random.pick([nil, proofs, proofs, proofs, proofs, proofs]),
                cache: random.perhaps(VerifiedTokenCache())
            ),
            from: random.sender(of: token, boundTo: confirmation, holder: holder),
            requiring: random.requirements(),
            replays
        )
    }

    @Test(arguments: TokenKind.allCases.filter { !$0.embedsKey }, 0..<40 as Range<UInt64>)
    func `about tokens of every kind`(kind: TokenKind, seed: UInt64) async throws {
        var random = SeededGenerator(seed: seed)
        switch kind {
        case .accessToken: try await check(random.accessTokenClaims(), &random)
        case .auditHead: try await check(random.auditHeadClaims(), &random)
        case .clientAssertion: try await check(random.clientAssertionClaims(), &random)
        case .idToken: try await check(random.idTokenClaims(), &random)
        case .introspectionResponse: try await check(random.introspectionResponseClaims(), &random)
        case .logoutToken: try await check(random.logoutTokenClaims(), &random)
        case .securityEvent: try await check(random.securityEventClaims(), &random)
        case .dpopProof: break
        }
    }

    private func check<Claims: TokenClaims>(_ claims: Claims, _ random: inout SeededGenerator) async throws {
        let issuer = TestIssuer(claims.issuer, key: try SharedKeys.own(.es256))
        let header = issuer.header.with("typ", .string(Claims.kind.rawValue))
        let token = try random.mutated(header: header, payload: claims.payload, of: issuer)
        let validator = TokenValidator<Claims>(
            issuers: [claims.issuer],
            audience: claims.audience,
            algorithms: [.es256],
            keys: issuer.keys,
            clock: FixedClock(random.pick([claims.issuedAt, claims.issuedAt + 100, House.epoch])),
            revocations: NothingRevoked(),
            cache: VerifiedTokenCache()
        )
        try await check(token, validator, from: .unproven, requiring: [], TestReplays())
    }

    private func check<Claims: TokenClaims>(
        _ token: Credential,
        _ validator: TokenValidator<Claims>,
        from sender: Sender,
        requiring requirements: [Requirement<Claims>],
        _ replays: TestReplays
    ) async throws {
        let outcomes = try await validator.explain(token, from: sender, requiring: requirements)
        let first = outcomes.compactMap(\.refusal).first
        #expect(replays.count == 0)
        let verdict = await Result { try await validator.verify(token, from: sender, requiring: requirements) }
        #expect(verdict.refusal == first)
        #expect(replays.count == (first == nil && sender.proof != nil ? 1 : 0))
        if case .success = verdict { #expect(outcomes.map(\.check) == Check.ofEveryToken + requirements.map(\.kind)) }
        // Again, out of the cache where there is one: the same, but for the proof, which is used up.
        let again = await Result { try await validator.verify(token, from: sender, requiring: requirements) }
        #expect(again.refusal == (first == nil && sender.proof != nil ? .proofReplayed : first))
    }
}

private struct RevokedKeys: RevocationCheck {
    let keyIDs: [String]

    init(_ keyIDs: [String]) { self.keyIDs = keyIDs }

    func isRevoked(_ token: RevocableToken) -> Bool { keyIDs.contains(token.keyID) }

    func requireFresh(issuer: String, _ rule: StalenessRule) {}
}

extension SeededGenerator {
    /// A token with up to three things changed, signed by the issuer all the same, or by nobody.
    fileprivate mutating func mutated(
        header: JSONObject,
        payload: JSONObject,
        of issuer: TestIssuer
    ) throws -> Credential {
        var (header, payload) = (header, payload)
        for _ in 0..<pick([0, 0, 0, 0, 0, 1, 1, 2, 3]) {
            let value = pick(
                [
                    nil, .null, 1, "", "x", [], [:], "at+jwt", "JWT", "none", "RS256", "EdDSA", 1_800_000_011,
                    1_700_000_000, .string(House.users), ["x5t#S256": .string(CertificateThumbprint(ofDER: [1]).text)],
                    ["jkt": .string(CertificateThumbprint(ofDER: [1]).text)], ["sub": "orders-api"],
                ] as [JSONValue?]
            )
            if Bool.random(using: &self) {
                header[pick(["alg", "kid", "typ", "jku", "crit", "cty"])] = value
            } else {
                let own = payload.members.map(\.name)
                payload[pick(own + ["iss", "aud", "exp", "iat", "nbf", "act", "cnf", "scope", "events", "nonce"])] =
                    value
            }
        }
        let forgery = perhaps(TestIssuer.Forger.signature(bytes(countMax: 64)))
        return try issuer.forge(
            header: header,
            payload: payload,
            signedBy: Int.random(in: 0..<4, using: &self) == 0 ? forgery : nil
        )
    }

    /// Whom the token is bound to, more often than not; otherwise somebody with less, or with something else.
    fileprivate mutating func sender(
        of token: Credential,
        boundTo binding: ConfirmationMethod?,
        holder: SigningKey
    ) throws -> Sender {
        var certificate = pick([nil, nil, CertificateThumbprint(ofDER: [2])])
        var hasProof = Int.random(in: 0..<8, using: &self) == 0
        switch binding {
        case .certificate(let own): certificate = pick([own, own, own, certificate])
        case .key: hasProof = !hasProof
        case nil: break
        }
        if Int.random(in: 0..<12, using: &self) == 0 { return .relayWithoutProof(certificate: certificate) }
        guard hasProof else { return Sender(certificate: certificate) }
        var draft = ProofDraft(key: try pick([holder, holder, holder, holder, SharedKeys.other(.es256)]), for: token)
        switch Int.random(in: 0..<18, using: &self) {
        case 0: draft.method = "POST"
        case 1: draft.url = House.users
        case 2: draft.payload["iat"] = 1_700_000_000
        case 3: draft.payload["ath"] = nil
        case 4: draft.header["typ"] = "JWT"
        case 5: draft.key = try SharedKeys.other(.es256)
        default: break
        }
        return Sender(certificate: certificate, proof: try draft.request)
    }

    fileprivate mutating func requirements() -> [Requirement<AccessTokenClaims>] {
        let all: [Requirement<AccessTokenClaims>] = [
            .scope("orders:read"), .scope("admin"), .noActor, .actor("orders-api"), .subject(inPath: "user-alice"),
            .subject(inPath: "user-bob"), .authentication(contexts: ["urn:strong"]), .authentication(ageSecondsMax: 60),
        ]
        return (0..<pick([0, 0, 0, 0, 1, 2, 4])).map { _ in pick(all) }
    }
}
