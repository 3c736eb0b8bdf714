import Foundation
import TestKit
import Testing

@testable import ServiceKit

@Suite("Settings that every service has")
struct CommonSettingsTests {
    @Test(
        arguments: [
            (nil, 2_560, true), (nil, 2_559, false), ("100", 612, true), ("100", 611, false), ("0", 20_000, false),
        ] as [(String?, Int, Bool)]
    )
    func `connections that this process could not open stop the start, with a way out`(
        connectionsMax: String?,
        openFilesMax: Int,
        isTaken: Bool
    ) async throws {
        try await withTemporaryFolder { folder in
            let settings = try settings(in: folder, connectionsMax: connectionsMax)
            if isTaken {
                let common = try CommonSettings(reading: settings, openFilesMax: openFilesMax)
                #expect(common.connectionsMax == connectionsMax.flatMap { Int($0) } ?? 2_048)
            } else {
                let error = #expect(throws: SettingsError.self) {
                    try CommonSettings(reading: settings, openFilesMax: openFilesMax)
                }
                #expect(error?.key == "limits.connectionsMax")
                #expect(error?.fix.isEmpty == false)
            }
        }
    }

    @Test func `a process takes all the open files that the system allows`() {
        OpenFiles.raiseLimit()
        #expect(OpenFiles.limit >= 1_024)
    }

    @Test(arguments: [
        ("http://127.0.0.1:4318/v1/traces", true), ("https://collector.example/v1/traces", true),
        ("127.0.0.1:4318", false), ("ftp://collector.example", false), ("http://", false),
    ])
    func `spans go to an http or https URL, or nowhere`(endpoint: String, isTaken: Bool) async throws {
        try await withTemporaryFolder { folder in
            #expect(try CommonSettings(reading: settings(in: folder), openFilesMax: 20_000).tracingEndpoint == nil)
            let settings = try settings(in: folder, endpoint: endpoint)
            if isTaken {
                #expect(try CommonSettings(reading: settings, openFilesMax: 20_000).tracingEndpoint == endpoint)
            } else {
                let error = #expect(throws: SettingsError.self) {
                    try CommonSettings(reading: settings, openFilesMax: 20_000)
                }
                #expect(error?.key == "tracing.endpoint")
            }
        }
    }

    private func settings(
        in folder: String,
        connectionsMax: String? = nil,
        endpoint: String? = nil
    ) throws -> SettingsReader {
        let files = try TLSFiles.selfSigned(in: folder)
        let operatorKey = folder + "/operator-key"
        try String(repeating: "k", count: 32).write(toFile: operatorKey, atomically: true, encoding: .utf8)
        var values = [
            "port": "8440", "operations.port": "9440", "tls.certificateFile": files.certificate,
            "tls.privateKeyFile": files.privateKey, "tls.trustRootsFile": files.trustRoots,
            "operations.operatorKeyFile": operatorKey, "audit.folder": folder + "/audit",
            "audit.headsFolder": folder + "/heads", "audit.signingKeyFile": files.privateKey,
        ]
        values["limits.connectionsMax"] = connectionsMax
        values["tracing.endpoint"] = endpoint
        return SettingsReader(values: values)
    }
}
