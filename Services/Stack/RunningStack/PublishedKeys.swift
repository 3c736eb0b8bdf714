import Tokens

/// The key sets of both issuers as they are published at this moment.
struct PublishedKeys: KeySource {
    private let sets: [String: KeySet]

    init(of stack: RunningStack) async throws {
        var sets: [String: KeySet] = [:]
        for issuer in StackService.all.filter(\.isIssuer) {
            sets[stack.address(of: issuer)] = try await stack.keySet(of: issuer)
        }
        self.sets = sets
    }

    var issuers: [String] { sets.keys.sorted() }

    subscript(issuer: String) -> [VerificationKey] { sets[issuer]?.keys ?? [] }

    func knownKey(_ keyID: String, issuer: String) -> VerificationKey? { sets[issuer]?[keyID] }
    func key(_ keyID: String, issuer: String) -> VerificationKey? { knownKey(keyID, issuer: issuer) }
}

extension RunningStack {
    func keySet(of issuer: StackService) async throws -> KeySet {
        let answer = try await client.send(Call(url: "\(address(of: issuer))/oauth2/jwks.json"))
        return try KeySet(reading: answer.requireSuccess("the key set of \(issuer.name)").body)
    }
}
