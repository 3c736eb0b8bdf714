import Foundation
import Testing

@testable import Stack

/// A service that cannot run says why, in one message with the way out, and ends with exit status 1.
@Suite("A start that must not succeed") struct UnfitStartTests {
    private let folder = TemporaryStack.folder()

    /// Runs `body` with the variables of a service that would start, but for what `body` changes.
    private func withVariables(
        of service: StackService,
        _ body: (inout [String: String]) async throws -> Void
    ) async throws {
        defer { try? FileManager.default.removeItem(atPath: folder.path) }
        try folder.prepare(services: StackService.all.map(\.name))
        try DevelopmentCertificates(in: folder, now: Date()).prepare(for: [service.name])
        try Secrets.prepare(in: folder, issuers: StackService.all.filter(\.isIssuer).map(\.name))
        var variables = try TemporaryStack.plan(folder).variables(of: service)
        // Its standard input is empty, which would mean that its supervisor is gone.
        variables["GATEHOUSE_SUPERVISED"] = nil
        try await body(&variables)
    }

    private func expectRefusal(_ outcome: Program.Outcome, says words: String...) {
        #expect(outcome.status == 1)
        for word in words { #expect(outcome.error.contains(word), "\(outcome.error)") }
        for trace in ["Fatal error", "Stack dump", "Backtrace", "Crash"] { #expect(!outcome.error.contains(trace)) }
    }

    @Test(arguments: StackService.all.map(\.name))
    func `no settings at all: the first missing one is named`(name: String) async throws {
        let service = try #require(StackService.all.first { $0.name == name })
        expectRefusal(
            try await Program.service(service, [:]),
            says: "\(name) cannot run",
            "GATEHOUSE_",
            "To fix it"
        )
    }

    @Test(arguments: StackService.all.map(\.name))
    func `a settings file that is not there is named`(name: String) async throws {
        let service = try #require(StackService.all.first { $0.name == name })
        try await withVariables(of: service) { variables in
            variables["GATEHOUSE_SETTINGS_FILE"] = "/nowhere/settings.yaml"
            expectRefusal(
                try await Program.service(service, variables),
                says: "\(name) cannot run",
                "/nowhere/settings.yaml",
                "To fix it"
            )
        }
    }

    @Test func `a value of the wrong form stops the start and is named`() async throws {
        try await withVariables(of: .ordersAPI) { variables in
            variables["GATEHOUSE_TRUST_PROVIDER_ISSUER"] = "http://localhost:8440"
            expectRefusal(
                try await Program.service(.ordersAPI, variables),
                says: "trust.provider.issuer",
                "GATEHOUSE_TRUST_PROVIDER_ISSUER",
                "https"
            )
        }
    }

    @Test(arguments: StackService.all.map(\.name))
    func `a misspelt line of the settings file stops the start and is named`(name: String) async throws {
        let service = try #require(StackService.all.first { $0.name == name })
        try await withVariables(of: service) { variables in
            let original = URL(filePath: try #require(variables["GATEHOUSE_SETTINGS_FILE"]))
            let compose = original.deletingLastPathComponent().deletingLastPathComponent().path
            // The files that it names are found from the folder above `compose`, and this process runs elsewhere.
            let lines = try String(contentsOf: original, encoding: .utf8).replacing(": compose/", with: ": \(compose)/")
            let misspelt = URL(filePath: folder.path + "/misspelt.yaml")
            try Data("\(lines)\nlimit:\n  upstreamTimeoutSecond: 3\n".utf8).write(to: misspelt)
            variables["GATEHOUSE_SETTINGS_FILE"] = misspelt.path
            expectRefusal(
                try await Program.service(service, variables),
                says: "\(name) cannot run",
                "limit.upstreamTimeoutSecond",
                "there is no such setting"
            )
        }
    }

    @Test func `a certificate that is not there is named`() async throws {
        try await withVariables(of: .usersAPI) { variables in
            variables["GATEHOUSE_TLS_CERTIFICATE_FILE"] = "/nowhere/leaf.pem"
            expectRefusal(try await Program.service(.usersAPI, variables), says: "/nowhere/leaf.pem")
        }
    }

    @Test func `an occupied port is named with its service before anything starts`() async throws {
        defer { try? FileManager.default.removeItem(atPath: folder.path) }
        let plan = try TemporaryStack.plan(folder)
        let port = plan.ports.operationsPort(of: .ordersAPI)
        let listener = try Listener(port: port)
        defer { _ = listener }
        let expected = StackError.portOccupied(port: port, service: "orders-api", purpose: "its operations port")
        await #expect(throws: expected) { try await Supervisor(plan: plan).run { _ in } }
    }

    @Test func `a service whose port is taken meanwhile says so itself`() async throws {
        try await withVariables(of: .gateway) { variables in
            let port = try #require(variables["GATEHOUSE_PORT"].flatMap { Int($0) })
            let listener = try Listener(port: port)
            defer { _ = listener }
            expectRefusal(try await Program.service(.gateway, variables), says: "occupied", "To fix it")
        }
    }

    @Test(arguments: ["identity-provider", "token-exchange", "orders-api", "users-api"])
    func `a corrupt database stops the whole start with the service's own words`(name: String) async throws {
        defer { try? FileManager.default.removeItem(atPath: folder.path) }
        try folder.prepare(services: StackService.all.map(\.name))
        try Data(repeating: 0x5A, count: 8_192).write(to: URL(filePath: folder.database(of: name)))
        let error = await #expect(throws: StackError.self) {
            try await Supervisor(plan: TemporaryStack.plan(folder)).run { _ in }
        }
        guard case .serviceEnded(let service, let status, let lines) = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(service == name)
        #expect(status == "ended with exit status 1")
        #expect(lines.contains { $0.contains("\(name) cannot run") && $0.contains("\(name).sqlite") }, "\(lines)")
    }
}

/// A socket that listens, so that nobody else can.
private final class Listener {
    private let descriptor: Int32

    init(port: Int) throws {
        #if os(Linux)
            descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        #else
            descriptor = socket(AF_INET, SOCK_STREAM, 0)
        #endif
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = UInt16(port).bigEndian
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        let isListening = withUnsafePointer(to: address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0 && listen(descriptor, 1) == 0
            }
        }
        try #require(isListening)
    }

    deinit { close(descriptor) }
}
