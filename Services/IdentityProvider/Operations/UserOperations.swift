import Audit
import HTTPTypes
import Hummingbird
import ServiceKit
import Tokens

/// What an operator may do with accounts, under `/ops`.
struct UserOperations: Sendable {
    let accounts: Accounts

    func add(to group: RouterGroup<ServiceContext>) {
        group.post("users", use: add)
        group.get("users/{username}", use: show)
        group.post("users/disable") { request, context in
            try await answer(request, context, "disable", accounts.disable)
        }
        group.post("users/enable") { request, context in
            try await answer(request, context, "enable", accounts.enable)
        }
        group.post("users/password", use: setPassword)
        group.post("users/roles", use: setRoles)
    }

    /// - Refuses: `resourceNotFound`.
    @Sendable
    private func show(_ request: Request, _ context: ServiceContext) async throws -> Response {
        let username = try context.parameters.require("username")
        guard let account = try await accounts.find(username: username) else { throw Refusal.resourceNotFound }
        var document = account.document
        document["disabled"] = .bool(account.disabled)
        return .json(document)
    }

    /// - Takes: `username`, and perhaps `password`, `displayName`, `email`, `roles`.
    /// - Gives: 201 and the account; where no password was sent, a generated one, this one time.
    /// - Refuses: `conflict` for a name that is taken, `bodyMalformed`, `parameterMalformed` (`AccountForm`).
    @Sendable
    private func add(_ request: Request, _ context: ServiceContext) async throws -> Response {
        try context.decision.begin(changing: "add")
        let document = try await request.readJSON(context)
        let body = try BodyMembers(of: document, allowed: ["username", "password", "displayName", "email", "roles"])
        let username = try body.text("username", 1...64)
        let password = try body.password()
        let account = try await accounts.add(
            username: username,
            password: password.credential,
            displayName: body.optionalText("displayName", 1...256) ?? username,
            email: body.optionalText("email", 3...254),
            roles: document["roles"] == nil ? [] : roles(document)
        )
        context.decision.note { $0.subject = account.id }
        var answer = account.document
        answer["password"] = password.shown
        return .json(answer, status: .created)
    }

    /// - Takes: `username`, and perhaps `password`.
    /// - Gives: the name; where no password was sent, a generated one, this one time. Every session of before is over.
    /// - Refuses: `resourceNotFound`, `bodyMalformed`, `parameterMalformed` (`AccountForm`).
    @Sendable
    private func setPassword(_ request: Request, _ context: ServiceContext) async throws -> Response {
        try context.decision.begin(changing: "password")
        let body = try await BodyMembers(of: request.readJSON(context), allowed: ["username", "password"])
        let username = try body.text("username", 1...64)
        let password = try body.password()
        try await accounts.setPassword(password.credential, username: username, decision: context.decision)
        var answer: JSONObject = ["username": .string(username)]
        answer["password"] = password.shown
        return .json(answer)
    }

    /// - Takes: `username`; `roles`, all that the account is to have.
    /// - Gives: the same, when it is done and every access token with the roles of before is dead.
    /// - Refuses: `resourceNotFound`, `bodyMalformed`, `parameterMalformed` (`AccountForm`).
    @Sendable
    private func setRoles(_ request: Request, _ context: ServiceContext) async throws -> Response {
        try context.decision.begin(changing: "roles")
        let document = try await request.readJSON(context)
        let username = try BodyMembers(of: document, allowed: ["username", "roles"]).text("username", 1...64)
        let roles = try roles(document)
        try await accounts.setRoles(roles, username: username, decision: context.decision)
        return .json(["username": .string(username), "roles": .array(roles.sorted().map { .string($0) })])
    }

    /// - Takes: `username`.
    /// - Gives: the same, when it is done.
    /// - Refuses: `resourceNotFound`, `bodyMalformed`.
    private func answer(
        _ request: Request,
        _ context: ServiceContext,
        _ name: String,
        _ change: (_ username: String, Decision) async throws -> Void
    ) async throws -> Response {
        try context.decision.begin(changing: name)
        let body = try await BodyMembers(of: request.readJSON(context), allowed: ["username"])
        let username = try body.text("username", 1...64)
        try await change(username, context.decision)
        return .json(["username": .string(username)])
    }

    private func roles(_ document: JSONObject) throws(Refusal) -> Set<String> {
        guard let roles = document["roles"]?.strings else { throw .bodyMalformed }
        return Set(roles)
    }
}

extension Decision {
    /// - Parameter name: of what is to be changed about an account.
    fileprivate func begin(changing name: String) throws {
        try begin(.accountChange)
        note { $0[.change] = name }
    }
}

extension Account {
    fileprivate var document: JSONObject {
        [
            "id": .string(id), "username": .string(username), "displayName": .string(displayName),
            "roles": .array(roles.sorted().map { .string($0) }),
        ]
    }
}

extension BodyMembers {
    /// The password that was sent, or a generated one; only that is shown.
    fileprivate func password() throws(Refusal) -> (credential: Credential, shown: JSONValue?) {
        if let chosen = try optionalText("password", 1...AccountForm.passwordBytesMax) {
            return (Credential(chosen), nil)
        }
        let generated = Credential.random(byteCount: 18)
        return (generated, .string(generated.exposed))
    }
}
