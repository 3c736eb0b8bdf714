import Audit
import HTTPTypes
import ServiceKit
import TestKit
import Testing
import Tokens

@testable import IdentityProvider

/// One way into the provider, or out of it, and what its record has to say.
struct Way: Sendable, CustomTestStringConvertible {
    typealias Send = @Sendable () async throws -> Answer

    /// Stands for the account that the answer names.
    static let newcomer = "(new)"

    let name: String
    let event: AuditEvent
    let reason: AuditReason?
    /// An account by its user name, or a client.
    let subject: String?
    let client: String?
    let presented: [AuditToken.Kind]
    /// In the certificate of the caller.
    let spiffeID: String?
    /// Does what comes before, and gives the request.
    let arrange: @Sendable (TestProvider) async throws -> Send

    init(
        _ name: String,
        _ event: AuditEvent,
        _ reason: AuditReason? = nil,
        of subject: String? = nil,
        by client: String? = nil,
        with presented: AuditToken.Kind? = nil,
        spiffeID: String? = nil,
        _ arrange: @escaping @Sendable (TestProvider) async throws -> Send
    ) {
        self.name = name
        self.event = event
        self.reason = reason
        self.subject = subject
        self.client = client
        self.presented = presented.map { [$0] } ?? []
        self.spiffeID = spiffeID
        self.arrange = arrange
    }

    var testDescription: String { name }

    static let all = tokens + firstParty + browser + questions + operations

    private var outcome: AuditOutcome { if case .refusal = reason { .denied } else { .allowed } }

    /// The one record of the request that has this answer.
    func requireRecord(of answer: Answer, at provider: TestProvider) async throws -> AuditRecord {
        let records = provider.audit.records.filter { $0.trace.transactionID == answer.headers[.transactionID] }
        #expect(records.count == 1)
        let record = try #require(records.first)
        #expect(record.event == event && record.outcome == outcome && record.reason == reason)
        #expect(record.status == answer.status && record.clientID == client)
        let account =
            subject == Self.newcomer ? answer.json["id"]?.string : provider.template.accounts[subject ?? ""]?.id
        #expect(record.subject == account ?? subject)
        #expect(record.presented.map(\.kind) == presented)
        return record
    }
}

extension Answer {
    /// What it has given out, as a record has to name it.
    func issued() throws -> [(AuditToken.Kind, id: String)] {
        var issued: [(AuditToken.Kind, id: String)] = []
        if let token = json["access_token"]?.string {
            let claims = try UnverifiedToken.decodeWithoutVerifying(Credential(token)).payload
            issued.append((.access, try #require(claims["jti"]?.string)))
        }
        for (kind, member) in [(AuditToken.Kind.refresh, "refresh_token"), (.id, "id_token")] {
            if let token = json[member]?.string { issued.append((kind, Credential(token).fingerprint)) }
        }
        if headers[.location] != nil, let code = try redirected().optional("code") {
            issued.append((.code, Credential(code).fingerprint))
        }
        return issued
    }
}
