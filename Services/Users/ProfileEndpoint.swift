import Hummingbird
import ServiceKit
import Tokens

/// `GET` and `PUT /users/me`: the caller's own profile. `GET /users/{id}`: anybody's, for whoever may see that.
struct ProfileEndpoint: Sendable {
    let profiles: ProfileStore

    /// - Gives: 200 always; a user who has said nothing yet has an empty profile.
    func answer(
        _ request: Request,
        _ context: ServiceContext,
        _ caller: VerifiedToken<AccessTokenClaims>
    ) async throws -> Response {
        let profile = try await profiles.profile(of: caller.claims.subject)
        return .json(profile.document(subject: caller.claims.subject))
    }

    /// - Gives: 200 always: who is known, the provider says, and not this answer.
    func answerAnybody(
        _ request: Request,
        _ context: ServiceContext,
        _ caller: VerifiedToken<AccessTokenClaims>
    ) async throws -> Response {
        let subject = try context.parameters.require("id")
        return .json(try await profiles.profile(of: subject).document(subject: subject))
    }

    /// Replaces the whole profile: what the body leaves out is gone, as PUT says (RFC 9110 §9.3.4).
    ///
    /// - Takes: see `Profile`.
    /// - Refuses: `bodyMalformed`.
    func answerUpdate(
        _ request: Request,
        _ context: ServiceContext,
        _ caller: VerifiedToken<AccessTokenClaims>
    ) async throws -> Response {
        let profile = try Profile(reading: await request.readJSON(context))
        try await profiles.keep(profile, of: caller.claims.subject)
        return .json(profile.document(subject: caller.claims.subject))
    }
}
