import Foundation
import Testing
import Tokens

@testable import Stack

/// The tests that need a stack and leave it as they found it: they share one, one after the other.
///
/// Each makes users of its own. Some move the time; that disturbs nobody, because the tests take turns and each signs in anew.
@Suite("On one stack", .serialized, .sharedStack) enum OnOneStack {}

/// Starts five real processes on free ports in a temporary folder before the first test of a suite, stops them after the last, and
/// then reads everything that they have written.
struct SharedStack: SuiteTrait, TestScoping {
    @TaskLocal fileprivate static var running: RunningStack?

    func provideScope(
        for test: Test,
        testCase: Test.Case?,
        performing function: @Sendable @concurrent () async throws -> Void
    ) async throws {
        let (stacks, started) = AsyncStream.makeStream(of: RunningStack.self)
        let (ends, end) = AsyncStream.makeStream(of: Void.self)
        let running = Task {
            defer { started.finish() }
            try await SpanCollector.run { spans, endpoint in
                try await TemporaryStack.run(telling: ["TRACING_ENDPOINT": endpoint]) { stack in
                    started.yield(stack)
                    for await _ in ends {}
                    try await eventually("spans are exported") { !spans.text.isEmpty }
                    try await LogReader(of: stack, spans: spans.text).check()
                }
            }
        }
        for await stack in stacks {
            try await Self.$running.withValue(stack) { try await function() }
            end.finish()
        }
        // Throws what kept the stack from starting, or ended it too early.
        try await running.value
    }
}

extension Trait where Self == SharedStack {
    static var sharedStack: Self { SharedStack() }
}

extension OnOneStack {
    /// The stack that the tests share.
    static func stack() throws -> RunningStack {
        let stack = try #require(SharedStack.running)
        return stack
    }
}

/// A stack for one purpose, in a folder of its own.
enum TemporaryStack {
    static func folder() -> DataFolder {
        DataFolder(
            FileManager.default.temporaryDirectory.appending(path: "gatehouse-e2e-\(UUID().uuidString)")
                .path(percentEncoded: false)
        )
    }

    static func plan(_ folder: DataFolder) throws -> StackPlan {
        try StackPlan(folder: folder, environment: .test, ports: .free()).telling(
            CrowdLimits.variables
        )
    }

    /// - Parameter settings: what every service is told beside its plan.
    static func run(
        telling settings: [String: String] = [:],
        _ body: @escaping @Sendable (RunningStack) async throws -> Void
    ) async throws {
        let folder = folder()
        defer { try? FileManager.default.removeItem(atPath: folder.path) }
        try await Supervisor(plan: plan(folder).telling(settings)).run(body)
    }
}
