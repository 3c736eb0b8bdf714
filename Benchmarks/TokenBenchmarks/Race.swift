import Benchmark

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Does one thing as often as the range is long.
typealias Work = @Sendable (Range<Int>) async throws -> Void

/// Who does the same thing: the cryptography alone, we, and somebody else.
struct Contenders {
    var raw: Work?
    let tokens: Work
    var jwtKit: Work?
}

/// Registers a benchmark in which all contenders take turns of about a millisecond.
///
/// A shared machine is faster in one second than in the next, and by more than what we want to see. Within one turn it
/// is the same for all, so the ratios are taken turn by turn, and of CPU time, which leaves out whoever else runs here.
func race(_ task: String, timesPerTurn: Int, setup: @escaping @Sendable () async throws -> Contenders) {
    let metrics: [BenchmarkMetric] = [.raw, .tokens, .jwtKit, .rateToRaw, .rateToJWTKit]
    Benchmark(
        task,
        configuration: .init(metrics: metrics, warmupIterations: 20, maxDuration: secondsPerTask, maxIterations: .max)
    ) { (benchmark: Benchmark, contenders: Contenders) in
        func measure(_ work: Work?, as metric: BenchmarkMetric) async throws -> Int? {
            guard let work else { return nil }
            let start = cpuPicoseconds()
            try await work(0..<timesPerTurn)
            let picoseconds = (cpuPicoseconds() - start) / timesPerTurn
            benchmark.measurement(metric, picoseconds / 1000)
            return picoseconds
        }
        let raw = try await measure(contenders.raw, as: .raw)
        guard let tokens = try await measure(contenders.tokens, as: .tokens) else { return }
        let jwtKit = try await measure(contenders.jwtKit, as: .jwtKit)
        if let raw { benchmark.measurement(.rateToRaw, raw * 1000 / tokens) }
        if let jwtKit { benchmark.measurement(.rateToJWTKit, jwtKit * 1000 / tokens) }
    } setup: {
        try await setup()
    }
}

extension BenchmarkMetric {
    // Nanoseconds of CPU time for one operation.
    static let raw = custom("raw", useScalingFactor: false)
    static let tokens = custom("Tokens", useScalingFactor: false)
    static let jwtKit = custom("jwt-kit", useScalingFactor: false)
    // How many times as often Tokens does it as the other, in thousandths.
    static let rateToRaw = custom("rate to raw", polarity: .prefersLarger, useScalingFactor: false)
    static let rateToJWTKit = custom("rate to jwt-kit", polarity: .prefersLarger, useScalingFactor: false)
}

private let secondsPerTask = Duration.seconds(getenv("SECONDS_PER_TASK").flatMap { Int(String(cString: $0)) } ?? 3)

/// CPU time of this process so far.
private func cpuPicoseconds() -> Int {
    var time = timespec()
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
    return (time.tv_sec * 1_000_000_000 + time.tv_nsec) * 1000
}
