import Foundation
import TestKit
import Testing
import Tokens

@testable import IdentityProvider

@Suite("What an operator declares")
struct DeclarationsTests {
    private func declare(
        resources: String = "resources: []",
        clients: String = "clients: []"
    ) throws -> Declarations {
        let folder = FileManager.default.temporaryDirectory.appending(path: "gatehouse-declared-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let files = (folder.appending(path: "r.yaml"), folder.appending(path: "c.yaml"))
        try Data(resources.utf8).write(to: files.0)
        try Data(clients.utf8).write(to: files.1)
        return try Declarations(
            resourcesFile: files.0.path,
            clientsFile: files.1.path,
            issuer: TestProvider.issuer
        )
    }

    @Test func `the files of the house are sound`() throws {
        let house = try Declarations(
            resourcesFile: House.composeFile("resources.yaml"),
            clientsFile: House.composeFile("clients.yaml"),
            issuer: TestProvider.issuer
        )
        #expect(house.registry.scope(named: "orders:admin")?.requiredRole == "admin")
        #expect(house.registry[TestProvider.exchange]?.scopes.map(\.name) == ["exchange.events:receive"])
        let demo = try #require(house.clients.first { $0.id == "gatehouse-demo" })
        #expect(demo.isFirstParty && !demo.isConfidential && demo.resources.first == TestProvider.orders)
        for service in ["orders-api", "users-api", "token-exchange", "gateway"] {
            let client = try #require(house.clients.first { $0.id == service })
            #expect(client.authentication == .tlsClientAuth && client.spiffeID == "spiffe://gatehouse.local/\(service)")
            let events: ScopeSet = ["events:receive", "exchange.events:receive"]
            #expect(client.machineScope.isSubset(of: events) && client.scope.isEmpty)
            #expect(client.machineScope.contains("events:receive"))
        }
        // Scopes between services are derived by the exchange; nobody can be granted one.
        #expect(house.registry.scope(named: "orders.count:read") == nil)
    }

    @Test(arguments: [
        "", "resources: 1", "other: []", "resources: [", "resources: [1]",
        "resources: [{identifier: https://a}]", "resources: [{identifier: ftp://a, scopes: []}]",
        "resources: [{identifier: https://a, scopes: [], extra: 1}]",
        "resources: [{identifier: https://a, scopes: []}, {identifier: https://a, scopes: []}]",
        "resources: [{identifier: https://a, scopes: [{name: x}]}]",
        "resources: [{identifier: https://a, scopes: [{name: a b, description: d}]}]",
        "resources: [{identifier: https://a, scopes: [{name: openid, description: d}]}]",
        "resources: [{identifier: https://a, scopes: [{name: x, description: d, require_role: admin}]}]",
        "resources: [{identifier: https://a, identifier: https://b, scopes: []}]",
    ])
    func `resources of another form stop the start and name the file`(text: String) {
        let error = #expect(throws: DeclarationError.self) { try declare(resources: text) }
        #expect(error?.path.hasSuffix("r.yaml") == true)
    }

    @Test(arguments: [
        "clients: [{client_id: a, unknown: 1}]",
        // A secret has no place in a file, and so neither has a client that needs one.
        "clients: [{client_id: a, token_endpoint_auth_method: client_secret_basic}]",
        "clients: [{client_id: a, token_endpoint_auth_method: none}, {client_id: a, token_endpoint_auth_method: none}]",
    ])
    func `clients of another form stop the start and are named`(text: String) {
        let error = #expect(throws: DeclarationError.self) { try declare(clients: text) }
        #expect(error?.path.hasSuffix("c.yaml") == true)
        #expect(throws: Never.self) {
            try declare(clients: "clients: [{client_id: a, token_endpoint_auth_method: none}]")
        }
    }
}
