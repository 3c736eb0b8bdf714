import Foundation
import TestKit
import Testing

/// What an operator runs is what is tested: compose/prometheus as it is shipped.
@Suite("Alert rules")
struct AlertRuleTests {
    @Test(arguments: [["check", "config", "prometheus.yml"], ["check", "rules", "--lint=all", "alerts.yml"]])
    func `the files are valid`(arguments: [String]) async throws {
        let verdict = try await Promtool.run(arguments)
        #expect(verdict.isGood, "\(verdict.text)")
    }

    @Test func `each rule fires at its bound, and not one step below`() async throws {
        let verdict = try await Promtool.run(["test", "rules", "alerts.test.yml"])
        #expect(verdict.isGood, "\(verdict.text)")
    }

    @Test func `each rule has a test, and says what it means and what to do`() throws {
        let folder = PrometheusPrograms.root + "compose/prometheus/"
        let rules = try String(contentsOfFile: folder + "alerts.yml", encoding: .utf8)
        let tests = try String(contentsOfFile: folder + "alerts.test.yml", encoding: .utf8)
        let parts = rules.components(separatedBy: "- alert: ").dropFirst()
        #expect(parts.count == 13)
        for part in parts {
            let name = part.prefix { !$0.isWhitespace }
            #expect(tests.contains("alertname=\"\(name)\""), "\(name)")
            for words in ["severity: ", "summary: ", "meaning: ", "action: "] {
                #expect(part.contains(words), "\(name)")
            }
        }
    }

    @Test func `rules and dashboard ask for metrics that services show, and the dashboard is JSON`() throws {
        let root = PrometheusPrograms.root
        let known = try metricNames(in: swiftFiles(below: root + "Shared"))
        for file in ["prometheus/alerts.yml", "grafana/dashboard.json"] {
            let asked = try metricNames(in: [root + "compose/" + file])
            #expect(!asked.isEmpty)
            #expect(asked.subtracting(known).isEmpty, "\(file) asks for \(asked.subtracting(known))")
        }
        let dashboard = try Data(contentsOf: URL(filePath: root + "compose/grafana/dashboard.json"))
        #expect(throws: Never.self) { try JSONSerialization.jsonObject(with: dashboard) }
    }

    private func metricNames(in files: [String]) throws -> Set<String> {
        var names: Set<String> = []
        for file in files {
            let text = try String(contentsOfFile: file, encoding: .utf8)
            for match in text.matches(of: /gatehouse_[a-z_]+[a-z]/) {
                // What Prometheus makes of a histogram.
                names.insert(String(match.output).replacing(/_(bucket|sum|count)$/, with: ""))
            }
        }
        return names
    }

    private func swiftFiles(below folder: String) throws -> [String] {
        try FileManager.default.subpathsOfDirectory(atPath: folder).filter { $0.hasSuffix(".swift") }
            .map { "\(folder)/\($0)" }
    }
}
