import Foundation
import TestKit
import Testing

/// What goes wrong in the world, done to real processes; `Docs/reliability.md` says what is promised.
///
/// One after the other: each suite starts services of its own, and its faults shall be the only ones.
@Suite("Faults", .serialized) enum Faults {}

/// How much of each fault: a little in `Scripts/test`, a lot in `Scripts/faults`.
enum Extent {
    static let isLong = ProcessInfo.processInfo.environment["GATEHOUSE_FAULTS"] == "long"

    /// So many files this process may have open, hence connections: the customary 1024 is too few for a crowd.
    static func raiseOpenFiles() {
        var limit = rlimit()
        let resource = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
        getrlimit(resource, &limit)
        limit.rlim_cur = limit.rlim_max
        setrlimit(resource, &limit)
    }

    static func count(_ bounded: Int, long: Int) -> Int { isLong ? long : bounded }
}

/// Chance that comes again: the seed of every run is printed, and `GATEHOUSE_FAULTS_SEED` sets it.
enum Chance {
    static func generator(_ test: String) -> SeededGenerator {
        let told = ProcessInfo.processInfo.environment["GATEHOUSE_FAULTS_SEED"].flatMap { UInt64($0) }
        let seed = told ?? UInt64.random(in: 1...999_999)
        Figures.print(test, "GATEHOUSE_FAULTS_SEED=\(seed)")
        return SeededGenerator(seed: seed)
    }
}

/// What was measured, one line on standard output: `Docs/reliability.md` shows the last ones.
enum Figures {
    static func print(_ test: String, _ figures: String) {
        FileHandle.standardOutput.write(Data("faults: \(test): \(figures)\n".utf8))
    }
}
