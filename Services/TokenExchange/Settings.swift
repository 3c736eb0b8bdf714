import IssuerKit
import ResourceServerKit
import ServiceKit
import Tokens

/// What token-exchange is told. Each setting is explained in `compose/settings/token-exchange.yaml`.
struct Settings: Sendable {
    let issuer: String
    /// Who we are: the `aud` of every service token that is shown here as `actor_token`.
    let audience: String
    let policyFile: String
    let databaseFile: String
    let keyEncryption: KeyEncryptionSource
    /// Whose tokens count, beside our own: the identity provider.
    let provider: TrustedIssuer
    let revocations: RevocationSettings
    let providerTimeoutSeconds: Int64
    let keyPeriods: KeyPeriods

    init(reading settings: SettingsReader) throws(SettingsError) {
        issuer = try settings.rootURL("issuer")
        audience = try settings.httpsURL("audience")
        policyFile = try settings.file("policyFile")
        databaseFile = try settings.string("database.file")
        keyEncryption = try KeyEncryptionSource(reading: settings)
        provider = try TrustedIssuer(reading: settings, "trust.provider")
        revocations = try RevocationSettings(reading: settings, address: issuer)
        providerTimeoutSeconds = try settings.integer("limits.providerTimeoutSeconds", default: 3, in: 1...30)
        keyPeriods = try KeyPeriods(
            reading: settings,
            longestTokenLifetimeSeconds: ExchangePolicy.lifetimeSecondsMax
        )
        guard provider.issuer != issuer else {
            throw settings.fail(
                "trust.provider.issuer",
                "it equals issuer, so that a token made here would pass for a service's own",
                fix: "name the issuer of the identity provider"
            )
        }
    }
}
