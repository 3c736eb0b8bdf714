import Foundation
import Tokens

// What Scripts/bench revocations runs against a stack that is up. Two questions: how long is it from "revoke" to "refused" at
// each of the four verifiers, and what does it cost the provider to tell a thousand.

@main enum RevocationBenchmarks {
    static func main() async {
        do { try await run() } catch {
            print("\(error)")
            exit(1)
        }
    }

    private static func run() async throws {
        let environment = ProcessInfo.processInfo.environment
        guard let folder = environment["DATA_FOLDER"] else { return print("DATA_FOLDER names no stack's data folder") }
        let revocations = environment["REVOCATIONS"].flatMap(Int.init) ?? 200
        let receivers = environment["RECEIVERS"].flatMap(Int.init) ?? 1_000
        let stack = try RunningStack(folder: folder)
        print("from revoking to refused, milliseconds       p50      p99      max   (\(revocations) revocations)")
        for figures in try await Verifiers(stack: stack).measure(revocations: revocations) { print(figures.line) }
        try await Receivers(stack: stack, count: receivers).measure(revocations: max(1, revocations / 10))
        await stack.shutdown()
    }
}

/// Durations of one kind, sorted when they are asked for.
struct Figures {
    let name: String
    var milliseconds: [Double] = []

    mutating func add(_ duration: Duration) {
        milliseconds.append(duration / .milliseconds(1))
    }

    func percentile(_ share: Double) -> Double {
        let sorted = milliseconds.sorted()
        return sorted.isEmpty ? .nan : sorted[min(sorted.count - 1, Int(Double(sorted.count) * share))]
    }

    var line: String {
        let values = [percentile(0.5), percentile(0.99), percentile(1)].map { String(format: "%8.1f", $0) }
        return name.padding(toLength: 40, withPad: " ", startingAt: 0) + values.joined(separator: " ")
    }
}
