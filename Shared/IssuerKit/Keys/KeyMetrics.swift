public import Telemetry
import Tokens

extension KeyRing {
    /// Shows for each algorithm how long its key goes on signing; negative when its successor should be signing already.
    public func addMetrics(to registry: PrometheusRegistry) {
        registry.collect("gatehouse_key_rotation_due_seconds", "Until the active key's planned end; negative: overdue.")
        {
            [self] in
            rotationsDueSeconds.map { algorithm, seconds in
                PrometheusRegistry.Sample([("ring", name.rawValue), ("algorithm", algorithm)], Double(seconds))
            }
        }
    }

    var rotationsDueSeconds: [(algorithm: String, seconds: Int64)] {
        let now = clock.now()
        return list().filter { $0.state == .active && algorithms.contains($0.life.algorithm) }.map { key in
            let end = key.life.retiredAt ?? key.life.moments.activatesAt + periods.activeSeconds
            return (key.life.algorithm.name, end.seconds(since: now))
        }
    }
}
