import Audit
import HTTPTypes
import Hummingbird
import ServiceKit
import Tokens

/// What an operator may do with suspensions, under `/ops`.
struct SuspensionOperations: Sendable {
    let suspensions: Suspensions

    func add(to group: RouterGroup<ServiceContext>) {
        group.get("suspensions") { _, _ in try await list() }
        group.post("suspensions/lift", use: lift)
    }

    /// The newest first, `Suspensions.listedMax` of them.
    private func list() async throws -> Response {
        let entries = try await suspensions.list().map { entry -> JSONValue in
            var document = entry.suspension.document
            document["username"] = entry.username.map { .string($0) }
            entry.ended.write(to: &document)
            return .object(document)
        }
        return .json(["suspensions": .array(entries)])
    }

    /// - Takes: `id`; `includingFamily`, true for whoever wants that too.
    /// - Gives: how much was given back.
    /// - Refuses: what `Suspensions.lift` refuses, `bodyMalformed`.
    @Sendable
    private func lift(_ request: Request, _ context: ServiceContext) async throws -> Response {
        let asked = try await request.readJSON(context)
        let id = try BodyMembers(of: asked, allowed: ["id", "includingFamily"]).text("id", 1...64)
        try context.decision.begin(.suspension)
        context.decision.note { $0[.suspension] = id }
        let includingFamily = asked["includingFamily"] == true
        let (suspension, restored) = try await suspensions.lift(id, includingFamily: includingFamily)
        context.decision.note { record in
            record.subject = suspension.accountID
            record[.suspensionLifted] = suspension.cause.reason.rawValue
        }
        var document: JSONObject = ["id": .string(id)]
        restored.write(to: &document)
        return .json(document)
    }
}

extension Suspension {
    fileprivate var document: JSONObject {
        var document: JSONObject = [
            "id": .string(id), "kind": .string(kind.rawValue), "target": .string(target),
            "client_id": .string(clientID), "reason": .string(cause.reason.rawValue),
            "txn": .string(transactionID), "at": .integer(at.secondsSinceEpoch),
        ]
        document["liftedAt"] = liftedAt.map { .integer($0.secondsSinceEpoch) }
        document["source"] = cause.source.map { .string($0) }
        document["agent"] = cause.agent.map { .string($0) }
        return document
    }
}

extension Suspensions.Ended {
    fileprivate func write(to document: inout JSONObject) {
        document["sessions"] = .integer(sessions)
        document["families"] = .integer(families)
    }
}
