import NIOCore

/// Where a request comes from, as far as limits are concerned.
public enum RequestSource: Hashable, Sendable {
    /// A service of the house, by the `spiffe://` name of its certificate: it carries everybody's requests.
    case house(String)
    /// A network of strangers: an IPv4 address, or the first 56 bits of an IPv6 address. Whoever rents a connection gets that many
    /// addresses of the second kind for themselves; to count each would be to count nothing.
    case network(UInt64)

    /// - Parameter address: nil where there is no socket: one network for all who come that way.
    init(certificate: PeerCertificate?, address: SocketAddress?) {
        if let certificate, certificate.isOfHouse, let name = certificate.spiffeID {
            self = .house(name)
        } else {
            self = .network(Self.network(address))
        }
    }

    private static func network(_ address: SocketAddress?) -> UInt64 {
        switch address {
        case .v4(let address):
            return withUnsafeBytes(of: address.address) { bytes in
                // sockaddr_in: family and port, then the address.
                UInt64(UInt32(bigEndian: bytes.loadUnaligned(fromByteOffset: 4, as: UInt32.self)))
            }
        case .v6(let address):
            return withUnsafeBytes(of: address.address) { bytes in
                // sockaddr_in6: family, port and flow, then the address.
                let first = UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: 8, as: UInt64.self))
                let second = UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: 16, as: UInt64.self))
                // An IPv4 address in the clothes of IPv6, `::ffff:192.0.2.1`, is itself.
                let isMapped = first == 0 && second >> 32 == 0xFFFF
                return isMapped ? second & 0xFFFF_FFFF : first & ~0xFF
            }
        case .unixDomainSocket, nil: return 0
        }
    }
}
