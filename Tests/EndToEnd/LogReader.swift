import Audit
import Foundation
import Testing
import Tokens

@testable import Stack

/// Reads everything that a stack writes for others to read, and looks for anything that opens a door.
struct LogReader {
    let folder: DataFolder
    /// Every credential that went over the wire during the run.
    let secrets: Set<Credential>
    /// What is read over the network and not out of a file, by name: metrics, exported spans.
    let pages: [String: Data]

    init(of stack: RunningStack, spans: Data) async throws {
        folder = stack.folder
        secrets = stack.client.seenCredentials
        var pages = ["spans": spans]
        for service in StackService.all {
            let metrics = try await stack.client.send(Call(url: "\(stack.operations(of: service))/metrics"))
            try #require(metrics.status == 200)
            pages["metrics of \(service.name)"] = Data(metrics.body)
        }
        self.pages = pages
    }

    func check() throws {
        try checkThatRequestsAreRecordedOnce()
        let known = try secrets.union(secretsOfTheFolder()).map(\.exposed)
        #expect(known.count > 20, "the run must have seen tokens for this test to mean anything")
        let texts = try filesOfTheFolder().merging(pages) { $1 }
        for service in StackService.all {
            for kind in ["logs/\(service.name).log", "audit/\(service.name)/", "audit-heads/\(service.name).heads"] {
                #expect(texts.contains { $0.key.hasPrefix(kind) && !$0.value.isEmpty }, "\(kind) was written")
            }
        }
        for (name, text) in texts {
            if name.hasSuffix(".heads") { checkHeads(text) } else { checkShapes(name, text) }
            let searched = SearchedText(text)
            for secret in known where searched.holds(secret) {
                Issue.record("\(name) holds \(Credential(secret).fingerprint)")
            }
        }
    }

    /// No service writes two records about its part in one request.
    private func checkThatRequestsAreRecordedOnce() throws {
        for log in try AuditLogs(in: "\(folder.path)/audit").logs {
            var spans: Set<String> = []
            try AuditReader(folder: log.folder, service: log.service).forEach { entry in
                // What a service does by itself belongs to the request that it answers meanwhile.
                guard entry.record.status != nil else { return true }
                let span = "\(entry.record.trace.transactionID) \(entry.record.trace.spanID)"
                #expect(spans.insert(span).inserted, "\(log.service) recorded \(span) twice")
                return true
            }
        }
    }

    /// `{"` in base64url, twice: a token of any kind, whoever made it.
    private func checkShapes(_ name: String, _ text: Data) {
        let found = String(decoding: text, as: UTF8.self).firstMatch(of: /eyJ[A-Za-z0-9_-]*\.eyJ/)
        #expect(found == nil, "\(name) holds a token")
    }

    /// A signed head of an audit log has the shape of a token, and no other member than these.
    private func checkHeads(_ text: Data) {
        for line in text.split(separator: UInt8(ascii: "\n")) {
            let head = try? UnverifiedToken.decodeWithoutVerifying(Credential(String(decoding: line, as: UTF8.self)))
            #expect(head?.header["typ"] == "audit-head+jwt")
            let members = Set(head?.payload.members.map(\.name) ?? [])
            #expect(members.isSubset(of: ["iss", "aud", "iat", "first", "seq", "hash", "closed"]))
        }
    }

    /// Logs, of this run and the one before, audit logs and their heads, by their paths in the folder.
    private func filesOfTheFolder() throws -> [String: Data] {
        var texts: [String: Data] = [:]
        for part in ["logs", "audit", "audit-heads"] {
            for path in try FileManager.default.subpathsOfDirectory(atPath: "\(folder.path)/\(part)") {
                texts["\(part)/\(path)"] = FileManager.default.contents(atPath: "\(folder.path)/\(part)/\(path)")
            }
        }
        return texts
    }

    private func secretsOfTheFolder() throws -> [Credential] {
        try FileManager.default.contentsOfDirectory(atPath: folder.secrets).flatMap { name in
            let text = try String(contentsOfFile: "\(folder.secrets)/\(name)", encoding: .utf8)
            // A private key has several lines, each of them too many in a log.
            return text.split(separator: "\n").filter { $0.utf8.count >= 20 }.map { Credential(String($0)) }
        }
    }
}

/// Text in which thousands of secrets are looked for: by the C library.
private struct SearchedText {
    private let bytes: [CChar]

    init(_ data: Data) { bytes = data.map { $0 == 0 ? 32 : CChar(bitPattern: $0) } + [0] }

    func holds(_ text: String) -> Bool { strstr(bytes, text) != nil }
}
