import Tokens

@testable import ServiceKit

extension Decision {
    /// About a request of which nobody hears.
    static func unheard() -> Decision { DecisionRecorder.test().begin(TraceContext(), parentSpanID: nil) }
}
