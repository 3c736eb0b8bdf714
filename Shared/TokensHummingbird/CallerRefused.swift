public import Hummingbird
public import Tokens

/// A caller whom a guard has turned away, and what they would have to bring instead.
public struct CallerRefused: Error, Sendable {
    /// The exact reason: for the log, never for the caller.
    public let refusal: Refusal
    private let proofAlgorithms: [Algorithm]
    /// How the user would have to sign in, where that is what is missing.
    public let authentication: AuthenticationRule?

    /// A refusal, and what a challenge may say about it.
    ///
    /// - Parameters:
    ///   - refusal: the exact reason.
    ///   - proofAlgorithms: of which the keys of DPoP proofs may be.
    ///   - authentication: how the route wants the user to have signed in.
    public init(_ refusal: Refusal, proofAlgorithms: [Algorithm] = [], authentication: AuthenticationRule? = nil) {
        self.refusal = refusal
        self.proofAlgorithms = proofAlgorithms
        self.authentication = authentication
    }

    /// The value of `WWW-Authenticate` (RFC 6750 §3); nil where another token would not help.
    ///
    /// Its scheme is `DPoP` where the caller used that, or would have had to (RFC 9449 §7.1, §7.2).
    public func challenge(to request: Request) -> String? {
        let wire = refusal.wire
        var parameters = [("error", wire.rawValue)]
        switch wire {
        // Who brings nothing is told nothing (RFC 6750 §3.1).
        case .tokenMissing: return "Bearer"
        case .insufficientUserAuthentication: parameters += authentication?.parameters ?? []
        case .insufficientScope, .invalidDPoPProof, .invalidToken: break
        default: return nil
        }
        let isBound = refusal == .proofMissing || wire == .invalidDPoPProof || request.usesDPoP
        if isBound, !proofAlgorithms.isEmpty {
            parameters.append(("algs", proofAlgorithms.map(\.name).joined(separator: " ")))
        }
        let list = parameters.map { "\($0.0)=\"\($0.1)\"" }.joined(separator: ", ")
        return "\(isBound ? "DPoP" : "Bearer") \(list)"
    }
}

extension AuthenticationRule {
    /// What to ask the provider for at the next sign-in (RFC 9470 §3).
    fileprivate var parameters: [(String, String)] {
        (contexts.isEmpty ? [] : [("acr_values", contexts.joined(separator: " "))])
            + (ageSecondsMax.map { [("max_age", String($0))] } ?? [])
    }
}

extension Request {
    fileprivate var usesDPoP: Bool { headers[.authorization]?.prefix { $0 != " " }.lowercased() == "dpop" }
}
