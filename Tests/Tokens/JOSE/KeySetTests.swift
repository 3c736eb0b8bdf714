import TestKit
import Testing
import Tokens

@Suite("JWK sets, RFC 7517 §5")
struct KeySetTests {
    private let first: VerificationKey
    private let second: VerificationKey

    init() throws {
        first = try SigningKey.generate(.es256).verificationKey
        second = try SigningKey.generate(.es256).verificationKey
    }

    private func read(_ keys: [JSONValue]) throws -> KeySet {
        let document: JSONObject = ["keys": .array(keys)]
        return try KeySet(reading: JSONWriter.bytes(document))
    }

    @Test func `a set that is written is read`() throws {
        let set = try KeySet(reading: JSONWriter.bytes(KeySet([first, second]).document))
        #expect(set.keys.map(\.keyID) == [first.keyID, second.keyID])
        #expect(set[second.keyID]?.jwk == second.jwk)
        #expect(set["another"] == nil)
    }

    @Test(arguments: 0..<20 as Range<UInt64>)
    func `a set is written the same again, whatever keys are in it`(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let all = try Algorithm.all.flatMap { [try SharedKeys.own($0), try SharedKeys.other($0)] }
        let some = all.shuffled(using: &random).prefix(random.pick([0, 1, 3, all.count])).map(\.verificationKey)
        let written = JSONWriter.bytes(KeySet(some).document)
        let read = try KeySet(reading: written)
        #expect(JSONWriter.bytes(read.document) == written)
        #expect(read.keys.map(\.keyID) == some.map(\.keyID))
    }

    @Test func `a key that we have no use for is passed over, and the others stay`() throws {
        let stranger: JSONObject = ["kty": "OKP", "crv": "Ed25519", "kid": "1", "alg": "EdDSA", "x": "AA"]
        let set = try read([.object(stranger), .object(first.jwk), "no object", .object(second.jwk.with("use", "enc"))])
        #expect(set.keys.map(\.keyID) == [first.keyID])
    }

    @Test func `one id for two keys is refused, one id each is read`() throws {
        let twin = second.jwk.with("kid", .string(first.keyID))
        #expect(throws: JSONReader.Failure.duplicateMember) { try read([.object(first.jwk), .object(twin)]) }
        #expect(try read([.object(first.jwk), .object(second.jwk)]).keys.count == 2)
    }

    @Test func `an empty set is a set; anything else is none`() throws {
        #expect(try read([]).keys.isEmpty)
        for text in ["{}", "[]", #"{"keys":{}}"#, #"{"keys":null}"#, #"{"keys":[]"#, #"{"keys":[],"keys":[]}"#] {
            #expect(throws: JSONReader.Failure.self) { try KeySet(reading: Array(text.utf8)) }
        }
        let padding = String(repeating: " ", count: Bounds.documentBytesMax)
        #expect(throws: JSONReader.Failure.tooLarge) { try KeySet(reading: Array((#"{"keys":[]}"# + padding).utf8)) }
    }
}
