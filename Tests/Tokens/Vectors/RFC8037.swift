import Tokens

/// The values of RFC 8037, appendix A.
enum RFC8037 {
    /// A.1, A.2 (the public half), A.4 and A.5.
    static let ed25519 = ExampleJWS(
        section: "RFC 8037 A.4",
        algorithm: .ed25519,
        key: [
            "kty": "OKP",
            "crv": "Ed25519",
            "d": "nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A",
            "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo",
        ],
        header: "eyJhbGciOiJFZERTQSJ9",
        payload: "RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc",
        signature: "hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg"
    )

    /// The public key of A.6.
    static let x25519Key: JSONObject = [
        "kty": "OKP", "crv": "X25519", "kid": "Bob", "x": "3p7bfXt9wbTTW2HC7OQ1Nz-DQ8hbeGdNrfx-FG-IK08",
    ]
    /// The public key of A.7.
    static let x448Key: JSONObject = [
        "kty": "OKP", "crv": "X448", "kid": "Dave",
        "x": "PreoKbDNIPW8_AtZm2_sz22kYnEHvbDU80W0MCfYuXL8PjT7QjKhPKcG3LV67D2uB73BxnvzNgk",
    ]
}
