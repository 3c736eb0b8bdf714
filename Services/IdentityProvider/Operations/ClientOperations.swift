import Audit
import HTTPTypes
import Hummingbird
import ServiceKit
import Tokens

/// What an operator may do with clients, under `/ops`.
struct ClientOperations: Sendable {
    let clients: ClientStore

    func add(to group: RouterGroup<ServiceContext>) {
        group.get("clients") { _, _ in list() }
        group.post("clients", use: add)
        group.post("clients/{id}/rotate-secret", use: rotateSecret)
    }

    private func list() -> Response {
        let entries = clients.list().map { entry in
            var document = entry.client.registration
            document["declared"] = .bool(entry.isDeclared)
            return JSONValue.object(document)
        }
        return .json(["clients": .array(entries)])
    }

    /// - Takes: a registration (`Client.init(reading:registry:)`); without `client_id` it gets one.
    /// - Gives: 201 and the registration, with its secret this one time (RFC 7591 §3.2.1).
    /// - Refuses: `conflict`; an unsound registration with what is wrong about it (RFC 7591 §3.2.2).
    @Sendable
    private func add(_ request: Request, _ context: ServiceContext) async throws -> Response {
        try context.decision.begin(.clientChange)
        context.decision.note { $0[.change] = "add" }
        var document = try await request.readJSON(context)
        if document["client_id"] == nil { document["client_id"] = .string(Credential.random(byteCount: 16).exposed) }
        do {
            let (client, secret) = try await clients.add(document, decision: context.decision)
            var answer = client.registration
            answer["client_secret"] = secret.map { .string($0.exposed) }
            return .json(answer, status: .created)
        } catch let error as RegistrationError {
            context.decision.refuse(.bodyMalformed)
            return .json(
                ["error": "invalid_client_metadata", "error_description": .string(error.description)],
                status: .badRequest
            )
        }
    }

    /// - Refuses: `resourceNotFound`, `conflict` for a client that has no secret.
    @Sendable
    private func rotateSecret(_ request: Request, _ context: ServiceContext) async throws -> Response {
        try context.decision.begin(.clientChange)
        let id = try context.parameters.require("id")
        context.decision.note { $0[.change] = "secret" }
        let secret = try await clients.rotateSecret(of: id, decision: context.decision)
        return .json(["client_id": .string(id), "client_secret": .string(secret.exposed)])
    }
}
