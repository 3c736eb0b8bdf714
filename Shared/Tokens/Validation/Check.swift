/// The checks of a token, in this order: cheap ones first, so that a bad token never makes us fetch a key.
public enum Check: String, Sendable, CaseIterable {
    /// Three parts of canonical base64url, strict JSON, no header that steers the verifier.
    case form
    /// `typ` is that of the kind.
    case type
    /// `alg` is one of those accepted.
    case algorithm
    /// What is required is there, and all of it well formed.
    case claims
    /// `iss` is trusted.
    case issuer
    /// `aud` is who we are.
    case audience
    /// The issuer publishes `kid`, and it is a key for `alg`.
    case key
    /// It is that key's.
    case signature
    /// `iat`, `nbf` and `exp` by the clock of this moment.
    case time
    /// The sender is whom `cnf` names.
    case senderConstraint
    /// Nothing that the token stands on was revoked.
    case revocation
    /// `act`, where the route asks (``Requirement/actor(_:)``, ``Requirement/noActor``).
    case actor
    /// `scope`, where the route asks (``Requirement/scope(_:)``).
    case scope
    /// `sub`, where the route asks (``Requirement/subject(inPath:)``).
    case subject
    /// `acr` and `auth_time`, where the route asks (``Requirement/authentication(contexts:ageSecondsMax:)``).
    case authentication

    /// Those that a route asks on top; each stands in an explanation only where it was asked.
    public static let ofRoutes: [Check] = [.actor, .scope, .subject, .authentication]
    /// Those that every token goes through.
    public static let ofEveryToken = allCases.filter { !ofRoutes.contains($0) }

    /// What the check asks, in one line for people.
    public var question: String {
        switch self {
        case .form: "three parts of canonical base64url, strict JSON, no header that steers the verifier"
        case .type: "the token is of the kind asked for (typ)"
        case .algorithm: "the algorithm is one that we accept"
        case .claims: "every required claim is there and well formed"
        case .issuer: "the issuer is trusted"
        case .audience: "the token is meant for this service alone"
        case .key: "the issuer publishes the key, for this algorithm"
        case .signature: "the signature is the issuer's"
        case .time: "issued already, begun, not yet expired"
        case .senderConstraint: "the sender holds the certificate or the key that the token is bound to"
        case .revocation: "neither the token nor what it came from was revoked"
        case .actor: "it is used by whom this route is for"
        case .scope: "it allows what this route does"
        case .subject: "it is this user's"
        case .authentication: "the sign-in was strong and recent enough"
        }
    }

    /// The section that asks for the check.
    public var source: String {
        switch self {
        case .form: "RFC 7515 §5.2"
        case .type: "RFC 8725 §3.11"
        case .algorithm: "RFC 8725 §3.1"
        case .claims: "RFC 9068 §2.2"
        case .issuer: "RFC 7519 §4.1.1"
        case .audience: "RFC 7519 §4.1.3"
        case .key: "RFC 7517 §4.5"
        case .signature: "RFC 7515 §5.2"
        case .time: "RFC 7519 §4.1.4"
        case .senderConstraint: "RFC 7800 §3.1"
        case .revocation: "RFC 7009 §2.1"
        case .actor: "RFC 8693 §4.1"
        case .scope: "RFC 6750 §3.1"
        case .subject: "RFC 7519 §4.1.2"
        case .authentication: "RFC 9470 §3"
        }
    }
}

/// One check and how it ended, for people: `token inspect` and the tour print these.
public struct CheckOutcome: Sendable, Equatable {
    /// What was asked.
    public let check: Check
    /// Why it failed; nil where it passed.
    public let refusal: Refusal?
}

/// Runs checks one by one. Two recorders share the one code path: the fast one stops at the first refusal, the
/// explaining one writes all of them down.
protocol CheckRecorder {
    /// - Gives: what the check found; nil when it refused and the recorder goes on.
    mutating func run<Found>(_ check: Check, _ body: () throws(Refusal) -> Found) throws(Refusal) -> Found?
}

struct StopAtFirstRefusal: CheckRecorder {
    func run<Found>(_ check: Check, _ body: () throws(Refusal) -> Found) throws(Refusal) -> Found? { try body() }
}

struct RecordEveryOutcome: CheckRecorder {
    private(set) var outcomes: [CheckOutcome] = []

    mutating func run<Found>(_ check: Check, _ body: () throws(Refusal) -> Found) throws(Refusal) -> Found? {
        do {
            let found = try body()
            outcomes.append(CheckOutcome(check: check, refusal: nil))
            return found
        } catch {
            outcomes.append(CheckOutcome(check: check, refusal: error))
            return nil
        }
    }
}
