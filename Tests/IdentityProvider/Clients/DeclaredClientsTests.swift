import Audit
import ServiceKit
import TestKit
import Testing
import Tokens

@testable import IdentityProvider

@Suite("A clients file that says less than the one before")
struct DeclaredClientsTests {
    /// What the next start does with another clients file.
    private func restart(_ provider: TestProvider, declaring clients: [Client]) async throws {
        _ = try await ClientStore.open(
            database: provider.parts.database,
            registry: provider.parts.registry,
            declared: clients,
            clock: provider.clock,
            revocations: provider.parts.revocations,
            decisions: provider.parts.runtime.decisions
        )
    }

    private func declared(
        _ provider: TestProvider,
        changing id: String = "",
        _ change: (inout JSONObject) -> Void = { _ in }
    ) throws -> [Client] {
        try provider.parts.clients.list().filter(\.isDeclared).map { entry in
            var registration = entry.client.registration
            if entry.client.id == id { change(&registration) }
            return try Client(reading: registration, registry: provider.parts.registry)
        }
    }

    @Test func `the same file revokes nothing, and neither does one that allows more`() async throws {
        try await TestProvider.run { provider in
            try await restart(provider, declaring: declared(provider))
            let more = try declared(provider, changing: "other-app") { $0["scope"] = "orders:read orders:write" }
            try await restart(provider, declaring: more)
            #expect(try await provider.told().isEmpty)
        }
    }

    @Test(
        arguments: [
            ("scope", "orders:read"), ("resources", [.string(TestProvider.orders)]),
        ] as [(String, JSONValue)]
    )
    func `what a client may no longer have, its tokens do not have either`(member: String, value: JSONValue)
        async throws
    {
        try await TestProvider.run { provider in
            let tokens = try await provider.logIn()
            let less = try declared(provider, changing: "gatehouse-demo") { registration in
                if member == "scope" { registration["resources"] = [.string(TestProvider.orders)] }
                registration[member] = value
            }
            try await restart(provider, declaring: less)
            #expect(try await provider.told().map(\.target) == [.client("gatehouse-demo")])
            #expect(try await provider.told().map(\.cause) == [.tokenClaimsChange])
            #expect(try await !provider.isActive(tokens.accessToken))
            // The session goes on: a refresh brings what is allowed now.
            #expect(try await provider.isActive(provider.refresh(tokens.refreshToken).tokens().accessToken))
        }
    }

    @Test func `a client that is gone loses everything, also for when it comes back`() async throws {
        try await TestProvider.run { provider in
            let tokens = try await provider.logIn()
            let all = try declared(provider)
            try await restart(provider, declaring: all.filter { $0.id != "gatehouse-demo" })
            #expect(try await provider.told().map(\.target) == [.client("gatehouse-demo")])
            #expect(try await provider.told().map(\.cause) == [.clientRevoked])
            #expect(try await !provider.isActive(tokens.accessToken))
            try await restart(provider, declaring: all)
            #expect(try await provider.refresh(tokens.refreshToken).error == "invalid_grant")
        }
    }

    @Test func `each client whose rights have changed leaves a record, with what was revoked`() async throws {
        try await TestProvider.run { provider in
            let count = provider.audit.records.count
            var clients = try declared(provider, changing: "other-app") { $0["grant_types"] = [] }
            clients.removeAll { $0.id == "signer" }
            try await restart(provider, declaring: clients)
            let records = provider.audit.records.dropFirst(count)
            #expect(records.allSatisfy { $0.event == .clientChange && $0.outcome == .allowed })
            #expect(records.map(\.clientID) == ["other-app", "signer"])
            #expect(records.map { $0.details["change"] } == ["rights", "removed"])
            #expect(records.map(\.revoked) == [[.client("other-app")], [.client("signer")]])
            try await restart(provider, declaring: clients)
            #expect(provider.audit.records.count == count + 2)
        }
    }

    @Test func `a start that ends before its record leaves it to the next one`() async throws {
        try await TestProvider.run { provider in
            let count = provider.audit.records.count
            let less = try declared(provider).filter { $0.id != "signer" }
            provider.audit.loseDisk(isNoticed: false)
            await #expect(throws: DependencyUnavailable.self) { try await restart(provider, declaring: less) }
            #expect(try await provider.told().map(\.target) == [.client("signer")])
            #expect(provider.audit.records.count == count)
            provider.audit.findDisk()
            for _ in 0..<2 {
                try await restart(provider, declaring: less)
                #expect(provider.audit.records.dropFirst(count).map(\.clientID) == ["signer"])
            }
            #expect(provider.audit.records.last?.revoked == [.client("signer")])
        }
    }
}
