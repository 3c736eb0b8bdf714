import Audit
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import ResourceServerKit
import TestKit
import Testing
import Tokens

@testable import ServiceKit

@Suite("What events leave in the audit log of their receiver")
struct EventRecordTests {
    private func event(_ scene: RevocationScene, by signer: TestIssuer? = nil, of issuer: String = House.issuer) throws
        -> Credential
    {
        let claims = RevocationEvent(.session("session-1"), .sessionRevoked, at: House.epoch)
            .claims(issuer: issuer, audience: scene.house.providerFeed.audience, tokenID: "event-1")
        return try (signer ?? scene.house.providerFeed.signer).mint(claims)
    }

    /// Each differs from the one that is taken by one thing.
    @Test(
        arguments: [
            ("nothing", nil), ("no certificate", .clientUnauthenticated), ("no event", .tokenMalformed),
            ("another content type", .contentTypeUnsupported), ("an unknown issuer", .issuerNotTrusted),
            ("another key", .keyUnknown),
        ] as [(String, Refusal?)]
    )
    func `an event that is pushed leaves one record, taken or not`(wrong: String, reason: Refusal?) async throws {
        let scene = try RevocationScene(delivery: "push")
        await scene.revocations.catchUp()
        let forger = try TestIssuer(House.issuer, key: SharedKeys.other(.es256))
        let event =
            switch wrong {
            case "no event": Credential("garbage")
            case "an unknown issuer": try event(scene, of: "https://stranger.example")
            case "another key": try event(scene, by: forger)
            default: try event(scene)
            }
        let type = wrong == "another content type" ? "application/json" : "application/secevent+jwt"
        _ = try await scene.test(from: wrong == "no certificate" ? nil : RevocationScene.peer) { client in
            try await client.execute(
                uri: "/events",
                method: .post,
                headers: [.contentType: type],
                body: ByteBuffer(string: event.exposed)
            )
        }
        let record = try #require(scene.audit.records.first)
        #expect(scene.audit.records.count == 1)
        #expect(record.event == .eventReceipt && record.outcome == (reason == nil ? .allowed : .denied))
        #expect(record.reason == reason.map { .refusal($0) })
        let isRead = !["no certificate", "no event", "another content type"].contains(wrong)
        #expect(record.details["eventID"] == (isRead ? "event-1" : nil))
    }

    @Test func `an event that was polled and is refused leaves one record, one that is taken none`() async throws {
        let scene = try RevocationScene()
        try scene.house.providerFeed.revoke(.session("session-1"))
        await scene.revocations.catchUp()
        #expect(scene.isRevoked(session: "session-1", of: House.issuer))
        #expect(scene.audit.records.isEmpty)
        let forger = try TestIssuer(House.issuer, key: SharedKeys.other(.es256))
        scene.house.providerFeed.append(try event(scene, by: forger), named: "event-9")
        await scene.revocations.catchUp()
        // Told to the issuer, which does not send it again.
        await scene.revocations.catchUp()
        let record = try #require(scene.audit.records.first)
        #expect(scene.audit.records.count == 1)
        #expect(record.event == .eventReceipt && record.outcome == .denied)
        #expect(record.reason == .refusal(.keyUnknown))
        #expect(record.details == ["issuer": House.issuer, "eventID": "event-9"])
    }
}
