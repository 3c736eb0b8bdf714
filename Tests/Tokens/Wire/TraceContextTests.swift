import Testing
import Tokens

@Suite("Trace context, W3C Trace Context §3.2")
struct TraceContextTests {
    @Test func `a trace id is the transaction id in another spelling`() throws {
        let context = TraceContext()
        let read = try #require(TraceContext(traceparent: context.traceparent))
        #expect(read == context)
        #expect(context.traceparent == "00-\(context.traceID)-\(context.spanID)-01")
        #expect(context.traceID.utf8.count == 32 && context.spanID.utf8.count == 16)
        #expect(TraceContext(transactionID: context.transactionID).spanID != context.spanID)
    }

    @Test(arguments: [
        ("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01", true),
        ("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-00", true),
        ("01-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01", false),
        ("00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01", false),
        ("00-00000000000000000000000000000000-00f067aa0ba902b7-01", false),
        ("00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01", false),
        ("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-x", false),
        ("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-0g", false), ("", false),
    ])
    func `only the form of the standard is read`(text: String, isRead: Bool) {
        #expect((TraceContext(traceparent: text) != nil) == isRead)
    }
}
