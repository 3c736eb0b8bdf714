import TestKit
import Testing

@testable import Tokens

@Suite("Access token claims, RFC 9068 §2.2")
struct AccessTokenClaimsTests {
    private func read(_ payload: JSONObject) throws -> AccessTokenClaims {
        try AccessTokenClaims(reading: ClaimReader(payload: JSONWriter.bytes(payload)))
    }

    @Test(arguments: 0..<100 as Range<UInt64>)
    func `claims that are written are read`(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let claims = random.accessTokenClaims()
        #expect(try read(JSONReader.readObject(JSONWriter.bytes(claims.payload))) == claims)
    }

    @Test func `the payload, literally`() throws {
        let claims = try TestIssuer().claims {
            $0.authenticatedAt = House.epoch - 5
            $0.sessionID = "s"
            $0.actor = Actor("users-api", actingAfter: Actor("orders-api"))
            $0.transactionID = "t"
            $0.authenticationContext = "urn:phr"
            $0.authenticationMethods = ["pwd", "otp"]
            $0.confirmation = .certificate(ofDER: [])
        }
        let expected = #"""
            {"iss":"https://localhost:8440","sub":"user-alice","aud":"https://orders.gatehouse.local",\#
            "client_id":"gatehouse-demo","iat":1800000000,"exp":1800000600,"jti":"token-1",\#
            "scope":"orders:read orders:write","auth_time":1799999995,"sid":"s",\#
            "act":{"sub":"users-api","act":{"sub":"orders-api"}},"txn":"t",\#
            "acr":"urn:phr","amr":["pwd","otp"],\#
            "cnf":{"x5t#S256":"47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU"}}
            """#
        #expect(JSONWriter.text(claims.payload) == expected)
    }

    @Test func `a token that is bound to a key is presented with a proof; to a certificate, as a bearer token`() throws
    {
        let key = KeyThumbprint(of: try SigningKey.generate(.es256).verificationKey)
        #expect(try TestIssuer().claims { $0.confirmation = .key(key) }.tokenType == .dpop)
        #expect(try TestIssuer().claims { $0.confirmation = .certificate(ofDER: []) }.tokenType == .bearer)
        #expect(try TestIssuer().claims { _ in }.tokenType == .bearer)
    }

    @Test(arguments: ["iss", "sub", "aud", "client_id", "iat", "exp", "jti"])
    func `each required claim must be there, as what it is`(name: String) throws {
        let payload = try TestIssuer().payload
        #expect(throws: Never.self) { try read(payload) }
        #expect(throws: Refusal.claimMissing) { try read(payload.without(name)) }
        for wrong in [.null, true, [], [:], "", -1, .decimal("0.5")] as [JSONValue] {
            #expect(throws: Refusal.claimMalformed) { try read(payload.with(name, wrong)) }
        }
    }

    @Test(arguments: ["scope", "auth_time", "sid", "act", "txn", "acr", "cnf"])
    func `an optional claim may be missing, not malformed`(name: String) throws {
        let payload = try TestIssuer().claims {
            $0.authenticatedAt = House.epoch
            $0.sessionID = "s"
            $0.actor = Actor("a")
            $0.transactionID = "t"
            $0.authenticationContext = "c"
            $0.confirmation = .certificate(ofDER: [])
        }.payload
        #expect(payload[name] != nil)
        #expect(throws: Never.self) { try read(payload.without(name)) }
        for wrong in [.null, true, [], [:], "", -1, .decimal("0.5")] as [JSONValue] {
            #expect(throws: name == "cnf" ? Refusal.confirmationUnsupported : .claimMalformed) {
                try read(payload.with(name, wrong))
            }
        }
    }

    @Test func `the methods of the sign-in are texts, RFC 8176 §2`() throws {
        let payload = try TestIssuer().payload
        #expect(try read(payload).authenticationMethods == [])
        #expect(try read(payload.with("amr", [])).authenticationMethods == [])
        #expect(try read(payload.with("amr", ["pwd", "otp"])).authenticationMethods == ["pwd", "otp"])
        for wrong in ["pwd", [1], [""], ["pwd", .null], [["pwd"]], [:], .null, true] as [JSONValue] {
            #expect(throws: Refusal.claimMalformed) { try read(payload.with("amr", wrong)) }
        }
    }

    @Test func `everything that it can be revoked by`() throws {
        let token = try TestIssuer().claims { $0.sessionID = "s" }.revocable(keyID: "k")
        #expect(token.issuer == House.issuer && token.keyID == "k" && token.issuedAt == House.epoch)
        #expect(token.tokenID == "token-1" && token.sessionID == "s")
        #expect(token.subject == "user-alice" && token.clientID == "gatehouse-demo")
    }

    @Test func `a token that lives for one use goes with its issuer's key alone`() {
        var random = SeededGenerator(seed: 1)
        let claims = random.clientAssertionClaims()
        let token = claims.revocable(keyID: "k")
        #expect(token.issuer == claims.issuer && token.keyID == "k" && token.issuedAt == claims.issuedAt)
        #expect([token.tokenID, token.sessionID, token.subject, token.clientID] == [nil, nil, nil, nil])
    }

    @Test func `a claim that we do not know is passed over`() throws {
        let issuer = try TestIssuer()
        #expect(try read(issuer.payload.with("roles", ["admin"])) == issuer.claims())
    }
}
