import Foundation
import Subprocess
import SystemPackage
import TestKit
import Testing

@testable import Stack

/// Debian's Prometheus beside a stack, with the rules and the configuration that an operator runs; only the ports are the stack's,
/// and it looks twice a second.
struct PrometheusServer: Sendable {
    /// An alert that fires.
    struct Alert: Hashable, Sendable, CustomStringConvertible {
        let name: String
        let service: String

        var description: String { "\(name) at \(service)" }
    }

    private let stack: RunningStack
    private let address: String

    /// Runs until `body` returns.
    static func run(
        beside stack: RunningStack,
        _ body: @escaping @Sendable (PrometheusServer) async throws -> Void
    ) async throws {
        let path = try #require(PrometheusPrograms.path("prometheus"), "run Scripts/prometheus")
        let folder = "\(stack.folder.path)/prometheus"
        try writeFiles(to: folder, stack)
        // The last of the ten that this stack has to itself; services take the first five.
        let port = try #require(stack.entry(of: .identityProvider)).port + 9
        var options = PlatformOptions()
        options.teardownSequence = [.gracefulShutDown(allowedDurationToNextStep: .seconds(5))]
        let result = try await Subprocess.run(
            .path(FilePath(path)),
            arguments: [
                "--config.file=\(folder)/prometheus.yml", "--storage.tsdb.path=\(folder)/data",
                "--web.listen-address=127.0.0.1:\(port)", "--log.level=warn",
            ],
            workingDirectory: FilePath(folder),
            platformOptions: options,
            input: .none,
            output: .discarded,
            error: .discarded
        ) { execution in
            try await body(PrometheusServer(stack: stack, address: "http://127.0.0.1:\(port)"))
            try execution.send(signal: .terminate)
        }
        #expect(result.terminationStatus == .exited(0))
    }

    private static func writeFiles(to folder: String, _ stack: RunningStack) throws {
        let shipped = "\(PrometheusPrograms.root)compose/prometheus"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        try FileManager.default.copyItem(atPath: "\(shipped)/alerts.yml", toPath: "\(folder)/alerts.yml")
        var configuration = try String(contentsOfFile: "\(shipped)/prometheus.yml", encoding: .utf8)
            .replacing("_interval: 15s", with: "_interval: 500ms")
        for service in StackService.all {
            let entry = try #require(stack.entry(of: service))
            let (standard, ours) = ("127.0.0.1:\(service.defaultPort + 1_000)", "127.0.0.1:\(entry.operationsPort)")
            try #require(configuration.contains("\"\(standard)\""), "\(service.name) is not scraped")
            configuration.replace("\"\(standard)\"", with: "\"\(ours)\"")
        }
        try configuration.write(toFile: "\(folder)/prometheus.yml", atomically: true, encoding: .utf8)
    }

    /// The services whose last scrape was good. None while Prometheus does not answer yet.
    func healthyServices() async -> Set<String> {
        struct Targets: Decodable {
            struct Target: Decodable {
                let labels: [String: String]
                let health: String
            }
            let activeTargets: [Target]
        }
        let targets = try? await ask("targets?state=active", for: Targets.self)
        return Set((targets?.activeTargets ?? []).filter { $0.health == "up" }.compactMap { $0.labels["service"] })
    }

    /// What fires now, with what it says to do.
    func firing() async throws -> [Alert: String] {
        struct Alerts: Decodable {
            struct Alert: Decodable {
                let labels: [String: String]
                let annotations: [String: String]
                let state: String
            }
            let alerts: [Alert]
        }
        let firing = try await ask("alerts", for: Alerts.self).alerts.filter { $0.state == "firing" }
        return Dictionary(
            firing.map { alert in
                let key = Alert(name: alert.labels["alertname"] ?? "", service: alert.labels["service"] ?? "")
                return (key, alert.annotations["action"] ?? "")
            },
            uniquingKeysWith: { $1 }
        )
    }

    private struct Reply<Content: Decodable>: Decodable { let data: Content }

    private func ask<Content: Decodable>(_ path: String, for type: Content.Type) async throws -> Content {
        let answer = try await stack.client.send(Call(url: "\(address)/api/v1/\(path)"))
        return try JSONDecoder().decode(Reply<Content>.self, from: Data(answer.body)).data
    }
}
