public import HTTPTypes
public import Hummingbird
import NIOCore
public import Tokens

extension Response {
    /// A JSON answer; never cached unless `headers` says otherwise (RFC 6749 §5.1: tokens stay out of caches).
    public static func json(
        _ object: JSONObject,
        status: HTTPResponse.Status = .ok,
        headers: HTTPFields = [:]
    ) -> Response {
        bytes(JSONWriter.bytes(object), type: "application/json", status: status, headers: headers)
    }

    /// An answer of any type; never cached unless `headers` says otherwise.
    public static func bytes(
        _ bytes: [UInt8],
        type: String,
        status: HTTPResponse.Status = .ok,
        headers: HTTPFields = [:]
    ) -> Response {
        var headers = headers
        if headers[.contentType] == nil { headers[.contentType] = type }
        if headers[.cacheControl] == nil { headers[.cacheControl] = "no-store" }
        return Response(status: status, headers: headers, body: ResponseBody(byteBuffer: ByteBuffer(bytes: bytes)))
    }

    /// A page for people.
    public static func html(
        _ text: String,
        status: HTTPResponse.Status = .ok,
        headers: HTTPFields = [:]
    ) -> Response {
        bytes(Array(text.utf8), type: "text/html; charset=utf-8", status: status, headers: headers)
    }

    /// An API's refusal or fault (RFC 9457 §3.1). Its title is the phrase of the status (RFC 9457 §4.2.1).
    static func problem(
        _ code: String,
        status: HTTPResponse.Status,
        headers: HTTPFields,
        _ context: ServiceContext
    ) -> Response {
        let document: JSONObject = [
            "type": "about:blank", "title": .string(status.reasonPhrase), "status": .integer(Int64(status.code)),
            "code": .string(code), "txn": .string(context.transactionID),
        ]
        return bytes(JSONWriter.bytes(document), type: "application/problem+json", status: status, headers: headers)
    }
}
