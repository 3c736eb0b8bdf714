import Synchronization
import SystemPackage

@testable import Audit

/// The real disk, which counts what is asked of it, and fails when told so.
final class TestDisk: AuditDisk {
    enum Fault: Sendable { case full, flushFails, halfWritten, uncuttable }

    private struct State {
        var faults: Set<Fault> = []
        var failingSuffix = ""
        var flushCount = 0
        /// Holds up the next flush of a file whose name ends so.
        var gate: Gate?
        var heldSuffix = ""
    }

    private let state = Mutex(State())
    private let system = SystemDisk()

    /// Lets every file whose name ends so fail, from now on.
    func fail(_ faults: Set<Fault>, suffix: String = ".jsonl") {
        state.withLock { ($0.faults, $0.failingSuffix) = (faults, suffix) }
    }

    func heal() { fail([]) }

    /// The next flush, of records if nothing else is said, waits until this gate is open.
    func hold(_ gate: Gate, suffix: String = ".jsonl") {
        state.withLock { ($0.gate, $0.heldSuffix) = (gate, suffix) }
    }

    /// Of files of records.
    var flushCount: Int { state.withLock { $0.flushCount } }

    func open(_ path: String) throws -> any AppendedFile {
        TestFile(file: try system.open(path), path: path, disk: self)
    }

    func remove(_ path: String) throws { try system.remove(path) }
    func rename(_ path: String, to new: String) throws { try system.rename(path, to: new) }
    func replace(_ path: String, with bytes: [UInt8]) throws { try system.replace(path, with: bytes) }

    fileprivate func has(_ fault: Fault, _ path: String) -> Bool {
        state.withLock { $0.faults.contains(fault) && path.hasSuffix($0.failingSuffix) }
    }

    fileprivate func countFlush(_ path: String) {
        let gate: Gate? = state.withLock { state in
            if path.hasSuffix(".jsonl") { state.flushCount += 1 }
            guard path.hasSuffix(state.heldSuffix) else { return nil }
            defer { state.gate = nil }
            return state.gate
        }
        gate?.pass()
    }
}

private final class TestFile: AppendedFile {
    private let file: any AppendedFile
    private let path: String
    private let disk: TestDisk

    init(file: any AppendedFile, path: String, disk: TestDisk) {
        (self.file, self.path, self.disk) = (file, path, disk)
    }

    func write(_ bytes: [UInt8]) throws {
        if disk.has(.halfWritten, path) { try file.write(Array(bytes.prefix(bytes.count / 2))) }
        guard !disk.has(.full, path), !disk.has(.halfWritten, path) else { throw Errno.noSpace }
        try file.write(bytes)
    }

    func flush() throws {
        disk.countFlush(path)
        guard !disk.has(.flushFails, path) else { throw Errno.ioError }
        try file.flush()
    }

    func cut(toBytes length: Int64) throws {
        guard !disk.has(.uncuttable, path) else { throw Errno.ioError }
        try file.cut(toBytes: length)
    }

    func close() { file.close() }
}
