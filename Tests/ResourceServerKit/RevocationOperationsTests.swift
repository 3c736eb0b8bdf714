import HTTPTypes
import Hummingbird
import HummingbirdTesting
import ResourceServerKit
import TestKit
import Testing
import Tokens

@testable import ServiceKit

@Suite("/ops/revocations")
struct RevocationOperationsTests {
    private let scene: RevocationScene

    init() throws { scene = try RevocationScene() }

    private func get() async throws -> JSONObject {
        try await scene.test { client in
            let response = try await client.execute(uri: "/ops/revocations", method: .get)
            return try JSONReader.readObject(Array(buffer: response.body))
        }
    }

    private func check(_ body: String) async throws -> (status: Int, answer: JSONObject) {
        try await scene.test { client in
            let response = try await client.execute(
                uri: "/ops/revocations/check",
                method: .post,
                headers: [.contentType: "application/json"],
                body: ByteBuffer(string: body)
            )
            return (response.status.code, try JSONReader.readObject(Array(buffer: response.body)))
        }
    }

    @Test func `the age of each feed is told, and how much is known`() async throws {
        #expect(
            try await get() == [
                "feeds": [
                    ["issuer": .string(House.issuer), "ageSeconds": .null, "eventsApplied": 0],
                    ["issuer": .string(House.exchangeIssuer), "ageSeconds": .null, "eventsApplied": 0],
                ],
                "entries": 0,
            ]
        )
        try scene.house.providerFeed.revoke(.subject("user-alice"))
        await scene.revocations.catchUp()
        scene.house.clock.advance(bySeconds: 7)
        #expect(
            try await get() == [
                "feeds": [
                    ["issuer": .string(House.issuer), "ageSeconds": 7, "eventsApplied": 1],
                    ["issuer": .string(House.exchangeIssuer), "ageSeconds": 7, "eventsApplied": 0],
                ],
                "entries": 1,
            ]
        )
    }

    @Test(arguments: [
        (#""subject":"user-alice","iat":1800000000"#, true), (#""subject":"user-alice","iat":1800000001"#, false),
        (#""subject":"user-bob","iat":1800000000"#, false), (#""sid":"session-1","iat":1800000001"#, true),
        (#""jti":"token-1","iat":1800000001"#, true), (#""client_id":"gatehouse-demo","iat":1800000000"#, true),
        (#""kid":"stolen","iat":1800000001"#, true), (#""jti":"session-1","iat":1800000000"#, false),
    ])
    func `a token is checked by what could revoke it`(claims: String, isRevoked: Bool) async throws {
        for (target, cause) in [
            (.subject("user-alice"), .credentialChange), (.session("session-1"), .sessionRevoked),
            (.token("token-1"), .tokenRevoked), (.client("gatehouse-demo"), .clientRevoked),
            (.key("stolen"), .keyRevoked),
        ] as [(RevocationTarget, RevocationEvent.Cause)] {
            try scene.house.providerFeed.revoke(target, cause)
        }
        await scene.revocations.catchUp()
        let (status, answer) = try await check(#"{"issuer":"https://localhost:8440",\#(claims)}"#)
        #expect(status == 200)
        #expect(answer == ["revoked": .bool(isRevoked)])
        #expect(try await check(#"{"issuer":"https://stranger.example",\#(claims)}"#).answer == ["revoked": false])
    }

    @Test(arguments: [
        #"{"issuer":"https://localhost:8440"}"#, #"{"iat":1800000000}"#, #"{"issuer":"i","iat":"1800000000"}"#,
        #"{"issuer":"i","iat":-1}"#, #"{"issuer":"i","iat":1,"sub":"user-alice"}"#, #"{"issuer":"i","iat":1,"jti":""}"#,
        "[]", "",
    ])
    func `a question that is none is refused`(body: String) async throws {
        #expect(try await check(body).status == 400)
        #expect(try await check(#"{"issuer":"i","iat":1}"#).status == 200)
    }
}
