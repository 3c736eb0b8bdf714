import Crypto
import Hummingbird
import ServiceKit
import Tokens

/// From where, with what software and with which key a request comes: what the holder of a token hardly ever changes at once.
struct CallerContext: Sendable, Equatable {
    /// Nil where there is no connection to see it on.
    let source: SourceNetwork?
    /// Nil for a request without `User-Agent`.
    let agent: ClientAgent?
    /// What its DPoP proof has shown (RFC 9449 §5); nil without one.
    let key: KeyThumbprint?

    static let unknown = CallerContext(source: nil, agent: nil, key: nil)
}

extension CallerContext {
    /// - Parameter key: what the proof of the request has shown.
    init(of request: Request, _ context: ServiceContext, key: KeyThumbprint?) {
        source = SourceNetwork(context.limits.source)
        agent = request.headers[.userAgent].map { ClientAgent(userAgent: $0) }
        self.key = key
    }
}

/// The network that an address belongs to: `192.0.2.0/24`, `2001:db8:1::/48`; of a service of the house, its name.
///
/// Coarser than what limits count, and much coarser than the address: a provider hands out another address of the same network
/// overnight, and a phone changes its own by the hour. Where on earth a network is, nobody here knows: two networks are the same
/// or they are not. It is the peer of the connection; no field of the request is believed (`X-Forwarded-For`), as whoever steals a
/// token would write its owner's address there.
struct SourceNetwork: Sendable, Hashable {
    let text: String

    /// As it was written.
    init(text: String) { self.text = text }

    /// - Gives: nil where there is no address to see.
    init?(_ source: RequestSource) {
        switch source {
        case .house(let name): text = name
        case .network(0): return nil
        case .network(let bits) where bits >> 32 == 0:
            text =
                [bits >> 24, bits >> 16 & 0xFF, bits >> 8 & 0xFF].map { String($0) }.joined(separator: ".") + ".0/24"
        case .network(let bits):
            let groups = [bits >> 48, bits >> 32 & 0xFFFF, bits >> 16 & 0xFFFF]
            text = groups.map { String($0, radix: 16) }.joined(separator: ":") + "::/48"
        }
    }
}

/// The software that a request says it comes from (`User-Agent`, RFC 9110 §10.1.5): whatever its author wrote.
struct ClientAgent: Sendable, Hashable {
    /// More says nothing more; without a bound, a caller would decide how much is stored of each sign-in.
    private static let bytesMax = 512
    private static let nameCharactersMax = 80

    /// What is compared: the first 16 bytes of its SHA-256, as base64url text.
    let digest: String
    /// For people: its beginning.
    let name: String

    init(digest: String, name: String) {
        self.digest = digest
        self.name = name
    }

    init(userAgent: String) {
        let bytes = Array(userAgent.utf8.prefix(Self.bytesMax))
        digest = Base64URL.encode(Array(SHA256.hash(data: bytes)).prefix(16))
        // Printable ASCII alone: it ends up in a terminal.
        let printable = bytes.filter { (0x20...0x7E).contains($0) }
        name = String(decoding: printable.prefix(Self.nameCharactersMax), as: UTF8.self)
    }

    static func == (first: ClientAgent, second: ClientAgent) -> Bool { first.digest == second.digest }
    func hash(into hasher: inout Hasher) { hasher.combine(digest) }
}
