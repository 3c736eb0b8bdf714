import HTTPTypes
public import Hummingbird
public import ServiceKit
import Tokens

/// What an operator may do with the ring, under `/ops`: look at it, and rotate.
public struct KeyOperations: Sendable {
    private let ring: KeyRing

    public init(ring: KeyRing) { self.ring = ring }

    public func add(to group: RouterGroup<ServiceContext>) {
        group.get("keys") { _, _ in list() }
        group.post("keys/rotate", use: rotate)
    }

    private func list() -> Response {
        let keys = ring.list().map { status in
            var key = status.life.document
            key["state"] = .string(status.state.rawValue)
            return JSONValue.object(key)
        }
        return .json(["keys": .array(keys)])
    }

    /// - Takes: no body for every algorithm, or `{"algorithm": "ES256"}`.
    /// - Refuses: `bodyMalformed` for any other member, and for an algorithm that the ring does not keep.
    @Sendable
    private func rotate(_ request: Request, _ context: ServiceContext) async throws -> Response {
        let algorithm = try await readAlgorithm(request, context)
        let rotations: [KeyRotation]
        do { rotations = try await ring.rotate(algorithm) } catch KeyRingFault.algorithmNotInUse {
            throw Refusal.bodyMalformed
        }
        let announced = rotations.map { rotation in
            var key = rotation.announced.document
            key["wasAnnouncedBefore"] = .bool(rotation.wasAnnouncedBefore)
            return JSONValue.object(key)
        }
        return .json(["announced": .array(announced)])
    }

    private func readAlgorithm(_ request: Request, _ context: ServiceContext) async throws -> Algorithm? {
        let isEmpty = (request.headers[.contentLength] ?? "0") == "0" && request.headers[.transferEncoding] == nil
        if isEmpty { return nil }
        let body = try await request.readJSON(context)
        guard body.members.count == 1, let algorithm = body["algorithm"]?.string.flatMap(Algorithm.named) else {
            throw Refusal.bodyMalformed
        }
        return algorithm
    }
}

extension KeyLife {
    fileprivate var document: JSONObject {
        func moment(_ date: NumericDate?) -> JSONValue { date.map { .integer($0.secondsSinceEpoch) } ?? .null }
        return [
            "kid": .string(keyID), "alg": .string(algorithm.name), "announcedAt": moment(moments.announcedAt),
            "activatesAt": moment(moments.activatesAt), "retiredAt": moment(retiredAt), "removedAt": moment(removedAt),
        ]
    }
}
