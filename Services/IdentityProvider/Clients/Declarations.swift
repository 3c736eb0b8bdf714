import Tokens
import Yams

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// The two files in which an operator declares what there is: the resources with their scopes, and the clients.
///
/// Both are read strictly, as the OAuth documents they stand for: an unknown member, a member written twice or a value of another
/// form stops the start and names its place. They hold no secret.
struct Declarations: Sendable {
    let registry: ScopeRegistry
    let clients: [Client]

    init(resourcesFile: String, clientsFile: String, issuer: String) throws {
        registry = ScopeRegistry(issuer: issuer, apis: try Self.readResources(resourcesFile))
        try Self.requireUniqueScopes(registry, resourcesFile)
        clients = try Self.readClients(clientsFile, registry)
    }

    private static func readResources(_ path: String) throws -> [Resource] {
        try DeclarationFile.entries("resources", in: path).map { entry in
            guard let identifier = entry["identifier"]?.string, identifier.hasPrefix("https://"),
                let scopes = entry["scopes"]?.array, entry.members.count == 2
            else {
                throw DeclarationError(
                    path: path,
                    problem: "a resource has identifier (https://…) and scopes, and no more"
                )
            }
            return Resource(identifier: identifier, scopes: try scopes.map { try readScope($0, of: identifier, path) })
        }
    }

    private static func readScope(_ value: JSONValue, of resource: String, _ path: String) throws -> Scope {
        let entry = value.object ?? [:]
        guard let name = entry["name"]?.string, ScopeSet(reading: name)?.values.count == 1,
            let description = entry["description"]?.string,
            entry.members.allSatisfy({ ["name", "description", "requires_role"].contains($0.name) }),
            entry["requires_role"] == nil || entry["requires_role"]?.string != nil
        else {
            throw DeclarationError(
                path: path,
                problem: "a scope of \(resource) has name, description and perhaps requires_role, and no more"
            )
        }
        return Scope(name: name, description: description, requiredRole: entry["requires_role"]?.string)
    }

    /// A scope of two audiences would let consent to the one open the other.
    private static func requireUniqueScopes(_ registry: ScopeRegistry, _ path: String) throws {
        let scopes = registry.resources.flatMap(\.scopes).map(\.name)
        let identifiers = registry.resources.map(\.identifier)
        guard Set(scopes).count == scopes.count, Set(identifiers).count == identifiers.count else {
            throw DeclarationError(path: path, problem: "a resource or a scope stands twice")
        }
    }

    private static func readClients(_ path: String, _ registry: ScopeRegistry) throws -> [Client] {
        let clients = try DeclarationFile.entries("clients", in: path).map { entry in
            do {
                let client = try Client(reading: entry, registry: registry)
                guard !client.hasSecret else {
                    throw RegistrationError(
                        member: "token_endpoint_auth_method",
                        problem: "needs a secret, and files hold none: add this client with `gatehouse clients add`"
                    )
                }
                return client
            } catch let error as RegistrationError {
                throw DeclarationError(path: path, problem: "client \(entry["client_id"]?.string ?? "?"): \(error)")
            }
        }
        guard Set(clients.map(\.id)).count == clients.count else {
            throw DeclarationError(path: path, problem: "a client stands twice")
        }
        return clients
    }
}

/// What is wrong in which file.
struct DeclarationError: Error, Equatable, CustomStringConvertible {
    let path: String
    let problem: String

    var description: String { "\(path): \(problem)" }
}

/// A YAML file with one list of objects.
private enum DeclarationFile {
    static func entries(_ name: String, in path: String) throws -> [JSONObject] {
        guard let object = try read(path).object, object.members.count == 1, let list = object[name]?.array else {
            throw DeclarationError(path: path, problem: "must hold one list, named \(name)")
        }
        return try list.map { value in
            guard let entry = value.object else {
                throw DeclarationError(path: path, problem: "an entry of \(name) has no members")
            }
            return entry
        }
    }

    private static func read(_ path: String) throws -> JSONValue {
        do {
            let text = String(decoding: try Data(contentsOf: URL(filePath: path)), as: UTF8.self)
            return try Yams.compose(yaml: text).map(value) ?? .null
        } catch {
            throw DeclarationError(path: path, problem: "cannot be read as YAML (\(error))")
        }
    }

    /// The JSON that a YAML node stands for; a key written twice has been refused by the parser.
    private static func value(_ node: Node) -> JSONValue {
        switch node {
        case .mapping(let mapping):
            var object = JSONObject()
            for (key, member) in mapping { object[key.string ?? ""] = value(member) }
            return .object(object)
        case .sequence(let sequence): return .array(sequence.map(value))
        case .scalar, .alias:
            return node.bool.map { .bool($0) } ?? .string(node.string ?? "")
        }
    }
}
