import Testing
import Tokens

@testable import IdentityProvider

/// Cheap enough for tests that are not about the cost.
extension Argon2Parameters {
    static let cheap = Argon2Parameters(memoryKiB: 64, passes: 1, lanes: 1)
}

/// Lends a hasher and ends its threads.
func withHasher(
    _ hasher: PasswordHasher = PasswordHasher(parameters: .cheap),
    _ body: (PasswordHasher) async throws -> Void
) async throws {
    do {
        try await body(hasher)
    } catch {
        try await hasher.shutdown()
        throw error
    }
    try await hasher.shutdown()
}

@Suite("Argon2id, RFC 9106 §3.1")
struct Argon2Tests {
    /// From the test suite of the reference implementation, version 0x13, Argon2id.
    static let vector = "$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4"

    @Test func `we write what the reference implementation writes`() throws {
        let parameters = Argon2Parameters(memoryKiB: 256, passes: 2, lanes: 1)
        #expect(try parameters.hash(Credential("password"), salt: Array("somesalt".utf8)) == Self.vector)
    }

    @Test func `we read what the reference implementation writes`() throws {
        #expect(try Argon2Parameters.verify(Credential("password"), against: Self.vector))
        #expect(try !Argon2Parameters.verify(Credential("Password"), against: Self.vector))
    }

    @Test(arguments: ["", "plain", "$argon2i$v=19$m=256,t=2,p=1$c29tZXNhbHQ$AAAA", "$argon2id$v=19$m=256,t=2,p=1$!$!"])
    func `a stored text that is no Argon2id hash is a fault, not a wrong password`(stored: String) {
        #expect(throws: Argon2Failure.self) { try Argon2Parameters.verify(Credential("password"), against: stored) }
    }

    @Test func `the house pays 19 MiB and two passes for a hash`() {
        #expect(Argon2Parameters.house.prefix == "$argon2id$v=19$m=19456,t=2,p=1$")
    }

    @Test func `the hash that nothing matches is a hash like any other`() throws {
        let parameters = Argon2Parameters.cheap
        let real = try parameters.hash(Credential("password"), salt: Argon2Parameters.randomSalt())
        #expect(parameters.unmatchable.utf8.count == real.utf8.count)
        #expect(try !Argon2Parameters.verify(Credential("password"), against: parameters.unmatchable))
    }
}

@Suite("Hashing on threads of its own")
struct PasswordHasherTests {
    @Test func `the same password gets another salt each time`() async throws {
        try await withHasher { hasher in
            let (one, other) = try await (hasher.hash(Credential("password")), hasher.hash(Credential("password")))
            #expect(one != other)
            #expect(try await hasher.verify(Credential("password"), against: one))
            #expect(try await hasher.verify(Credential("password"), against: other))
        }
    }

    @Test func `beyond its queue it says so, and recovers`() async throws {
        try await withHasher(PasswordHasher(parameters: .house, threadCount: 1, waitingMax: 1)) { hasher in
            let busy = await withTaskGroup { group in
                for _ in 0..<8 {
                    group.addTask {
                        do { _ = try await hasher.hash(Credential("password")) } catch is DependencyUnavailable {
                            return true
                        } catch { return false }
                        return false
                    }
                }
                return await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
            }
            #expect((1...6).contains(busy))
            #expect(hasher.workCount == 8 - busy)
            let later = try await hasher.hash(Credential("password"))
            #expect(later.hasPrefix(Argon2Parameters.house.prefix))
        }
    }
}
