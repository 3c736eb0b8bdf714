import Audit
import Testing
import Tokens

@testable import Stack

@Suite("gatehouse why, the tree") struct RequestStoryTests {
    /// `gateway(orders-api(token-exchange users-api))`
    private func shape(_ hops: [RequestStory.Hop]) -> String {
        hops.map { $0.calls.isEmpty ? $0.record.service : "\($0.record.service)(\(shape($0.calls)))" }
            .joined(separator: " ")
    }

    private func shape(_ records: [AuditRecord]) -> String { shape(RequestStory(records).hops) }

    private func record(
        at service: String,
        _ event: AuditEvent = .access,
        span: Int,
        calledBy parent: Int? = nil,
        from begin: Int64 = 0,
        status: Int? = 200
    ) -> AuditRecord {
        StoryRecords.record(
            event,
            at: service,
            "GET /",
            span: span,
            calledBy: parent,
            from: begin,
            milliseconds: 10,
            status: status
        )
    }

    @Test func `calls hang under their callers in the order of time, however the records come`() {
        let order = StoryRecords.order
        for records in [order, order.reversed(), [order[2], order[0], order[3], order[1]]] {
            #expect(shape(records) == "gateway(orders-api(token-exchange users-api))")
        }
    }

    @Test func `whose caller has left no record stands at the root, in the order of time`() {
        let story = RequestStory([
            record(at: "users-api", span: 4, calledBy: 2, from: 9), record(at: "orders-api", span: 3, calledBy: 1),
        ])
        #expect(shape(story.hops) == "orders-api users-api")
        #expect(story.hops.allSatisfy { $0.isCallerUnknown })
        #expect(StoryLines(story).lines.count { $0.contains("the caller's own record is missing") } == 2)
    }

    @Test func `a token fetched without a span hangs under the service that asked for it then`() {
        var fetch = record(at: "identity-provider", .tokenIssue, span: 5, from: 4)
        fetch.clientID = "orders-api"
        #expect(
            shape(StoryRecords.order + [fetch]) == "gateway(orders-api(identity-provider token-exchange users-api))"
        )
        fetch.clientID = "report-job"
        #expect(
            shape(StoryRecords.order + [fetch]) == "gateway(orders-api(token-exchange users-api)) identity-provider"
        )
    }

    @Test func `what a service did by itself belongs to the request that it was answering`() {
        let request = record(at: "identity-provider", .tokenRefresh, span: 1)
        let itself = record(at: "identity-provider", .suspension, span: 1, from: 5, status: nil)
        #expect(shape([itself, request]) == "identity-provider(identity-provider)")
    }

    @Test func `ids that lead in a circle lose nobody`() {
        let circle = [
            record(at: "a", span: 1, calledBy: 3), record(at: "b", span: 2, calledBy: 1, from: 1),
            record(at: "c", span: 3, calledBy: 2, from: 2),
        ]
        #expect(shape(circle) == "a(b(c))")
        #expect(shape([record(at: "a", span: 1, calledBy: 1)]) == "a")
    }

    @Test func `an id that is sent again and again fills no screen`() {
        let story = RequestStory(Array(repeating: record(at: "a", span: 1), count: RequestStory.recordsMax + 5))
        #expect(story.records.count == RequestStory.recordsMax)
    }

    @Test func `the first that did not allow is the cause`() {
        #expect(RequestStory(StoryRecords.refusedExchange).cause?.service == "token-exchange")
        #expect(RequestStory(StoryRecords.order).cause?.outcome == .allowed)
    }

    // MARK: What narrowed

    @Test func `an exchange narrows in every way that it may`() {
        let narrowing = Narrowing(from: StoryRecords.token(.subject), to: StoryRecords.exchanged)
        #expect(
            narrowing.narrowed == [
                "audience changed: https://orders.gatehouse.local → https://users.gatehouse.local",
                "scopes dropped: orders:read orders:write", "scope derived: users.address:read",
                "ends 538 s earlier", "actor added: orders-api",
            ]
        )
        #expect(narrowing.widened.isEmpty)
    }

    @Test func `what grew is told apart`() {
        let before = StoryRecords.token(.access, scope: ["orders:read"], actors: ["orders-api"], seconds: 60)
        var after = StoryRecords.token(.access, "other", scope: ["orders:read", "orders:write"], seconds: 90)
        after.subject = "somebody-else"
        let narrowing = Narrowing(from: before, to: after)
        #expect(narrowing.narrowed.isEmpty)
        #expect(
            narrowing.widened == [
                "scopes added: orders:write", "ends 30 s later", "another actor chain: orders-api → none",
                "another subject: 5f0c2d91 → somebody-else",
            ]
        )
    }
}
