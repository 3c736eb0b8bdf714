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

    /// Signs the demo user in: one session, with a token for Orders and one for Users.
    func signIn() async throws -> UserSession {
        let document: JSONObject = [
            "client_id": "gatehouse-demo", "username": "alice", "password": .string(password),
            "resource": "https://orders.gatehouse.local",
        ]
        let login = OutboundRequest(
            method: "POST",
            url: "\(issuer)/auth/login",
            headers: [("content-type", "application/json")],
            body: JSONWriter.bytes(document)
        )
        let atOrders = try Self.tokens(in: try await orders.send(login), "signing in")
        let atUsers = try await tokens([
            "grant_type": "refresh_token", "client_id": "gatehouse-demo",
            "refresh_token": atOrders["refresh_token"] ?? "", "resource": "https://users.gatehouse.local",
        ])
        let forOrders = Credential(atOrders["access_token"] ?? "")
        let claims = try UnverifiedToken.decodeWithoutVerifying(forOrders).payload
        return UserSession(
            id: claims["sid"]?.string ?? "",
            forOrders: forOrders,
            forUsers: Credential(atUsers["access_token"] ?? "")
        )
    }

    /// The own token of orders-api, bound to its certificate.
    func serviceToken(for resource: String) async throws -> Credential {
        let answer = try await tokens([
            "grant_type": "client_credentials", "client_id": "orders-api", "resource": resource,
        ])
        return Credential(answer["access_token"] ?? "")
    }

    private func tokens(_ form: KeyValuePairs<String, String>) async throws -> [String: String] {
        let request = OutboundRequest(
            method: "POST",
            url: "\(issuer)/oauth2/token",
            headers: [("content-type", "application/x-www-form-urlencoded")],
            body: Array(FormParameters.encode(form).utf8)
        )
        return try Self.tokens(in: try await orders.send(request), "asking for a token")
    }

    /// Ends a session, as an operator does.
    func revoke(_ session: UserSession) async throws {
        var request = HTTPClientRequest(
            url: "http://127.0.0.1:\(ports["identity-provider"]?.operations ?? 0)/ops/revocations"
        )
        request.method = .POST
        request.headers = ["authorization": "Bearer \(operatorKey)", "content-type": "application/json"]
        let document: JSONObject = ["session": .string(session.id)]
        request.body = .bytes(ByteBuffer(string: JSONWriter.text(document)))
        let answer = try await operations.execute(request, timeout: .seconds(10))
        guard answer.status == .ok else { throw Unexpected(what: "revoking", status: Int(answer.status.code)) }
        _ = try await answer.body.collect(upTo: 65_536)
    }

    /// The members of an answer that are texts.
    private static func tokens(in answer: OutboundResponse, _ what: String) throws -> [String: String] {
        guard answer.status == 200 else { throw Unexpected(what: what, status: answer.status) }
        let members = try JSONReader.readObject(answer.body).members
        return Dictionary(members.compactMap { member in member.value.string.map { (member.name, $0) } }) { $1 }
    }
}

/// One session of the demo user.
struct UserSession: Sendable {
    /// Its `sid`.
    let id: String
    let forOrders: Credential
    let forUsers: Credential
}

struct Unexpected: Error, CustomStringConvertible {
    let what: String
    let status: Int
    var description: String { "\(what) was answered with \(status)" }
}
