import Foundation

/// Where Debian's `prometheus` and `promtool` are after `Scripts/prometheus`, or on the PATH.
public enum PrometheusPrograms {
    /// The repository.
    public static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().path(percentEncoded: false)

    /// The path of an executable file; nil where `Scripts/prometheus` has not been run.
    public static func path(_ name: String) -> String? {
        let onPath = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":").map { "\($0)/\(name)" }
        return (["\(root).build/prometheus/usr/bin/\(name)"] + onPath)
            .first { FileManager.default.isExecutableFile(atPath: $0) }
    }
}
