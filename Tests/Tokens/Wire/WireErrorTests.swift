import Testing
import Tokens

@Suite("Wire errors")
struct WireErrorTests {
    @Test func `a code is letters and underscores, as RFC 6749 §5.2 wants it`() {
        for error in WireError.allCases {
            #expect(error.rawValue.utf8.allSatisfy { (0x61...0x7A).contains($0) || $0 == UInt8(ascii: "_") })
            #expect((400..<500).contains(error.status))
        }
    }

    @Test func `no token endpoint says that a token of the request is a missing login`() {
        for error in WireError.allCases where error.atTokenEndpoint.statusAtTokenEndpoint == 401 {
            #expect(error == .invalidClient)
        }
        #expect(WireError.allCases.allSatisfy { $0.atTokenEndpoint.atTokenEndpoint == $0.atTokenEndpoint })
    }
}
