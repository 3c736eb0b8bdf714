import Testing

@testable import Tokens

/// What the RFCs show and this library does not speak, and why.
struct RefusedExample: CustomTestStringConvertible, Sendable {
    let section: String
    let reason: String
    let text: String
    /// What is wrong with it.
    let refusals: [Refusal]
    /// What else is wrong once the header names a key; nil where there is no header to name one in.
    let refusalsOfNamed: [Refusal]?

    var testDescription: String { "\(section): \(reason)" }

    /// A JWS in compact form.
    init(
        _ section: String,
        _ reason: String,
        _ parts: (header: String, payload: String, signature: String),
        _ refusals: [Refusal],
        named: [Refusal]? = nil
    ) {
        self.section = section
        self.reason = reason
        text = "\(parts.header).\(parts.payload).\(parts.signature)"
        self.refusals = refusals
        refusalsOfNamed = named
    }

    /// A JWS in JSON form.
    init(_ section: String, json: JSONObject) {
        self.section = section
        reason = "compact form alone: what stands beside the protected header is not protected"
        text = JSONWriter.text(json)
        refusals = [.tokenMalformed]
        refusalsOfNamed = nil
    }

    static let all = algorithms + rules + forms

    /// `algorithmNotAccepted`, and a second finding about the payload: most of them sign no claims.
    private static let algorithms = [
        RefusedExample(
            "RFC 7515 A.1",
            "no HMAC: whoever can check it can make it",
            (RFC7515.hs256, RFC7515.payload, RFC7515.hs256Signature),
            [.tokenMalformed],
            named: [.algorithmNotAccepted, .claimMissing]
        ),
        RefusedExample(
            "RFC 7515 A.4",
            "no ES512: ES384 is strong enough",
            ("eyJhbGciOiJFUzUxMiJ9", "UGF5bG9hZA", RFC7515.es512Signature),
            [.tokenMalformed],
            named: [.algorithmNotAccepted, .tokenMalformed]
        ),
        RefusedExample(
            "RFC 7515 A.5",
            "no alg none",
            ("eyJhbGciOiJub25lIn0", RFC7515.payload, ""),
            [.tokenMalformed],
            named: [.algorithmNotAccepted, .claimMissing]
        ),
        RefusedExample(
            "RFC 7520 4.2",
            "no PS384: PS256 is the one PSS here",
            (RFC7520.ps384, RFC7520.payload, RFC7520.ps384Signature),
            [.algorithmNotAccepted, .tokenMalformed]
        ),
        RefusedExample(
            "RFC 7520 4.3",
            "no ES512",
            (RFC7520.es512, RFC7520.payload, RFC7520.es512Signature),
            [.algorithmNotAccepted, .tokenMalformed]
        ),
        RefusedExample(
            "RFC 7520 4.4",
            "no HMAC",
            (RFC7520.hs256, RFC7520.payload, RFC7520.hs256Signature),
            [.algorithmNotAccepted, .tokenMalformed]
        ),
        RefusedExample(
            "RFC 9964 A.1, ML-DSA-44",
            "ML-DSA-65 is the middle one of three, and enough",
            (RFC9964.mlDSA44, RFC9964.mlDSA65.payload, ""),
            [.algorithmNotAccepted, .tokenMalformed]
        ),
        RefusedExample(
            "RFC 9964 A.1, ML-DSA-87",
            "ML-DSA-65 is the middle one of three, and enough",
            (RFC9964.mlDSA87, RFC9964.mlDSA65.payload, ""),
            [.algorithmNotAccepted, .tokenMalformed]
        ),
    ]

    /// By algorithms of ours, or by whatever: the header, or what is not there.
    private static let rules = [
        RefusedExample(
            "RFC 7515 A.3",
            "a token names its key",
            (RFC7515.es256.header, RFC7515.payload, RFC7515.es256.signature),
            [.tokenMalformed],
            named: [.claimMissing]
        ),
        RefusedExample(
            "RFC 7515 E",
            "no crit: there is no extension that we understand",
            (
                """
                eyJhbGciOiJub25lIiwNCiAiY3JpdCI6WyJodHRwOi8vZXhhbXBsZS5jb20vVU5ERUZJTkVEIl0sDQogImh0dHA6Ly9leGF\
                tcGxlLmNvbS9VTkRFRklORUQiOnRydWUNCn0
                """, "RkFJTA", ""
            ),
            [.headerParameterForbidden],
            named: [.headerParameterForbidden]
        ),
        RefusedExample(
            "RFC 7520 4.5",
            "no detached payload: what is signed is in the token",
            (RFC7520.hs256, "", RFC7520.hs256Signature),
            [.algorithmNotAccepted, .tokenMalformed]
        ),
        RefusedExample(
            "RFC 7797 4.2",
            "no b64: RFC 7797 §7 forbids it in a JWT",
            (
                "eyJhbGciOiJIUzI1NiIsImI2NCI6ZmFsc2UsImNyaXQiOlsiYjY0Il19", "",
                "A5dxf2s96_n5FLueVuW1Z_vh161FwXZC4YLPff6dmDY"
            ),
            [.headerParameterForbidden],
            named: [.headerParameterForbidden]
        ),
    ]

    private static let forms = [
        RefusedExample(
            "RFC 7515 A.6",
            json: [
                "payload": .string(RFC7515.payload),
                "signatures": [
                    signature(of: RFC7515.rs256, keyID: "2010-12-29"),
                    signature(of: RFC7515.es256, keyID: "e9bc097a-ce51-4036-9562-d2ade882db0d"),
                ],
            ]
        ),
        RefusedExample(
            "RFC 7515 A.7",
            json: [
                "payload": .string(RFC7515.payload), "protected": .string(RFC7515.es256.header),
                "header": ["kid": "e9bc097a-ce51-4036-9562-d2ade882db0d"],
                "signature": .string(RFC7515.es256.signature),
            ]
        ),
        RefusedExample(
            "RFC 7520 4.6",
            json: [
                "payload": .string(RFC7520.payload), "protected": "eyJhbGciOiJIUzI1NiJ9",
                "header": ["kid": "018c0ae5-4d9b-471b-bfd6-eef314bc7037"],
                "signature": "bWUSVaxorn7bEF1djytBd0kHv70Ly5pvbomzMWSOr20",
            ]
        ),
        RefusedExample(
            "RFC 7520 4.7",
            json: [
                "payload": .string(RFC7520.payload),
                "header": ["alg": "HS256", "kid": "018c0ae5-4d9b-471b-bfd6-eef314bc7037"],
                "signature": "xuLifqLGiblpv9zBpuZczWhNj1gARaLV3UxvxhJxZuk",
            ]
        ),
        RefusedExample(
            "RFC 7520 4.8",
            json: [
                "payload": .string(RFC7520.payload),
                "signatures": [
                    signature(of: RFC7520.firstOfThree, keyID: "bilbo.baggins@hobbiton.example"),
                    [
                        "header": ["alg": "ES512", "kid": "bilbo.baggins@hobbiton.example"],
                        "signature": .string(RFC7520.secondOfThree),
                    ],
                    ["protected": .string(RFC7520.hs256), "signature": .string(RFC7520.hs256Signature)],
                ],
            ]
        ),
    ]

    private static func signature(of example: ExampleJWS, keyID: String) -> JSONValue {
        [
            "protected": .string(example.header), "header": ["kid": .string(keyID)],
            "signature": .string(example.signature),
        ]
    }
}
