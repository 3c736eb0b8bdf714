import Hummingbird
import HummingbirdTesting
import NIOCore
import ServiceKit
import Testing
import Tokens

@testable import IssuerKit

@Suite("What operators see of the events")
struct EventOperationsTests {
    @Test func `each stream shows how far it is behind, and what its receiver refused`() async throws {
        let house = try await Receivers()
        let tokenIDs = try await house.record(3)
        let behind = try await house.streams.make(for: "users-api", .poll)
        let stream = try await house.streams.make(for: "orders-api", .poll)
        _ = try await house.poll(stream)
        house.scratch.clock.advance(bySeconds: 7)
        let errors = [(tokenID: tokenIDs[1], code: "invalid_key")]
        _ = try await house.poll(
            stream,
            EventPollRequest(isImmediate: true, acknowledged: [tokenIDs[0]], errors: errors)
        )
        house.scratch.clock.advance(bySeconds: 2)
        let document = try await answer(house)
        #expect(document["last"] == 3 && document["kept"] == 3)
        #expect(document["waiting"] == 0 && document["streamCount"] == 2)
        #expect(
            document["streams"] == [
                [
                    "id": .string(behind.id), "client": "users-api", "method": "urn:ietf:rfc:8936", "lag": 3,
                    "heardSeconds": 9, "deadLetters": 0,
                ],
                [
                    "id": .string(stream.id), "client": "orders-api", "method": "urn:ietf:rfc:8936", "lag": 1,
                    "heardSeconds": 2, "deadLetters": 1,
                ],
            ]
        )
    }

    @Test func `the list stays within what a reader of ours takes`() async throws {
        let house = try await Receivers()
        for _ in 0..<130 { _ = try await house.streams.make(for: "orders-api", .poll) }
        let document = try await answer(house)
        #expect(document["streams"]?.array?.count == 100)
        #expect(document["streamCount"] == 130)
    }

    private func answer(_ house: Receivers) async throws -> JSONObject {
        let router = Router<ServiceContext>.service(.problem, recordedBy: .test())
        EventOperations(events: house.events, streams: house.streams, clock: house.scratch.clock)
            .add(to: router.group("ops"))
        return try await Application(router: router).test(.router) { client in
            try await client.execute(uri: "/ops/events", method: .get) { response in
                try JSONReader.readObject(Array(buffer: response.body))
            }
        }
    }
}
