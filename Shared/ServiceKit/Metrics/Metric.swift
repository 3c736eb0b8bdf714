import CoreMetrics
import Telemetry

/// What `DecisionMetrics` counts. Tests/Telemetry hold the alert rules to these names.
enum Metric: String, CaseIterable {
    case decisions = "gatehouse_decisions_total"
    case duration = "gatehouse_request_duration_seconds"
    case exchanges = "gatehouse_exchanges_total"
    case rateLimited = "gatehouse_rate_limited_total"
    case refreshes = "gatehouse_refresh_total"
    case signInFailures = "gatehouse_sign_in_failures_total"
    case tokensIssued = "gatehouse_tokens_issued_total"
    case validations = "gatehouse_validations_total"

    var help: String {
        switch self {
        case .decisions: "Security decisions, each one record of the audit log."
        case .duration: "From the head of a request to its answer, of requests about which something was decided."
        case .exchanges: "Token exchanges; actor and audience as other until they have exchanged once."
        case .rateLimited: "Requests refused by a rate limit."
        case .refreshes: "Refresh tokens presented: reused means that a spent one came again after its grace."
        case .signInFailures: "Sign-ins denied; source is a keyed hash of the address, different in each process."
        case .tokensIssued: "Tokens given out."
        case .validations:
            "Access tokens judged at a protected route or at the gateway; what a handler says to the holder of a good one does not count."
        }
    }
}

extension PrometheusRegistry {
    func counter(_ metric: Metric, _ labels: [(String, String)]) -> Counter {
        Counter(label: metric.rawValue, dimensions: labels, factory: self)
    }
}
