import TestKit
import Testing
import Tokens

@testable import Stack

extension Faults {
    @Suite("A stolen refresh token", .timeLimit(.minutes(60))) struct ThiefTests {
        /// What the thief holds, and when they come.
        private enum Theft: CaseIterable {
            /// A generation whose successor is spent, while the owner goes on: no grace for that one.
            case ofAnOldGeneration
            /// The generation before the newest, when the grace window is over.
            case ofTheLastButOne
            /// The newest: thief and owner refresh on and on, at the same time. As long as the grace window lasts they get the
            /// same successors, like two tabs; the first pause that is longer tells them apart.
            case ofTheNewest
        }

        /// `refresh.graceSeconds`, and a second.
        private static let pauseSeconds: Int64 = 31

        @Test func `is caught every time: every session of its user ends, whatever the interleaving`() async throws {
            var chance = Chance.generator("a thief")
            let roundCount = Extent.count(12, long: 1_000)
            try await FaultyStack.run([.identityProvider]) { stack in
                for _ in 0..<roundCount {
                    let owner = try await stack.running.signUp("owner")
                    let laptop = try await stack.running.signInAgain(owner).refreshToken()
                    var phone = Holder(stack.running, try owner.refreshToken())
                    try await phone.refresh(Int.random(in: 2...5, using: &chance))
                    let held = try await steal(chance.pick(Theft.allCases), from: &phone, on: stack, &chance)
                    for token in held + [laptop] {
                        let answer = try await stack.running.refresh(token)
                        #expect(answer.summary == "400 invalid_grant")
                    }
                }
            }
            Figures.print("a thief", "\(roundCount) thefts, \(roundCount) caught")
        }

        /// - Gives: what thief and owner hold in the end, none of it good any more.
        private func steal(
            _ theft: Theft,
            from phone: inout Holder,
            on stack: FaultyStack,
            _ chance: inout SeededGenerator
        ) async throws -> [Credential] {
            var thief: Holder
            switch theft {
            case .ofAnOldGeneration:
                thief = Holder(stack.running, chance.pick(phone.held.dropLast(2)))
                try await Holder.refresh(&phone, Int.random(in: 0...2, using: &chance), &thief, 1)
            case .ofTheLastButOne:
                thief = Holder(stack.running, phone.held[phone.held.count - 2])
                try await stack.advance(.identityProvider, bySeconds: Self.pauseSeconds)
                try await thief.refresh(1)
            case .ofTheNewest:
                thief = Holder(stack.running, phone.newest)
                let (ours, theirs) = (Int.random(in: 1...4, using: &chance), Int.random(in: 1...4, using: &chance))
                try await Holder.refresh(&phone, ours, &thief, theirs)
                for _ in 0..<2 {
                    try await stack.advance(.identityProvider, bySeconds: Self.pauseSeconds)
                    try await phone.refresh(1)
                    try await stack.advance(.identityProvider, bySeconds: Self.pauseSeconds)
                    try await thief.refresh(1)
                }
            }
            #expect(phone.isRefused || thief.isRefused, "\(theft)")
            return [phone.newest, thief.newest]
        }
    }
}

/// Whoever holds a refresh token: it refreshes, and keeps what it gets, until it is refused.
private struct Holder: Sendable {
    private let stack: RunningStack
    /// Oldest first.
    private(set) var held: [Credential]
    private(set) var isRefused = false

    init(_ stack: RunningStack, _ token: Credential) {
        self.stack = stack
        held = [token]
    }

    var newest: Credential { held[held.count - 1] }

    mutating func refresh(_ count: Int) async throws {
        for _ in 0..<count where !isRefused {
            let answer = try await stack.refresh(newest)
            if answer.status == 400 {
                isRefused = true
            } else if let successor = try stack.readTokens(answer, "refreshing").refreshToken {
                held.append(successor)
            }
        }
    }

    /// Two holders at the same time.
    static func refresh(_ one: inout Holder, _ count: Int, _ other: inout Holder, _ otherCount: Int) async throws {
        let (before, otherBefore) = (one, other)
        async let after = before.refreshed(count)
        other = try await otherBefore.refreshed(otherCount)
        one = try await after
    }

    private func refreshed(_ count: Int) async throws -> Holder {
        var holder = self
        try await holder.refresh(count)
        return holder
    }
}
