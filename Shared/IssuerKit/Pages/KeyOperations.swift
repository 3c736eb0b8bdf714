import Audit
import HTTPTypes
public import Hummingbird
public import ServiceKit
public import Storage
import Tokens

/// What an operator may do with the rings of an issuer, under `/ops`: look at them, rotate, and take a stolen key out of use.
public struct KeyOperations: Sendable {
    /// Writes down that a key was revoked, inside the transaction that revokes it, for whoever trusts it.
    public typealias Recording =
        @Sendable (_ keyID: String, _ decision: Decision, _ connection: any SQLConnection) throws -> Void

    private let tokens: KeyRing
    private let events: KeyRing?
    private let recording: Recording?

    /// - Parameters:
    ///   - ring: the ring that signs tokens. Its keys can be revoked.
    ///   - events: the ring that signs security events. Its keys can be rotated only: every event that a late receiver has yet to
    ///     read bears the signature of one of them. Whoever stole one can forge revocations, if they also get between issuer and
    ///     receivers, and no token.
    ///   - recording: for keys of tokens. Nil where there is nobody to tell, and then nothing can be revoked: verifiers would go on
    ///     with what they have.
    public init(ring: KeyRing, events: KeyRing? = nil, recording: Recording? = nil) {
        tokens = ring
        self.events = events
        self.recording = recording
    }

    public func add(to group: RouterGroup<ServiceContext>) {
        group.get("keys") { _, _ in list() }
        group.post("keys/rotate", use: rotate)
        guard let recording else { return }
        group.post("keys/revoke") { try await revoke($0, $1, recording) }
    }

    private var rings: [KeyRing] { [tokens] + (events.map { [$0] } ?? []) }

    private func list() -> Response {
        let keys = rings.flatMap { ring in
            ring.list().map { status in
                var key = status.life.document(ring.name)
                key["state"] = .string(status.state.rawValue)
                return JSONValue.object(key)
            }
        }
        return .json(["keys": .array(keys)])
    }

    /// - Takes: no body for every algorithm of every ring, or `algorithm`, `ring`, or both: `{"algorithm": "ES256", "ring": "tokens"}`.
    /// - Refuses: `bodyMalformed` for any other member, and where no ring keeps such keys.
    @Sendable
    private func rotate(_ request: Request, _ context: ServiceContext) async throws -> Response {
        try context.decision.begin(.keyChange)
        let (asked, algorithm) = try await readRotation(request, context)
        var announced: [JSONValue] = []
        for ring in asked {
            for rotation in try await ring.rotate(algorithm) {
                var key = rotation.announced.document(ring.name)
                key["wasAnnouncedBefore"] = .bool(rotation.wasAnnouncedBefore)
                announced.append(.object(key))
                guard !rotation.wasAnnouncedBefore else { continue }
                context.decision.note { record in
                    let keys = [record[.announced], rotation.announced.keyID].compactMap(\.self)
                    record[.announced] = keys.joined(separator: " ")
                }
            }
        }
        return .json(["announced": .array(announced)])
    }

    private func readRotation(_ request: Request, _ context: ServiceContext) async throws -> ([KeyRing], Algorithm?) {
        let isEmpty = (request.headers[.contentLength] ?? "0") == "0" && request.headers[.transferEncoding] == nil
        if isEmpty { return (rings, nil) }
        let document = try await request.readJSON(context)
        let body = try BodyMembers(of: document, allowed: ["algorithm", "ring"])
        guard !document.members.isEmpty else { throw Refusal.bodyMalformed }
        let algorithm = try body.optionalText("algorithm", 1...32).map { name in
            guard let algorithm = Algorithm.named(name) else { throw Refusal.bodyMalformed }
            return algorithm
        }
        let name = try body.optionalText("ring", 1...32)
        let asked = rings.filter { ring in
            (name ?? ring.name.rawValue) == ring.name.rawValue && algorithm.map(ring.algorithms.contains) ?? true
        }
        guard !asked.isEmpty else { throw Refusal.bodyMalformed }
        return (asked, algorithm)
    }

    /// - Takes: `kid`.
    /// - Gives: the revoked key, the one that signs now, and whether it was revoked before.
    /// - Refuses: `resourceNotFound`; `conflict` for a key that signs events; `bodyMalformed`.
    private func revoke(
        _ request: Request,
        _ context: ServiceContext,
        _ recording: @escaping Recording
    ) async throws -> Response {
        try context.decision.begin(.keyChange)
        let body = try await BodyMembers(of: request.readJSON(context), allowed: ["kid"])
        let keyID = try body.text("kid", 1...256)
        context.decision.note { $0[.kid] = keyID }
        if let events, events.list().contains(where: { $0.life.keyID == keyID }) { throw Refusal.conflict }
        do {
            let revocation = try await tokens.revoke(keyID) { keyID, connection in
                try recording(keyID, context.decision, connection)
            }
            return .json([
                "revoked": .object(revocation.revoked.document(tokens.name)),
                "active": revocation.active.map { .object($0.document(tokens.name)) } ?? .null,
                "wasRevokedBefore": .bool(revocation.wasRevokedBefore),
            ])
        } catch KeyRingFault.keyUnknown { throw Refusal.resourceNotFound }
    }
}

extension KeyLife {
    fileprivate func document(_ ring: KeyRing.Name) -> JSONObject {
        func moment(_ date: NumericDate?) -> JSONValue { date.map { .integer($0.secondsSinceEpoch) } ?? .null }
        return [
            "kid": .string(keyID), "ring": .string(ring.rawValue), "alg": .string(algorithm.name),
            "announcedAt": moment(moments.announcedAt), "activatesAt": moment(moments.activatesAt),
            "retiredAt": moment(retiredAt), "revokedAt": moment(moments.revokedAt), "removedAt": moment(removedAt),
        ]
    }
}
