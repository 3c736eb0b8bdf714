import HTTPTypes
import Hummingbird
import ServiceKit
import Tokens

/// What an operator may do with accounts, under `/ops`.
struct UserOperations: Sendable {
    let accounts: Accounts

    func add(to group: RouterGroup<ServiceContext>) {
        group.post("users", use: add)
        group.post("users/disable") { request, context in
            try await answer(request, context, accounts.disable)
        }
        group.post("users/enable") { request, context in
            try await answer(request, context, accounts.enable)
        }
    }

    /// - Takes: `username`, and perhaps `password`, `displayName`, `email`, `roles`.
    /// - Gives: 201 and the account; where no password was sent, a generated one, this one time.
    /// - Refuses: `conflict` for a name that is taken, `bodyMalformed`, `parameterMalformed` (`AccountForm`).
    @Sendable
    private func add(_ request: Request, _ context: ServiceContext) async throws -> Response {
        let document = try await request.readJSON(context)
        let body = try BodyMembers(of: document, allowed: ["username", "password", "displayName", "email", "roles"])
        let username = try body.text("username", 1...64)
        let chosen = try body.optionalText("password", 1...AccountForm.passwordBytesMax).map { Credential($0) }
        let password = chosen ?? .random(byteCount: 18)
        let account = try await accounts.add(
            username: username,
            password: password,
            displayName: body.optionalText("displayName", 1...256) ?? username,
            email: body.optionalText("email", 3...254),
            roles: roles(document)
        )
        var answer: JSONObject = [
            "id": .string(account.id), "username": .string(account.username),
            "displayName": .string(account.displayName),
            "roles": .array(account.roles.sorted().map { .string($0) }),
        ]
        if chosen == nil { answer["password"] = .string(password.exposed) }
        return .json(answer, status: .created)
    }

    /// - Takes: `username`.
    /// - Gives: the same, when it is done.
    /// - Refuses: `resourceNotFound`, `bodyMalformed`.
    private func answer(
        _ request: Request,
        _ context: ServiceContext,
        _ change: (_ username: String) async throws -> Void
    ) async throws -> Response {
        let body = try await BodyMembers(of: request.readJSON(context), allowed: ["username"])
        let username = try body.text("username", 1...64)
        try await change(username)
        return .json(["username": .string(username)])
    }

    private func roles(_ document: JSONObject) throws(Refusal) -> Set<String> {
        guard let value = document["roles"] else { return [] }
        guard let roles = value.strings else { throw .bodyMalformed }
        return Set(roles)
    }
}
