import Audit
import Tokens

extension RunningStack {
    /// The story of a request, as soon as all of `services` have written their part of it: what they merely validated may trail the
    /// answer (`AuditTiming.trailMillisecondsMax`).
    ///
    /// - Gives: what there is after five seconds, where one is still missing: the caller says what that means.
    func story(of transactionID: String, until services: [String]) async throws -> RequestStory {
        let deadline = ContinuousClock.now + .seconds(5)
        while true {
            let records = try AuditLogs(in: folder.auditLogs).entries(ofRequest: transactionID).map(\.record)
            let present = Set(records.map(\.service))
            if present.isSuperset(of: services) || ContinuousClock.now >= deadline { return RequestStory(records) }
            try await Task.sleep(for: .milliseconds(20))
        }
    }
}
