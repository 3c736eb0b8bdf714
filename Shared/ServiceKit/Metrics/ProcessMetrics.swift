import Telemetry
import Tokens

extension PrometheusRegistry {
    /// A registry that shows since when the process runs: whoever sees a counter begin at zero sees why.
    static func ofProcess(startedAt: NumericDate) -> PrometheusRegistry {
        let registry = PrometheusRegistry()
        registry.collect("process_start_time_seconds", "When the process started, in seconds since 1970.") {
            [PrometheusRegistry.Sample([], Double(startedAt.secondsSinceEpoch))]
        }
        return registry
    }
}
