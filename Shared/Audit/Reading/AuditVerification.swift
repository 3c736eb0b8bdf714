import Tokens

/// One run of `AuditVerifier` over one log: records and heads side by side, both in the order in which they were written.
struct AuditVerification {
    struct Place {
        let file: AuditFile
        let line: Int
    }

    private let files: [AuditFile]
    private var heads: AuditHeadSequence
    private var report: AuditReport
    /// Up to the last good record, and up to the one before it.
    private(set) var chain = AuditChain.beginning
    private(set) var chainBefore: AuditChain?
    private(set) var place: Place?
    private(set) var placeBefore: Place?
    /// The next head to compare with.
    private var head: AuditHeadSequence.Head?
    private var lastTime: NumericDate?
    /// The last record of a stop that no start has followed, as far as the heads tell.
    private var stop: Int64?
    /// What is wrong with the heads themselves; told if the records are all right.
    private var headFinding: AuditFinding?

    /// - Parameter files: asked after the heads, which may speak of files that are new.
    init(_ service: String, files: () throws -> [AuditFile], heads: AuditHeadSequence) async throws {
        self.heads = heads
        self.files = try files()
        report = AuditReport(service: service)
        report.fileCount = self.files.count
        let last = await heads.last
        (report.lastHead, report.lastKey) = (last?.claims, last?.key)
    }

    mutating func report() async throws -> AuditReport {
        head = try await heads.next()
        report.finding = try await checkAll() ?? headFinding
        return report
    }

    private mutating func checkAll() async throws -> AuditFinding? {
        let first = report.lastHead?.firstSequence ?? 1
        // A file that retention has given up may still be there, if a kill came before its removal.
        if let file = files.first, file.firstSequence > first {
            return AuditFinding(kind: .fileMissing, file: file.path, line: nil, sequence: first)
        }
        for file in files {
            if let finding = try await check(file) { return finding }
        }
        if let finding = try await compareWithHead() { return finding }
        if head != nil { return finding(.tailCutOff, sequence: chain.sequence + 1) }
        if let covered = report.lastHead {
            report.uncoveredCount = max(0, chain.sequence - covered.lastSequence)
            if report.uncoveredCount > 0, let lastTime {
                report.uncoveredSeconds = max(0, lastTime.seconds(since: covered.issuedAt))
            }
        } else if headFinding == nil {
            headFinding = AuditFinding(kind: .headsMissing, file: heads.path, line: nil, sequence: nil)
        }
        return nil
    }

    /// Whether nobody of ours can have written this line: after the stop before it, no start has signed what it found.
    private mutating func isBehindStop(_ line: AuditLine) throws -> Bool {
        guard let stop, line.sequence > stop else { return false }
        // A service that was started since the heads were read has signed another one.
        if head == nil, try heads.haveGrown { self.stop = nil }
        return self.stop != nil
    }

    private mutating func check(_ file: AuditFile) async throws -> AuditFinding? {
        let lines = try LineReader(file.path)
        while let line = try lines.next() {
            (placeBefore, place) = (place, Place(file: file, line: line.number))
            guard line.isComplete else {
                // One that is too long for a record comes without its bytes.
                guard file == files.last, !line.bytes.isEmpty else {
                    return finding(.edited, sequence: chain.sequence + 1)
                }
                report.halfLineBytes = Int64(line.bytes.count)
                return nil
            }
            guard let read = AuditLine(line.bytes) else { return finding(.edited, sequence: chain.sequence + 1) }
            if report.recordCount == 0 {
                // What came before is gone in good order; the line names its hash, and the head vouches for the line.
                let hash = file.firstSequence == 1 ? AuditChain.beginning.hash : read.previous
                chain = AuditChain(sequence: file.firstSequence - 1, hash: hash ?? [])
                if let finding = try await compareWithHead() { return finding }
            }
            guard read.follows(chain) else { return try diagnose(read, isFirst: line.number == 1, before: lines) }
            if try isBehindStop(read) { return finding(.appended, sequence: read.sequence) }
            if headFinding == nil, read.tellsOfMissingHeads {
                headFinding = finding(.headsMissing, sequence: read.sequence)
            }
            (chainBefore, chain) = (chain, read.chain)
            report.recordCount += 1
            report.sequences = (report.sequences?.lowerBound ?? chain.sequence)...chain.sequence
            lastTime = read.time
            if let finding = try await compareWithHead() { return finding }
        }
        return nil
    }

    /// Compares with every head that speaks of the last good record, and passes over those that speak of earlier ones.
    private mutating func compareWithHead() async throws -> AuditFinding? {
        while let head {
            if let claims = head.claims {
                guard claims.lastSequence <= chain.sequence else { return nil }
                if claims.lastSequence == chain.sequence, claims.hash != Base64URL.encode(chain.hash) {
                    return finding(.rewritten, sequence: chain.sequence)
                }
            } else if headFinding == nil {
                headFinding = AuditFinding(kind: .headNotSigned, file: head.file, line: head.line, sequence: nil)
            }
            let next = try await heads.next()
            if let claims = head.claims, claims.isClosed, next.map({ $0.speaksBehind(claims) }) ?? true {
                stop = claims.lastSequence
            }
            self.head = next
        }
        return nil
    }

    func finding(_ kind: AuditFinding.Kind, sequence: Int64, at other: Place? = nil) -> AuditFinding {
        let place = other ?? place
        return AuditFinding(
            kind: kind,
            file: place?.file.path ?? heads.path,
            line: place?.line,
            sequence: sequence
        )
    }
}

extension AuditLine {
    /// Whether a start has found records here and no head of them.
    fileprivate var tellsOfMissingHeads: Bool {
        document["event"]?.string == AuditEvent.serviceStart.rawValue
            && document["details"]?.object?[AuditDetail.headsMissing.rawValue] != nil
    }
}

extension AuditHeadSequence.Head {
    /// Whether there are records between those of another head and its own; what is no head speaks of nothing.
    fileprivate func speaksBehind(_ other: AuditHeadClaims) -> Bool {
        claims.map { $0.lastSequence > other.lastSequence } ?? false
    }
}
