/// One attack: a row of the gallery.
struct Attack: Sendable {
    let name: String
    /// What an attacker would have if it worked.
    let gain: String
    /// What goes over the wire that the genuine request does not have.
    let sent: String
    /// Fires it at every door that it applies to, beside the genuine request.
    ///
    /// - Throws: `ScenarioFailure` where the genuine request is not accepted: what is refused beside it proves nothing then.
    let fire: @Sendable (AttackScene) async throws -> [Shot]
}

/// Attacks of one kind, and what they have in common.
struct AttackGroup: Sendable {
    /// As the field calls it, and as `--group` takes it.
    let name: String
    /// The mistake that all of them hope for.
    let hope: String
    let attacks: [Attack]

    init(_ name: String, hope: String, _ attacks: [Attack]) {
        self.name = name
        self.hope = hope
        self.attacks = attacks
    }
}

/// Every attack that the house is known to withstand: `gatehouse attack`, and the same as end-to-end tests.
///
/// An attack counts as withstood when each door says no in the words that it has for everybody, and its audit log holds exactly one
/// record of that, with the reason that the row names. Refused for another reason, a mistyped attack would pass for a good defence.
enum AttackGallery {
    static let groups: [AttackGroup] = [
        SignatureStripping.group, KeyConfusion.group, KeyIdentifiers.group, HeaderSuppliedKeys.group,
        SignatureValues.group, TokenKindConfusion.group, AudienceAndIssuer.group, TimeClaims.group,
        DuplicateMembers.group, OversizedInputs.group, BoundTokens.group, ReplayedProofs.group,
        ActorForging.group, ScopeLaundering.group, HeaderSmuggling.group, RequestSmuggling.group,
        ClientAssertions.group,
        StolenGrants.group,
    ]

    static func group(named name: String) -> AttackGroup? { groups.first { $0.name == name } }
}
