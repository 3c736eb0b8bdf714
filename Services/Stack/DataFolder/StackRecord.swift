import Foundation
import Tokens

/// Where a running stack listens: what `up` writes into `stack.json` and the other commands read.
struct StackRecord: Sendable, Equatable {
    struct Entry: Sendable, Equatable {
        let name: String
        let port: Int
        let operationsPort: Int
        /// Process id, once the service has been started.
        var processID: Int32?
    }

    let environment: StackEnvironment
    /// Process id of the supervisor.
    let supervisor: Int32
    var services: [Entry]

    func write(to folder: DataFolder) throws {
        try PrivateFile.write(JSONWriter.bytes(document) + [0x0A], to: folder.record)
    }

    /// - Throws: `StackError.notRunning` when no stack runs on `folder`.
    static func read(from folder: DataFolder) throws -> StackRecord {
        guard FolderLock.isHeld(folder), let bytes = FileManager.default.contents(atPath: folder.record),
            let record = (try? JSONReader.readObject(Array(bytes))).flatMap(StackRecord.init(reading:))
        else { throw StackError.notRunning(folder: folder.path) }
        return record
    }

    var document: JSONObject {
        [
            "environment": .string(environment.rawValue), "supervisor": .integer(Int64(supervisor)),
            "services": .array(services.map { .object($0.document) }),
        ]
    }

    init(environment: StackEnvironment, supervisor: Int32, services: [Entry]) {
        self.environment = environment
        self.supervisor = supervisor
        self.services = services
    }

    init?(reading document: JSONObject) {
        guard let environment = document["environment"]?.string.flatMap(StackEnvironment.init(rawValue:)),
            let supervisor = document["supervisor"]?.integer.flatMap({ Int32(exactly: $0) }),
            let services = document["services"]?.array?.compactMap({ $0.object.flatMap(Entry.init(reading:)) }),
            services.count == document["services"]?.array?.count
        else { return nil }
        self.init(environment: environment, supervisor: supervisor, services: services)
    }
}

extension StackRecord.Entry {
    fileprivate var document: JSONObject {
        var document: JSONObject = [
            "name": .string(name), "port": .integer(Int64(port)), "operationsPort": .integer(Int64(operationsPort)),
        ]
        document["processID"] = processID.map { .integer(Int64($0)) }
        return document
    }

    fileprivate init?(reading document: JSONObject) {
        guard let name = document["name"]?.string, let port = document["port"]?.integer,
            let operationsPort = document["operationsPort"]?.integer
        else { return nil }
        self.init(
            name: name,
            port: Int(port),
            operationsPort: Int(operationsPort),
            processID: document["processID"]?.integer.flatMap { Int32(exactly: $0) }
        )
    }
}
