import Audit
import ServiceKit
import Tokens

/// Signing in with a password, as strangers are let do it: slower and slower for whoever guesses.
///
/// Tries count for an account and a network together. Whoever guesses Alice's password waits; Alice, at home, does not: to lock an
/// account for everybody would be a weapon in the hands of anyone who knows a name. Names that do not exist are treated as all others,
/// so that waiting tells nobody which ones do.
struct SignIns: Sendable {
    let accounts: Accounts
    let limits: SignInLimits
    let risk: SignInRisk

    /// The account whose name and password these are.
    ///
    /// - Refuses: `rateLimited`, before a password is hashed, while this account or this network has failed too often; what
    ///   `Accounts` and `SignInRisk` refuse.
    func authenticate(
        username: String,
        password: Credential,
        from caller: CallerContext,
        _ context: ServiceContext
    ) async throws -> Account {
        let source = LimitKey(context.limits.source)
        // A try counts as failed until it is known not to have: of a thousand at the same moment a few go on.
        let failures = limits.failures.count(source)
        guard failures.isWithin else {
            throw try await tooMany(limits.failures.rule, failures.seconds, for: username, context)
        }
        let name = AccountForm.username(username) ?? username
        let key = LimitKey(name, context.limits.source)
        if let seconds = limits.delay.begin(key) {
            limits.failures.giveBack(source)
            throw try await tooMany(limits.delay.rule, seconds, for: username, context)
        }
        do {
            let account = try await accounts.authenticate(
                username: username,
                password: password,
                decision: context.decision
            )
            try await risk.require(account, from: caller, context.decision)
            limits.delay.succeed(key)
            limits.failures.giveBack(source)
            return account
        } catch let refusal as Refusal where refusal == .credentialsWrong || refusal == .riskTooHigh {
            // Both, or the tries after it would tell that the second was right.
            _ = limits.accountFailures.count(LimitKey(name))
            throw refusal
        } catch Refusal.accountDisabled {
            // The password was right.
            limits.delay.succeed(key)
            limits.failures.giveBack(source)
            throw Refusal.accountDisabled
        } catch let error as any Outage {
            // Too many wait to be hashed, or the database is away: nothing was compared.
            limits.delay.withdraw(key)
            limits.failures.giveBack(source)
            throw error
        }
    }
}

extension SignIns {
    /// Says on record at whose door it was. Never the name that was typed: it may be the password, in the wrong field.
    private func tooMany(
        _ rule: LimitRule,
        _ waitSeconds: Int64,
        for username: String,
        _ context: ServiceContext
    ) async throws -> Refusal {
        if let name = AccountForm.username(username), let account = try await accounts.find(username: name) {
            context.decision.note { $0.subject = account.id }
        }
        return context.limits.reached(rule, waitSeconds: waitSeconds)
    }
}

/// How often a sign-in may fail.
struct SignInLimits: Sendable {
    /// For one account, from one network.
    let delay: GrowingDelay
    /// For all accounts, from one network: one password tried on a thousand names is a guess too (password spraying).
    let failures: SlidingWindow
    /// For one account, from all networks. Nobody is turned away for it, or anybody could be kept out: see `SignInRisk`.
    let accountFailures: SlidingWindow

    init(_ settings: SignInSettings, clock: any WallClock) {
        delay = GrowingDelay(
            "sign-in",
            freeTries: settings.freeTries,
            secondsMax: settings.waitSecondsMax,
            clock: clock
        )
        failures = SlidingWindow(
            LimitRule("sign-in-failures", quota: settings.failuresPerQuarterHour, windowSeconds: 900),
            clock: clock
        )
        accountFailures = SlidingWindow(SignInRisk.failuresMany, clock: clock)
    }
}

/// Each is explained in `compose/settings/identity-provider.yaml`.
struct SignInSettings: Sendable {
    /// Tries for one account from one network that may fail before it has to wait.
    let freeTries: Int
    /// The longest wait.
    let waitSecondsMax: Int64
    /// From one network, for all accounts.
    let failuresPerQuarterHour: Int

    init(reading settings: SettingsReader) throws(SettingsError) {
        freeTries = Int(try settings.integer("limits.signInFreeTries", default: 3, in: 1...1_000_000_000))
        waitSecondsMax = try settings.integer("limits.signInWaitSecondsMax", default: 900, in: 1...86_400)
        failuresPerQuarterHour = Int(
            try settings.integer("limits.signInFailuresPerQuarterHour", default: 50, in: 1...1_000_000_000)
        )
        guard freeTries <= failuresPerQuarterHour else {
            throw settings.fail(
                "limits.signInFreeTries",
                "a network could not fail as often (\(failuresPerQuarterHour)) as it may for one account",
                fix: "set it below limits.signInFailuresPerQuarterHour; 3 forgives a slip of the finger"
            )
        }
    }
}
