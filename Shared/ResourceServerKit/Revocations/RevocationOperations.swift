public import Hummingbird
public import ServiceKit
import TokenClient
import Tokens

extension Revocations {
    /// `GET /ops/revocations`: how old the news of each issuer is, and how much is known. `POST /ops/revocations/check`: whether a token
    /// with these claims would be refused, for whoever measures how soon.
    public func addOperations(to operations: RouterGroup<ServiceContext>) {
        operations.get("revocations") { _, _ in Response.json(summary) }
        operations.post("revocations/check") { request, context in
            let token = try RevocableToken(reading: try await request.readJSON(context))
            return Response.json(["revoked": .bool(index.isRevoked(token))])
        }
    }

    private var summary: JSONObject {
        let feeds = feeds.map { feed -> JSONValue in
            [
                "issuer": .string(feed.issuer),
                "ageSeconds": index.ageSeconds(of: feed.issuer).map { .integer($0) } ?? .null,
                "eventsApplied": .integer(Int64(feed.eventsApplied)),
            ]
        }
        return ["feeds": .array(feeds), "entries": .integer(Int64(index.count))]
    }
}

extension RevocableToken {
    /// - Takes: `issuer` and `iat`; `jti`, `sid`, `subject`, `client_id` and `kid` as far as the token has them.
    /// - Refuses: `bodyMalformed`.
    fileprivate init(reading body: JSONObject) throws(Refusal) {
        let members = try BodyMembers(
            of: body,
            allowed: ["issuer", "iat", "jti", "sid", "subject", "client_id", "kid"]
        )
        let identifier = 1...Bounds.identifierBytesMax
        self.init(
            issuer: try members.text("issuer", identifier),
            tokenID: try members.optionalText("jti", identifier),
            sessionID: try members.optionalText("sid", identifier),
            subject: try members.optionalText("subject", identifier),
            clientID: try members.optionalText("client_id", identifier),
            keyID: try members.optionalText("kid", identifier) ?? "",
            issuedAt: NumericDate(try members.integer("iat", Bounds.dateSeconds))
        )
    }
}
