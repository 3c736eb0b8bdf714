public import Tokens

/// Sends one request to another service of the house and brings back the whole answer.
///
/// The one seam between this room and the network: everything above it is tested with scripted answers.
public protocol HTTPSender: Sendable {
    /// - Gives: the answer, whatever its status; a redirect is an answer like any other and is not followed.
    /// - Throws: `DependencyUnavailable` when no whole answer came.
    func send(_ request: OutboundRequest) async throws(DependencyUnavailable) -> OutboundResponse
}

/// A request to another service. It prints as method and origin: path, header fields and body may carry credentials.
public struct OutboundRequest: Sendable, CustomStringConvertible, CustomReflectable {
    public let method: String
    /// `https://host:port/path`.
    public let url: String
    public let headers: [(String, String)]
    public let body: [UInt8]?
    /// From the first byte asked to the last byte answered; nil for as long as the sender waits by itself.
    public let timeoutSeconds: Int64?

    public init(
        method: String,
        url: String,
        headers: [(String, String)] = [],
        body: [UInt8]? = nil,
        timeoutSeconds: Int64? = nil
    ) {
        self.method = method
        self.url = url
        self.headers = headers
        self.body = body
        self.timeoutSeconds = timeoutSeconds
    }

    /// `host:port` of an https URL without user information; nil for any other: in plain text a token is everybody's token.
    public var authority: String? {
        let scheme = "https://"
        guard url.hasPrefix(scheme) else { return nil }
        let authority = url.dropFirst(scheme.count).prefix { !"/?#".contains($0) }
        return authority.isEmpty || authority.contains("@") ? nil : String(authority)
    }

    public var description: String { "\(method) \(authority ?? "not https")" }
    public var customMirror: Mirror { Mirror(self, children: ["request": description]) }
}

/// The answer of another service. It prints as its status.
public struct OutboundResponse: Sendable, CustomStringConvertible, CustomReflectable {
    public let status: Int
    public let headers: [(String, String)]
    /// At most `Bounds.documentBytesMax` bytes.
    public let body: [UInt8]

    public init(status: Int, headers: [(String, String)] = [], body: [UInt8] = []) {
        self.status = status
        self.headers = headers
        self.body = body
    }

    /// All values of a header field as one list (RFC 9110 §5.2); nil where it was not sent.
    public func header(_ name: String) -> String? {
        let values = headers.filter { $0.0.lowercased() == name }.map(\.1)
        return values.isEmpty ? nil : values.joined(separator: ", ")
    }

    public var description: String { "status \(status)" }
    public var customMirror: Mirror { Mirror(self, children: ["status": status]) }
}
