import Tokens

/// Waits until every service says that it is ready.
struct Readiness: Sendable {
    let plan: StackPlan
    let client: StackClient

    /// - Throws: `StackError.notReady`, naming each service and what it is waiting for.
    func wait(secondsMax: Int = Supervisor.readySecondsMax) async throws {
        let deadline = ContinuousClock.now + .seconds(secondsMax)
        var waiting = StackService.all
        var reasons: [String] = []
        while ContinuousClock.now < deadline {
            var stillWaiting: [StackService] = []
            reasons = []
            for service in waiting {
                guard let reason = await reasonToWait(for: service) else { continue }
                stillWaiting.append(service)
                reasons.append("\(service.name): \(reason)")
            }
            guard !stillWaiting.isEmpty else { return }
            waiting = stillWaiting
            try await Task.sleep(for: .milliseconds(20))
        }
        throw StackError.notReady(services: waiting.map(\.name), waitedSeconds: secondsMax, reasons: reasons)
    }

    /// Nil when the service is ready.
    private func reasonToWait(for service: StackService) async -> String? {
        let url = "http://127.0.0.1:\(plan.ports.operationsPort(of: service))/ready"
        guard let answer = try? await client.send(Call(url: url)) else { return "does not listen yet" }
        return answer.status == 200 ? nil : answer.json?["waitingFor"]?.string ?? "answers \(answer.status)"
    }
}
