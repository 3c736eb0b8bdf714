import HTTPTypes
public import Hummingbird
import NIOCore
public import Tokens

extension Request {
    /// The query as it came, not taken apart yet; empty where there is none.
    public var queryText: [UInt8] { Array((uri.query ?? "").utf8) }

    /// The parameters of a form body (RFC 6749 §3.2).
    ///
    /// - Refuses: `contentTypeUnsupported`, `bodyTooLarge`, and what `FormParameters` refuses.
    public func readForm(_ context: ServiceContext) async throws -> FormParameters {
        try FormParameters(reading: await readFormText())
    }

    /// A form body that is not taken apart yet.
    ///
    /// - Refuses: `contentTypeUnsupported`, `bodyTooLarge`.
    public func readFormText() async throws -> [UInt8] {
        try requireContentType("application/x-www-form-urlencoded")
        return try await readBytes(bytesMax: Bounds.formBytesMax)
    }

    /// The members of a JSON object.
    ///
    /// - Refuses: `contentTypeUnsupported`, `bodyTooLarge`, `bodyMalformed`.
    public func readJSON(
        _ context: ServiceContext,
        bytesMax: Int = Bounds.documentBytesMax
    ) async throws -> JSONObject {
        try requireContentType("application/json")
        let bytes = try await readBytes(bytesMax: bytesMax)
        do { return try JSONReader.readObject(bytes, bytesMax: bytesMax) } catch { throw Refusal.bodyMalformed }
    }

    /// The whole body; an announced length over the bound is refused before a byte is read, one that is not announced
    /// as soon as it is over.
    ///
    /// - Refuses: `bodyTooLarge`; `requestTimedOut` for a body that does not come; `bodyMalformed` for one whose framing is
    ///   broken or that ends too early.
    /// - Source: RFC 9112 §8.
    public func readBytes(bytesMax: Int) async throws -> [UInt8] {
        let announced = headers[.contentLength].flatMap { Int($0) }
        if let announced, announced > bytesMax { throw Refusal.bodyTooLarge }
        let bytes: [UInt8]
        do {
            bytes = Array(buffer: try await body.collect(upTo: bytesMax))
        } catch is NIOTooManyBytesError {
            throw Refusal.bodyTooLarge
        } catch let refusal as Refusal {
            throw refusal
        } catch {
            throw Refusal.bodyMalformed
        }
        // A cancelled reader is told that the body is over. Half a form would pass for a whole one.
        try Task.checkCancellation()
        if let announced, announced != bytes.count { throw Refusal.bodyMalformed }
        return bytes
    }

    private func requireContentType(_ expected: String) throws(Refusal) {
        let type = headers[.contentType]?.split(separator: ";").first.map { $0.lowercased() }
        guard type?.trimmingSuffix(while: { $0 == " " }) == expected[...] else { throw .contentTypeUnsupported }
    }
}

extension StringProtocol {
    fileprivate func trimmingSuffix(while predicate: (Character) -> Bool) -> SubSequence {
        var rest = self[...]
        while let last = rest.last, predicate(last) { rest.removeLast() }
        return rest
    }
}
