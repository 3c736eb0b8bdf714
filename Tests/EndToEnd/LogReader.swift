import Foundation
import Testing
import Tokens

@testable import Stack

/// Reads every log of a stack and looks for anything that opens a door.
struct LogReader {
    let folder: DataFolder
    /// Every token that went over the wire during the run, and every password and key of the folder.
    let secrets: Set<Credential>

    func check() throws {
        let known = try secrets.union(secretsOfTheFolder()).map(\.exposed)
        #expect(known.count > 20, "the run must have seen tokens for this test to mean anything")
        for service in StackService.all {
            let log = try String(contentsOfFile: folder.log(of: service.name), encoding: .utf8)
            #expect(!log.isEmpty)
            #expect(log.firstMatch(of: /eyJ[A-Za-z0-9_-]*\.eyJ/) == nil, "\(service.name) logged a token")
            for secret in known {
                #expect(!log.contains(secret), "\(service.name) logged \(Credential(secret).fingerprint)")
            }
        }
    }

    private func secretsOfTheFolder() throws -> [Credential] {
        try FileManager.default.contentsOfDirectory(atPath: folder.secrets).map {
            try folder.readSecret("\(folder.secrets)/\($0)")
        }
    }
}
