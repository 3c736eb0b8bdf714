extension AuditVerification {
    /// Why a line does not follow the one before it; told by what stands behind it.
    func diagnose(_ line: AuditLine, isFirst: Bool, before lines: LineReader) throws -> AuditFinding {
        let expected = chain.sequence + 1
        let next = try lines.next().flatMap { AuditLine($0.bytes) }
        switch line.sequence {
        case expected:
            // Two of one number: the first of them was not there.
            let isInserted = next?.sequence == expected
            return finding(isInserted ? .inserted : .edited, sequence: expected)
        case ..<expected:
            if next?.sequence == expected + 1 { return finding(.edited, sequence: expected) }
            guard let chainBefore, line.follows(chainBefore), line.chain != chain, let placeBefore else {
                return finding(.inserted, sequence: line.sequence)
            }
            // Two of one number, and both follow: somebody has chained the first one himself.
            return finding(.inserted, sequence: line.sequence, at: placeBefore)
        default:
            if isFirst, let file = place?.file, file.firstSequence > expected {
                return AuditFinding(kind: .fileMissing, file: file.path, line: nil, sequence: expected)
            }
            var later = next
            while let one = later, one.sequence != expected {
                later = try lines.next().flatMap { AuditLine($0.bytes) }
            }
            if later != nil { return finding(.reordered, sequence: expected) }
            return finding(next?.sequence == expected + 1 ? .edited : .removed, sequence: expected)
        }
    }
}
