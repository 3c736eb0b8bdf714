// Shown in README.md
import Hummingbird
import TokenClient
import Tokens
import TokensHummingbird

func makeAPI(
    keys: RemoteKeySet = RemoteKeySet(issuer: "https://id.example.com", keySetURL: "https://id.example.com/jwks.json")
) -> some ApplicationProtocol {
    let callers = CallerGuard<BasicRequestContext>(
        validator: TokenValidator(
            issuers: ["https://id.example.com"],
            audience: "https://api.example.com",
            algorithms: [.es256],
            keys: keys,
            clock: SystemClock(),
            revocations: NothingRevoked()
        )
    )
    let router = Router()
    router.get(
        "parcels",
        use: callers.requiring(scope: "parcels:read") { _, _, caller in "Parcels of \(caller.claims.subject)" }
    )
    return Application(router: router, services: [keys])
}
// Shown until here
