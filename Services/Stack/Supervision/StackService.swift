/// The table of services: one row each, the only place that knows what a service is started with.
struct StackService: Sendable {
    /// Also the name of its executable, its client id and its certificate.
    let name: String
    /// The operations listener has this port + 1000.
    let defaultPort: Int
    /// The services whose addresses it is told.
    let needs: [String]
    let isIssuer: Bool
    /// What it is told beside its settings file, as environment variables without their prefix `GATEHOUSE_`.
    let variables: @Sendable (StackPlan) -> [String: String]

    static let all: [StackService] = [identityProvider, tokenExchange, ordersAPI, gateway, usersAPI]

    static let identityProvider: StackService = StackService(
        name: "identity-provider",
        defaultPort: 8440,
        needs: [],
        isIssuer: true,
        variables: { plan in
            plan.keyEncryption(of: "identity-provider").adding(["ISSUER": plan.address(of: identityProvider)])
        }
    )

    static let tokenExchange: StackService = StackService(
        name: "token-exchange",
        defaultPort: 8441,
        needs: ["identity-provider"],
        isIssuer: true,
        variables: { plan in
            plan.trustInProvider.adding(plan.keyEncryption(of: "token-exchange")).adding([
                "ISSUER": plan.address(of: tokenExchange)
            ])
        }
    )

    static let ordersAPI: StackService = StackService(
        name: "orders-api",
        defaultPort: 8442,
        needs: ["identity-provider", "token-exchange", "users-api"],
        isIssuer: false,
        variables: { plan in
            plan.trustInProvider.adding(plan.sourceOfTruth).adding(plan.trustInExchange).adding([
                "ADDRESS": plan.address(of: ordersAPI), "USERS_ADDRESS": plan.address(of: usersAPI),
            ])
        }
    )

    static let gateway: StackService = StackService(
        name: "gateway",
        defaultPort: 8443,
        needs: ["identity-provider", "orders-api", "users-api"],
        isIssuer: false,
        variables: { plan in
            plan.trustInProvider.adding([
                "ORDERS_ADDRESS": plan.address(of: ordersAPI), "USERS_ADDRESS": plan.address(of: usersAPI),
            ])
        }
    )

    static let usersAPI: StackService = StackService(
        name: "users-api",
        defaultPort: 8444,
        needs: ["identity-provider", "token-exchange", "orders-api"],
        isIssuer: false,
        variables: { plan in
            plan.trustInProvider.adding(plan.sourceOfTruth).adding(plan.trustInExchange).adding([
                "ADDRESS": plan.address(of: usersAPI), "ORDERS_ADDRESS": plan.address(of: ordersAPI),
            ])
        }
    )
}

extension StackPlan {
    /// The key of the data folder, unless the environment names another one: two would contradict each other.
    fileprivate func keyEncryption(of service: String) -> [String: String] {
        let others = ["GATEHOUSE_KEYS_ENCRYPTION_KEY_MOUNT", "GATEHOUSE_KEYS_ENCRYPTION_KEY_URI"]
        guard others.allSatisfy({ inherited[$0, default: ""].isEmpty }) else { return [:] }
        return ["KEYS_ENCRYPTION_KEY_FILE": folder.keyEncryptionKey(of: service)]
    }

    fileprivate var trustInProvider: [String: String] {
        let issuer = address(of: .identityProvider)
        return [
            "TRUST_PROVIDER_ISSUER": issuer, "TRUST_PROVIDER_KEY_SET": "\(issuer)/oauth2/jwks.json",
            "PROVIDER_TOKEN_ENDPOINT": "\(issuer)/oauth2/token",
        ]
    }

    fileprivate var sourceOfTruth: [String: String] {
        ["PROVIDER_INTROSPECTION_ENDPOINT": "\(address(of: .identityProvider))/oauth2/introspect"]
    }

    fileprivate var trustInExchange: [String: String] {
        let issuer = address(of: .tokenExchange)
        return [
            "TRUST_EXCHANGE_ISSUER": issuer, "TRUST_EXCHANGE_KEY_SET": "\(issuer)/oauth2/jwks.json",
            "EXCHANGE_TOKEN_ENDPOINT": "\(issuer)/oauth2/token",
        ]
    }
}

extension [String: String] {
    fileprivate func adding(_ others: [String: String]) -> [String: String] { merging(others) { $1 } }
}
