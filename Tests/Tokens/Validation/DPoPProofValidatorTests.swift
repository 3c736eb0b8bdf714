import TestKit
import Testing

@testable import Tokens

@Suite("DPoP proofs, RFC 9449 §4.3")
struct DPoPProofValidatorTests {
    private let clock = House.clock()
    private let replays: TestReplays
    private let validator: DPoPProofValidator
    private let key: SigningKey
    private let token = Credential("an-access-token")

    init() throws {
        replays = TestReplays(clock: clock)
        validator = DPoPProofValidator(algorithms: [.es256, .ed25519, .ps256], replays: replays, clock: clock)
        key = try SharedKeys.own(.es256)
    }

    /// Why the proof is refused; nil where it is not.
    private func refusal(_ change: (inout ProofDraft) throws -> Void = { _ in }) throws -> Refusal? {
        var draft = ProofDraft(key: key, for: token)
        try change(&draft)
        return try refusal(draft.request)
    }

    private func refusal(_ request: DPoPRequest) throws -> Refusal? {
        do { _ = try validator.check(request, for: token) } catch { return error }
        return nil
    }

    @Test func `2: one well-formed JWT`() throws {
        let good = try ProofDraft(key: key, for: token).text
        let parts = good.split(separator: ".").map(String.init)
        func refusal(_ text: String) throws -> Refusal? {
            try self.refusal(DPoPRequest(proof: Credential(text), method: "GET", url: ProofDraft.url))
        }
        #expect(try refusal(good) == nil)
        for text in [
            "", ".", "..", parts[0], "\(parts[0]).\(parts[1])", "\(good).", "\(good)=", " \(good)", "\(good)\n",
            "\(good), \(good)", "\(good).\(good)", "\(parts[0]).W10.\(parts[2])", "W10.\(parts[1]).\(parts[2])",
            "\(parts[1]).\(parts[1]).\(parts[2])", String(repeating: "A", count: Bounds.tokenBytesMax + 1),
        ] {
            #expect(try refusal(text) == .proofMalformed)
        }
    }

    @Test(arguments: ["jti", "htm", "htu", "iat"])
    func `3: each claim is there, as what it is`(name: String) throws {
        #expect(try refusal { $0.payload = $0.payload.without(name) } == .proofMalformed)
        for wrong in [.null, true, [], [:], "", -1, .decimal("0.5")] as [JSONValue] {
            #expect(try refusal { $0.payload[name] = wrong } == .proofMalformed)
        }
        #expect(try refusal { $0.payload["made-up"] = "passed over" } == nil)
    }

    @Test func `4: typ is dpop+jwt, whatever its case`() throws {
        for type in ["dpop+jwt", "DPoP+JWT", "application/dpop+jwt"] {
            #expect(try refusal { $0.header["typ"] = .string(type) } == nil)
        }
        for type in [nil, "JWT", "at+jwt", "dpop", "", "dpop+jwt ", 1] as [JSONValue?] {
            #expect(try refusal { $0.header["typ"] = type } == .proofMalformed)
        }
    }

    @Test func `5: alg is one that is accepted here`() throws {
        for algorithm in [Algorithm.es256, .ed25519, .ps256] {
            #expect(try refusal { $0 = ProofDraft(key: try SharedKeys.own(algorithm), for: token) } == nil)
        }
        for algorithm in [Algorithm.es384, .rs256] {
            #expect(try refusal { $0 = ProofDraft(key: try SharedKeys.own(algorithm), for: token) } == .proofMalformed)
        }
        for name in [nil, "none", "None", "", "HS256", "ES512", "PS256", "Ed25519", 1] as [JSONValue?] {
            #expect(try refusal { $0.header["alg"] = name } == .proofMalformed)
        }
        #expect(
            try refusal {
                $0 = ProofDraft(key: try SharedKeys.own(.ed25519), for: token)
                $0.header["alg"] = "EdDSA"
            } == nil
        )
    }

    @Test func `6: the signature is by the key in the header`() throws {
        #expect(try refusal { $0.key = try SharedKeys.other(.es256) } == .proofSignatureInvalid)
        let thief = try SharedKeys.other(.es256).verificationKey.bareJWK
        #expect(try refusal { $0.header["jwk"] = .object(thief) } == .proofSignatureInvalid)
        #expect(
            try refusal {
                $0.key = try SharedKeys.other(.es256)
                $0.header["jwk"] = .object(thief)
            } == nil
        )
        let parts = try ProofDraft(key: key, for: token).text.split(separator: ".")
        let good = try #require(Base64URL.decode(parts[2]))
        for bytes in [[], [0], good.reversed(), Array(good[32...] + good[..<32]), good + [0]] as [[UInt8]] {
            let signature = Base64URL.encode(bytes)
            let proof = Credential("\(parts[0]).\(parts[1]).\(signature)")
            let request = DPoPRequest(proof: proof, method: "GET", url: ProofDraft.url)
            #expect(try refusal(request) == .proofSignatureInvalid)
        }
    }

    @Test func `7: jwk is a public key of that algorithm, and no private one`() throws {
        let jwk = key.verificationKey.bareJWK
        for allowed in [jwk.with("alg", "ES256"), jwk.with("use", "sig"), jwk.with("kid", "any"), jwk.with("x5t", 1)] {
            #expect(try refusal { $0.header["jwk"] = .object(allowed) } == nil)
        }
        let secret = ["d", "dp", "dq", "k", "oth", "p", "priv", "q", "qi"].map {
            JSONValue.object(jwk.with($0, "AQAB"))
        }
        let others: [JSONValue?] = [
            nil, .null, [:], [.object(jwk)], .string(JSONWriter.text(jwk)), .object(jwk.without("x")),
            .object(jwk.with("alg", "ES384")), .object(jwk.with("use", "enc")), .object(jwk.with("key_ops", ["sign"])),
            .object(try SharedKeys.own(.es384).verificationKey.bareJWK),
            .object(try SharedKeys.own(.rs256).verificationKey.bareJWK),
        ]
        for wrong in secret + others {
            #expect(try refusal { $0.header["jwk"] = wrong } == .proofMalformed)
        }
    }

    @Test func `7: the key is in the header, not somewhere else`() throws {
        #expect(try refusal { $0.header["kid"] = "stands beside, and says nothing" } == nil)
        for (name, value) in [
            ("jku", "https://evil.example/jwks.json"), ("x5u", "https://evil.example/chain.pem"), ("x5c", ["MIIB"]),
            ("crit", ["b64"]), ("b64", false), ("zip", "DEF"),
        ] as [(String, JSONValue)] {
            #expect(try refusal { $0.header[name] = value } == .proofMalformed)
        }
        #expect(
            try refusal {
                $0.header["jwk"] = nil
                $0.header["kid"] = .string($0.key.keyID)
            } == .proofMalformed
        )
    }

    @Test func `8: htm is the method, letter by letter`() throws {
        #expect(try refusal { $0.method = "POST" } == .proofMethodMismatch)
        for method in ["POST", "get", "Get", "GET ", "*"] {
            #expect(try refusal { $0.payload["htm"] = .string(method) } == .proofMethodMismatch)
        }
        #expect(
            try refusal {
                $0.method = "POST"
                $0.payload["htm"] = "POST"
            } == nil
        )
        // Equal to Swift, and not the same method.
        #expect(
            try refusal {
                $0.method = "LINK"
                $0.payload["htm"] = "LIN\u{212A}"
            } == .proofMethodMismatch
        )
    }

    @Test func `10: a nonce that nobody gave says nothing`() throws {
        #expect(try refusal { $0.payload["nonce"] = "eyJ7S_zG.eyJH0-Z.HX4w-7v" } == nil)
    }

    @Test func `11: made just now, give and take the skew of clocks, to the second`() throws {
        let (skew, age) = (Bounds.clockSkewSeconds, Bounds.proofAgeSecondsMax)
        for seconds in [-age - skew + 1, -age, 0, skew] {
            #expect(try refusal { $0.payload["iat"] = .integer((House.epoch + seconds).secondsSinceEpoch) } == nil)
        }
        for date in [House.epoch - age - skew, House.epoch + skew + 1, NumericDate(0), NumericDate(253_402_300_799)] {
            let iat = JSONValue.integer(date.secondsSinceEpoch)
            #expect(try refusal { $0.payload["iat"] = iat } == .proofExpired)
        }
    }

    @Test func `12: ath is of this token, and of none where there is none`() throws {
        let another = Credential("another-access-token")
        for hash in [nil, DPoPProofClaims.hash(another), DPoPProofClaims.hash(token) + "=", token.exposed] {
            #expect(try refusal { $0.payload["ath"] = hash.map { .string($0) } } == .proofTokenMismatch)
        }
        for wrong in [.null, 1, "", []] as [JSONValue] {
            #expect(try refusal { $0.payload["ath"] = wrong } == .proofMalformed)
        }
        let bound = try ProofDraft(key: key, for: token).request
        let unbound = try ProofDraft(key: key).request
        #expect(throws: Refusal.proofTokenMismatch) { try validator.check(bound, for: nil) }
        #expect(throws: Never.self) { try validator.check(unbound, for: nil) }
        #expect(throws: Refusal.proofTokenMismatch) { try validator.check(unbound, for: token) }
    }
}
