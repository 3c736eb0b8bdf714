import Audit
import ServiceKit
import Tokens

/// What is done about a risk.
enum RiskResponse: String, Sendable, CaseIterable, Comparable {
    case allow
    /// The user has to sign in again (RFC 9470 §3).
    case stepUp
    /// Refused, and what it was asked with is suspended.
    case deny

    static func < (first: RiskResponse, second: RiskResponse) -> Bool {
        (allCases.firstIndex(of: first) ?? 0) < (allCases.firstIndex(of: second) ?? 0)
    }
}

/// What is done about which level. `compose/settings/identity-provider.yaml` says what each choice trades.
struct RiskPolicy: Sendable, Equatable {
    let medium: RiskResponse
    let high: RiskResponse

    func response(to level: RiskLevel) -> RiskResponse {
        switch level {
        case .low: .allow
        case .medium: medium
        case .high: high
        }
    }
}

extension RiskPolicy {
    init(reading settings: SettingsReader) throws(SettingsError) {
        medium = try settings.choice("risk.medium", default: .stepUp)
        high = try settings.choice("risk.high", default: .deny)
        guard medium <= high else {
            throw settings.fail(
                "risk.high",
                "a high risk would be answered more mildly (\(high.rawValue)) than a medium one (\(medium.rawValue))",
                fix: "choose the same as risk.medium, or what is stricter: allow, stepUp, deny"
            )
        }
    }

    /// - Throws: `RiskTooHigh` for a refresh that shall not be answered; what was written in the same transaction is taken back.
    func require(_ risk: Risk) throws(RiskTooHigh) {
        switch response(to: risk.level) {
        case .allow: break
        case .stepUp: throw .stepUp(risk)
        case .deny: throw .deny(risk)
        }
    }
}

/// Why a refresh token was not spent.
enum RiskTooHigh: Error {
    case stepUp(Risk)
    case deny(Risk)
}

extension Decision {
    /// Notes what was seen, also where it is allowed.
    func note(_ risk: Risk) {
        note { record in
            record.signals += risk.signals.map(\.rawValue).sorted()
            record[.risk] = risk.level.rawValue
        }
    }
}
