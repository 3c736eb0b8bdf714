import Foundation
import TestKit
import Testing

@testable import Stack

@Suite("What a stack is started with") struct StackPlanTests {
    private let scratch: ScratchFolder

    init() throws { scratch = try ScratchFolder() }

    private func plan(
        ports: StackPorts = .free(),
        binFolder: String? = nil,
        inherited: [String: String] = [:]
    ) throws -> StackPlan {
        try StackPlan(
            folder: scratch.folder,
            environment: .test,
            ports: ports,
            binFolder: binFolder,
            composeFolder: "/compose",
            inherited: inherited
        )
    }

    @Test func `the ports of the table stand a thousand apart from their operations ports`() {
        let ports = StackPorts.standard
        #expect(StackService.all.map(ports.port).sorted() == [8440, 8441, 8442, 8443, 8444])
        for service in StackService.all {
            #expect(ports.operationsPort(of: service) == ports.port(of: service) + 1_000)
        }
    }

    @Test func `stacks that choose free ports at the same time never choose the same`() {
        let stacks = (0..<20).map { _ in StackPorts.free() }
        let all = stacks.flatMap { ports in
            StackService.all.flatMap { [ports.port(of: $0), ports.operationsPort(of: $0)] }
        }
        #expect(Set(all).count == 20 * 10)
    }

    @Test func `every service is told where it listens, who it is and whom it trusts`() throws {
        let plan = try plan(ports: .standard)
        for service in StackService.all {
            let variables = plan.variables(of: service)
            #expect(variables["GATEHOUSE_ENVIRONMENT"] == "test")
            #expect(variables["GATEHOUSE_PORT"] == String(service.defaultPort))
            #expect(variables["GATEHOUSE_OPERATIONS_HOST"] == "127.0.0.1")
            #expect(variables["GATEHOUSE_TLS_TRUST_ROOTS_FILE"] == plan.folder.authority)
            #expect(variables["GATEHOUSE_SUPERVISED"] == "1")
            for need in service.needs {
                let address = try #require(StackService.all.first { $0.name == need }.map(plan.address))
                #expect(variables.values.contains { $0.hasPrefix(address) }, "\(service.name) is told about \(need)")
            }
        }
    }

    @Test func `every API is told under which address clients reach it, on whatever port`() throws {
        let plan = try plan()
        for service in [StackService.ordersAPI, .usersAPI] {
            #expect(plan.variables(of: service)["GATEHOUSE_ADDRESS"] == plan.address(of: service))
        }
        #expect(plan.address(of: .ordersAPI) != plan.address(of: .usersAPI))
    }

    @Test func `a stack on which one machine plays everybody raises every limit that there is`() throws {
        let variables = try plan().telling(CrowdLimits.variables).variables(of: .identityProvider)
        let settings = try String(contentsOfFile: House.composeFile("settings/identity-provider.yaml"), encoding: .utf8)
        let names = settings.matches(of: /\n  (\w+Per\w+|signInFreeTries): \d+/).map { $0.output.1 }
        #expect(names.count == 9)
        for name in names {
            let words = name.replacing(/[A-Z]/) { "_\($0.output)" }.uppercased()
            #expect(variables["GATEHOUSE_LIMITS_\(words)"] == "1000000000", "\(name)")
        }
    }

    @Test func `issuers are told the key of the data folder, unless the environment names another`() throws {
        for service in StackService.all where service.isIssuer {
            func file(_ inherited: [String: String]) throws -> String? {
                try plan(inherited: inherited).variables(of: service)["GATEHOUSE_KEYS_ENCRYPTION_KEY_FILE"]
            }
            #expect(try file([:]) == scratch.folder.keyEncryptionKey(of: service.name))
            #expect(try file(["GATEHOUSE_KEYS_ENCRYPTION_KEY_URI": "pkcs11:"]) == nil)
            #expect(try file(["GATEHOUSE_KEYS_ENCRYPTION_KEY_MOUNT": "kek"]) == nil)
        }
    }

    @Test func `no service is told another one's key-encryption key or private key`() throws {
        let plan = try plan()
        for service in StackService.all {
            let values = Set(plan.variables(of: service).values)
            for other in StackService.all where other.name != service.name {
                #expect(!values.contains(plan.folder.keyEncryptionKey(of: other.name)))
                #expect(!values.contains(plan.folder.privateKey(of: other.name)))
            }
        }
    }

    @Test func `a missing executable is named with the way to get it`() throws {
        let plan = try plan(binFolder: "/nowhere")
        let error = #expect(throws: StackError.self) { try plan.check() }
        #expect(error == .executableMissing(path: "/nowhere/identity-provider"))
        #expect(try #require(error).description.contains("swift build"))
    }

    @Test func `an occupied port is named with its service and the way out`() {
        let message = StackError.portOccupied(port: 8442, service: "orders-api", purpose: "its TLS port").description
        #expect(message.contains("8442"))
        #expect(message.contains("orders-api"))
        #expect(message.contains("--free-ports"))
    }
}
