import IssuerKit
import ServiceKit
import Tokens

/// What this service is told, checked as a whole: `compose/settings/identity-provider.yaml` says what each setting trades.
struct Settings: Sendable {
    let issuer: String
    let databaseFile: String
    let keyEncryption: KeyEncryptionSource
    let resourcesFile: String
    let clientsFile: String
    let tokens: TokenLifetimes
    let refresh: RefreshPolicy
    let risk: RiskPolicy
    let codeLifetimeSeconds: Int64
    let sessionLifetimeSeconds: Int64
    let signIn: SignInSettings
    let keyPeriods: KeyPeriods
    let housekeepingIntervalSeconds: Int64

    /// - Throws: `SettingsError` that names the setting and the fix; a contradiction stops the start before anything is opened.
    init(reading settings: SettingsReader, in environment: Environment) throws(SettingsError) {
        issuer = try settings.rootURL("issuer")
        databaseFile = try settings.string("database.file")
        keyEncryption = try KeyEncryptionSource(reading: settings)
        resourcesFile = try settings.file("resourcesFile")
        clientsFile = try settings.file("clientsFile")
        tokens = try TokenLifetimes(
            accessSeconds: settings.integer("tokens.accessLifetimeSeconds", default: 600, in: 30...3_600),
            serviceSeconds: settings.integer("tokens.serviceLifetimeSeconds", default: 300, in: 30...3_600),
            idSeconds: settings.integer("tokens.idLifetimeSeconds", default: 300, in: 30...3_600)
        )
        refresh = try RefreshPolicy(
            lifetimeSeconds: settings.integer("refresh.lifetimeSeconds", default: 30 * 86_400, in: 60...31_536_000),
            familyLifetimeSeconds: settings.integer(
                "refresh.familyLifetimeSeconds",
                default: 90 * 86_400,
                in: 60...31_536_000
            ),
            graceSeconds: settings.integer("refresh.graceSeconds", default: 30, in: 0...3_600),
            reuseRevokes: settings.choice("refresh.reuseRevokes", default: .user),
            keyProbing: KeyProbingLimit(
                mismatchesMax: settings.integer("refresh.keyMismatchesMax", default: 5, in: 2...1_000),
                windowSeconds: settings.integer("refresh.keyMismatchSeconds", default: 600, in: 60...86_400)
            )
        )
        risk = try RiskPolicy(reading: settings)
        // RFC 6749 §4.1.2 recommends ten minutes at most; a code is on its way for a second.
        codeLifetimeSeconds = try settings.integer("codes.lifetimeSeconds", default: 60, in: 10...600)
        sessionLifetimeSeconds = try settings.integer(
            "sessions.lifetimeSeconds",
            default: 12 * 3_600,
            in: 60...2_592_000
        )
        signIn = try SignInSettings(reading: settings)
        keyPeriods = try KeyPeriods(reading: settings, longestTokenLifetimeSeconds: tokens.longestSeconds)
        housekeepingIntervalSeconds = try settings.integer(
            "housekeeping.intervalSeconds",
            default: 600,
            in: 10...86_400
        )
        try requireConsistency(settings, environment)
    }

    private func requireConsistency(_ settings: SettingsReader, _ environment: Environment) throws(SettingsError) {
        guard refresh.graceSeconds < tokens.accessSeconds else {
            throw settings.fail(
                "refresh.graceSeconds",
                "a spent refresh token would be good for as long as an access token (\(tokens.accessSeconds) s)",
                fix: "set it below tokens.accessLifetimeSeconds; 30 covers a lost response"
            )
        }
        guard tokens.accessSeconds < refresh.lifetimeSeconds else {
            throw settings.fail(
                "refresh.lifetimeSeconds",
                "a refresh token would end before the access token that it came with",
                fix: "set it above tokens.accessLifetimeSeconds"
            )
        }
        guard refresh.lifetimeSeconds <= refresh.familyLifetimeSeconds else {
            throw settings.fail(
                "refresh.familyLifetimeSeconds",
                "a family would end before its first token",
                fix: "set it to refresh.lifetimeSeconds or more"
            )
        }
        // Whoever copies the data folder must not have the key to it in the same bag.
        if environment == .production, case .file(let file) = keyEncryption,
            folder(of: databaseFile) == folder(of: file.path)
        {
            throw settings.fail(
                "keys.encryptionKeyFile",
                "it lies in the folder of the database whose keys it seals",
                fix: "keep it elsewhere: another volume, or a secret of the orchestrator"
            )
        }
    }

    private func folder(of path: String) -> Substring {
        path.lastIndex(of: "/").map { path[..<$0] } ?? ""
    }
}

/// Seconds for which each kind of token is good.
struct TokenLifetimes: Sendable, Equatable {
    let accessSeconds: Int64
    let serviceSeconds: Int64
    let idSeconds: Int64

    /// What a retired signing key must outlast.
    var longestSeconds: Int64 { max(accessSeconds, serviceSeconds, idSeconds) }
}

/// How refresh tokens live and end.
struct RefreshPolicy: Sendable, Equatable {
    /// Of one token; each rotation starts it anew.
    let lifetimeSeconds: Int64
    /// Of a family, counted from the sign-in; no rotation moves it.
    let familyLifetimeSeconds: Int64
    /// For which a spent token still gets its own successor again.
    let graceSeconds: Int64
    /// What the reuse of a spent refresh token suspends.
    let reuseRevokes: Suspension.Kind
    let keyProbing: KeyProbingLimit
}
