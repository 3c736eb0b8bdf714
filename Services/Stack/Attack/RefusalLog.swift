import Foundation
import Synchronization
import Tokens

/// The exact reasons that services have written down, by the transaction id that the answer carries.
///
/// A service writes its line before its answer: whoever has the answer finds the line, and nothing is waited for.
final class RefusalLog: Sendable {
    private struct Page {
        var offset: UInt64 = 0
        var reasons: [String: [String]] = [:]
    }

    private let folder: DataFolder
    private let pages = Mutex<[String: Page]>([:])

    /// Begins with what services write from now on.
    init(in folder: DataFolder) throws {
        self.folder = folder
        for service in StackService.all {
            let offset = try FileHandle(forReadingFrom: url(of: service)).seekToEnd()
            pages.withLock { $0[service.name] = Page(offset: offset) }
        }
    }

    /// - Gives: every reason for which `service` has refused the request with this answer, the one that was found first in front.
    func reasons(for answer: Answer, at service: StackService) throws -> [String] {
        guard let transactionID = answer.header(HeaderName.transactionID) else { return [] }
        return try pages.withLock { pages in
            var page = pages[service.name] ?? Page()
            let file = try FileHandle(forReadingFrom: url(of: service))
            try file.seek(toOffset: page.offset)
            let bytes = try file.readToEnd() ?? Data()
            // Another request's line may be half written; the one that is looked for is whole.
            let lines = bytes.prefix((bytes.lastIndex(of: UInt8(ascii: "\n")) ?? -1) + 1)
            page.offset += UInt64(lines.count)
            for line in String(decoding: lines, as: UTF8.self).split(separator: "\n") { Self.read(line, into: &page) }
            pages[service.name] = page
            return page.reasons[transactionID] ?? []
        }
    }

    /// `… reason=tokenExpired route=/orders txn=… [ServiceKit] refused`
    private static func read(_ line: Substring, into page: inout Page) {
        var values: [Substring: Substring] = [:]
        for word in line.split(separator: " ") {
            let pair = word.split(separator: "=", maxSplits: 1)
            if pair.count == 2 { values[pair[0]] = pair[1] }
        }
        guard let transactionID = values["txn"], let reason = values["reason"] else { return }
        page.reasons[String(transactionID), default: []].append(String(reason))
    }

    private func url(of service: StackService) -> URL { URL(filePath: folder.log(of: service.name)) }
}
