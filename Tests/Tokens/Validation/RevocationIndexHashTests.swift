import TestKit
import Testing

@testable import Tokens

@Suite("The hashes of the revocation index")
struct RevocationIndexHashTests {
    private let hash = RevocationIndexHash()

    /// All zeros but one bit, of every length up to 40.
    private static var neighbours: Set<String> {
        var texts: Set<String> = []
        for length in 0...40 {
            var bytes = [UInt8](repeating: 0, count: length)
            texts.insert(String(decoding: bytes, as: UTF8.self))
            for place in 0..<length {
                for bit in 0..<7 {
                    bytes[place] = 1 << bit
                    texts.insert(String(decoding: bytes, as: UTF8.self))
                }
                bytes[place] = 0
            }
        }
        return texts
    }

    @Test func `every bit, the length and the issuer count`() {
        let texts = Self.neighbours
        let scope = hash.scope(of: House.issuer)
        #expect(Set(texts.map { hash($0, in: scope) }).count == texts.count)
        #expect(Set(texts.map { hash("id", in: hash.scope(of: $0)) }).count == texts.count)
    }

    @Test func `it is the same within a process, and not what another would find`() {
        let scope = hash.scope(of: House.issuer)
        #expect(hash("id", in: scope) == hash("id", in: hash.scope(of: House.issuer)))
        #expect(hash("id", in: scope) != RevocationIndexHash()("id", in: scope))
        #expect(hash(nil, in: scope) == RevocationIndexHash.none)
    }

    @Test func `ids that are counted up are spread evenly`() {
        let scope = hash.scope(of: House.issuer)
        let hashes = (0..<10_000).map { hash("user-\($0)", in: scope) }
        for bit in 0..<UInt64.bitWidth {
            #expect((4_600..<5_400).contains(hashes.count { $0 >> bit & 1 == 1 }))
        }
    }
}
