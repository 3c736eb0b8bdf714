import Logging
import TestKit
import Testing
import TokenClient
import Tokens

/// A verifier over remote keys, whose provider goes away for ten minutes or answers nonsense. Time is moved; nothing waits.
@Suite("Key sets through an outage", .timeLimit(.minutes(5)))
struct KeySetOutageTests {
    private static let url = "https://id.example/oauth2/jwks.json"

    private let issuer: TestIssuer
    /// Its next key, which no verifier has seen yet.
    private let next: TestIssuer
    private let clock = MovableClock(base: House.clock())
    private let sender: StubSender
    private let keys: RemoteKeySet
    private let validator: TokenValidator<AccessTokenClaims>

    init() throws {
        issuer = try TestIssuer()
        next = try TestIssuer()
        sender = StubSender(.keys([issuer.key], cacheControl: "max-age=120"))
        keys = RemoteKeySet(
            sources: [(issuer.issuer, Self.url)],
            sender: sender,
            clock: clock,
            logger: Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })
        )
        validator = issuer.validator(clock: clock, keys: keys)
    }

    /// A token that lives for a quarter of an hour from now on.
    private func token(of issuer: TestIssuer) throws -> Credential {
        try issuer.mint {
            $0.issuedAt = clock.now()
            $0.lifetimeSeconds = 900
        }
    }

    private func page(_ issuers: TestIssuer...) -> StubSender.Answer {
        .keys(issuers.map(\.key), cacheControl: "max-age=120")
    }

    @Test func `through ten minutes without the provider live tokens are answered, and unknown keys make no flood`()
        async throws
    {
        let (live, unknown) = (try token(of: issuer), try token(of: next))
        _ = try await validator.verify(live)
        sender.answer(.unreachable)
        for _ in 0..<120 {
            clock.advance(bySeconds: 5)
            _ = try await validator.verify(live)
            for _ in 0..<5 {
                // 503 and never 401: nobody can say that the provider has no such key.
                await #expect(throws: DependencyUnavailable.self) { try await validator.verify(unknown) }
            }
        }
        // In ten seconds ten requests name an unknown key: one question for all of them, and one because the set is due.
        #expect((60...122).contains(sender.calls), "\(sender.calls)")
        sender.answer(page(issuer, next))
        clock.advance(bySeconds: 10)
        _ = try await validator.verify(live)
        _ = try await validator.verify(unknown)
    }

    @Test func `a service that was idle all the time asks once, and goes on with what it had`() async throws {
        let live = try token(of: issuer)
        try await keys.warmUp()
        sender.answer(.unreachable)
        clock.advance(bySeconds: 600)
        for _ in 0..<100 { _ = try await validator.verify(live) }
        #expect(sender.calls == 2)
    }

    @Test(
        arguments: [
            .status(200, "not JSON"), .status(200, "{\"keys\":[{]}"), .status(503), .status(200, "{\"keys\":{}}"),
            .status(200, "{\"keys\":[" + String(repeating: " ", count: 2 << 20) + "]}"),
        ] as [StubSender.Answer]
    )
    func `a provider that comes back with nonsense changes nothing, until it comes back with its keys`(
        nonsense: StubSender.Answer
    ) async throws {
        let live = try token(of: issuer)
        _ = try await validator.verify(live)
        for answer in [.unreachable, nonsense, .unreachable, nonsense] as [StubSender.Answer] {
            sender.answer(answer)
            for _ in 0..<15 {
                clock.advance(bySeconds: 10)
                _ = try await validator.verify(live)
                await keys.refreshDue()
            }
        }
        #expect(sender.calls <= 61)
        sender.answer(page(issuer, next))
        clock.advance(bySeconds: 10)
        _ = try await validator.verify(try token(of: next))
    }

    /// Whoever can put a page there in the issuer's name can put any key on it as well: the page is believed, also where it takes
    /// keys away. Otherwise an issuer could not take a stolen key back.
    @Test(arguments: [true, false])
    func `a page without the key is the issuer's word, and is asked about again after ten seconds`(isEmpty: Bool)
        async throws
    {
        let live = try token(of: issuer)
        _ = try await validator.verify(live)
        sender.answer(isEmpty ? .keys([]) : page(next))
        clock.advance(bySeconds: 150)
        await keys.refreshDue()
        let calls = sender.calls
        for _ in 0..<100 { await #expect(throws: Refusal.keyUnknown) { try await validator.verify(live) } }
        #expect(sender.calls == calls + 1)
        sender.answer(page(issuer))
        clock.advance(bySeconds: 10)
        _ = try await validator.verify(live)
    }
}
