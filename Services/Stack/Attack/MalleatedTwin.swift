import Tokens

/// With (r, s) also (r, n − s) is a signature, by the nature of ECDSA: whoever has one text of a token can write a second one.
///
/// No verifier is wrong to take it (RFC 7518 §3.4 asks for no more than the equation). Wrong is to know a token by its text: by
/// what it says, its `jti`, both texts are one.
extension Credential {
    var malleatedTwin: Credential {
        let parts = exposed.split(separator: ".")
        let signature = parts.last.flatMap { Base64URL.decode($0) } ?? []
        let twin = Array(signature.prefix(32)) + P256Order.minus(Array(signature.suffix(32)))
        return Credential("\(parts.dropLast().joined(separator: ".")).\(Base64URL.encode(twin))")
    }
}

/// n, the order of the curve P-256, in 32 bytes.
enum P256Order {
    static let bytes: [UInt8] = [
        0xFF, 0xFF, 0xFF, 0xFF, 0x00, 0x00, 0x00, 0x00, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF,
        0xBC, 0xE6, 0xFA, 0xAD, 0xA7, 0x17, 0x9E, 0x84, 0xF3, 0xB9, 0xCA, 0xC2, 0xFC, 0x63, 0x25, 0x51,
    ]

    /// n − `number`, for a number of 32 bytes below n.
    static func minus(_ number: [UInt8]) -> [UInt8] {
        var borrow = 0
        let reversed = zip(bytes.reversed(), number.reversed()).map { digit, other in
            let difference = Int(digit) - Int(other) - borrow
            borrow = difference < 0 ? 1 : 0
            return UInt8(truncatingIfNeeded: difference)
        }
        return reversed.reversed()
    }
}

extension Attack {
    static let twinOfARevokedToken = Attack(
        name: "the twin of a revoked token",
        gain: "a token that was taken back, alive again under another text",
        sent: "r, n − s: the second good signature of the same token"
    ) { scene in
        try await scene.present(refused: .tokenRevoked, at: [.introspection, .userInfo]) { door in
            let twin = door.genuine.malleatedTwin
            // It is as good as the token itself, so what it is refused for afterwards is the revocation.
            guard try await door.present(twin).isSuccess else {
                throw ScenarioFailure(expectation: "a living token's twin is the token", seen: "it is refused")
            }
            try await scene.stack.revoke(door.genuine, of: RunningStack.demoClient)
            return twin
        }
    }

    static let twinOfAUsedAssertion = Attack(
        name: "the twin of a used client assertion",
        gain: "a second login out of an assertion that was copied from a log",
        sent: "r, n − s: the second good signature of the same assertion"
    ) { scene in
        let client = try await KeyClient.register(on: scene.stack)
        let assertion = try client.assertion().signed()
        try await client.requestToken(assertion).requireSuccess("the assertion itself")
        let answer = try await client.requestToken(assertion.malleatedTwin)
        return [Shot(door: .tokenEndpoint, answer: answer, expected: .refused(.assertionReplayed))]
    }
}
