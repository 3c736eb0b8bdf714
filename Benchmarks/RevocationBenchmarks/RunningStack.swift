import AsyncHTTPClient
import Foundation
import NIOCore
import TokenClient
import Tokens

/// The stack of one data folder, spoken to as its operator, as its demo user and as its services.
struct RunningStack: Sendable {
    let folder: String
    private let ports: [String: (port: Int, operations: Int, process: Int)]
    private let operatorKey: String
    private let password: String
    private let operations = HTTPClient(eventLoopGroupProvider: .singleton)
    /// Calls as a person's client: without a certificate that would matter.
    let orders: HTTPSClient

    init(folder: String) throws {
        func text(_ file: String) throws -> String { try String(contentsOfFile: "\(folder)/\(file)", encoding: .utf8) }
        let record = try JSONReader.readObject(Array(text("stack.json").utf8))
        var ports: [String: (Int, Int, Int)] = [:]
        for service in record["services"]?.array?.compactMap(\.object) ?? [] {
            func number(_ name: String) -> Int { Int(service[name]?.integer ?? 0) }
            ports[service["name"]?.string ?? ""] = (number("port"), number("operationsPort"), number("processID"))
        }
        self.folder = folder
        self.ports = ports
        operatorKey = try text("secrets/operator-key").filter { !$0.isWhitespace }
        password = try text("secrets/demo-password").filter { !$0.isWhitespace }
        orders = try Self.client(of: "orders-api", folder: folder)
    }

    /// Calls with the certificate of `service`; a poll may wait for ten seconds.
    static func client(of service: String, folder: String) throws -> HTTPSClient {
        try HTTPSClient(
            certificateFile: "\(folder)/tls/\(service).pem",
            privateKeyFile: "\(folder)/tls/\(service).key.pem",
            trustRootsFile: "\(folder)/tls/ca.pem",
            timeoutSeconds: 30
        )
    }

    func address(of service: String) -> String { "https://localhost:\(ports[service]?.port ?? 0)" }
    var issuer: String { address(of: "identity-provider") }
    var providerProcess: Int { ports["identity-provider"]?.process ?? 0 }

    func shutdown() async {
        await orders.shutdown()
        try? await operations.shutdown()
    }

    /// A token of the demo user for `resource`, out of a sign-in of its own.
    func signIn(for resource: String) async throws -> Credential {
        let document: JSONObject = [
            "client_id": "gatehouse-demo", "username": "alice", "password": .string(password),
            "resource": .string(resource),
        ]
        let answer = try await orders.send(
            OutboundRequest(
                method: "POST",
                url: "\(issuer)/auth/login",
                headers: [("content-type", "application/json")],
                body: JSONWriter.bytes(document)
            )
        )
        return try Self.token(in: answer, "signing in")
    }

    /// The own token of orders-api, bound to its certificate.
    func serviceToken(for resource: String) async throws -> Credential {
        let form: KeyValuePairs = [
            "grant_type": "client_credentials", "client_id": "orders-api", "resource": resource,
        ]
        let answer = try await orders.send(
            OutboundRequest(
                method: "POST",
                url: "\(issuer)/oauth2/token",
                headers: [("content-type", "application/x-www-form-urlencoded")],
                body: Array(FormParameters.encode(form).utf8)
            )
        )
        return try Self.token(in: answer, "getting a service token")
    }

    /// Revokes everything of the demo user.
    func revokeUser() async throws {
        var request = HTTPClientRequest(
            url: "http://127.0.0.1:\(ports["identity-provider"]?.operations ?? 0)/ops/revocations"
        )
        request.method = .POST
        request.headers = ["authorization": "Bearer \(operatorKey)", "content-type": "application/json"]
        request.body = .bytes(ByteBuffer(string: #"{"username":"alice"}"#))
        let answer = try await operations.execute(request, timeout: .seconds(10))
        guard answer.status == .ok else { throw Unexpected(what: "revoking", status: Int(answer.status.code)) }
        _ = try await answer.body.collect(upTo: 65_536)
    }

    private static func token(in answer: OutboundResponse, _ what: String) throws -> Credential {
        guard answer.status == 200,
            let token = try JSONReader.readObject(answer.body)["access_token"]?.string
        else { throw Unexpected(what: what, status: answer.status) }
        return Credential(token)
    }
}

struct Unexpected: Error, CustomStringConvertible {
    let what: String
    let status: Int
    var description: String { "\(what) was answered with \(status)" }
}
