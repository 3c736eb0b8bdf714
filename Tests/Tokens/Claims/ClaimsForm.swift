import TestKit
import Testing

@testable import Tokens

/// What every claim of every kind of token has in common: it is there as what it is, or the token is refused.
struct ClaimsForm<Claims: Equatable>: Sendable {
    /// Good, with every optional claim in it.
    let payload: JSONObject
    let read: @Sendable (ClaimReader) throws -> Claims

    func read(_ payload: JSONObject) throws -> Claims { try read(ClaimReader(payload: JSONWriter.bytes(payload))) }

    /// No claim is any of these.
    static var wrongValues: [JSONValue] { [.null, true, [], [:], "", -1, .decimal("0.5"), [1], ["a", "b"]] }

    func requires(_ name: String, sourceLocation: SourceLocation = #_sourceLocation) {
        #expect(throws: Never.self, sourceLocation: sourceLocation) { try read(payload) }
        #expect(throws: Refusal.claimMissing, sourceLocation: sourceLocation) { try read(payload.without(name)) }
        refusesWrongValues(of: name, sourceLocation: sourceLocation)
    }

    func allows(_ name: String, sourceLocation: SourceLocation = #_sourceLocation) {
        #expect(payload[name] != nil, sourceLocation: sourceLocation)
        #expect(throws: Never.self, sourceLocation: sourceLocation) { try read(payload.without(name)) }
        refusesWrongValues(of: name, sourceLocation: sourceLocation)
    }

    private func refusesWrongValues(of name: String, sourceLocation: SourceLocation) {
        for wrong in Self.wrongValues {
            #expect(throws: Refusal.claimMalformed, "\(wrong)", sourceLocation: sourceLocation) {
                try read(payload.with(name, wrong))
            }
        }
    }

    /// What is written is read, whatever is in it.
    func repeats(_ claims: Claims, as payload: JSONObject, sourceLocation: SourceLocation = #_sourceLocation) throws {
        let bytes = JSONWriter.bytes(payload)
        let claimsAgain = try read(ClaimReader(payload: bytes))
        #expect(claimsAgain == claims, sourceLocation: sourceLocation)
        #expect(JSONWriter.bytes(try JSONReader.readObject(bytes)) == bytes, sourceLocation: sourceLocation)
    }
}
