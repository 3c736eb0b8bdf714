import HTTPTypes
public import Hummingbird
public import ServiceKit
public import Tokens

/// What an issuer says of itself, so that a client needs to be told one URL only.
///
/// - Takes: the document, which the service writes; it does not change while the service runs.
/// - Gives: `application/json`, which anyone may keep for an hour.
/// - Source: RFC 8414 §3.2.
public struct MetadataEndpoint: Sendable {
    private let document: [UInt8]

    public init(_ document: JSONObject) { self.document = JSONWriter.bytes(document) }

    public func answer(_ request: Request, _ context: ServiceContext) -> Response {
        .bytes(document, type: "application/json", headers: [.cacheControl: "public, max-age=3600"])
    }
}
