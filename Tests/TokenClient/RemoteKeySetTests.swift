import Logging
import Testing
import TokenClient
import Tokens

/// One issuer, its keys on a page, and a clock that the test moves.
private struct Scene {
    static let issuer = "https://localhost:8440"
    static let url = "https://localhost:8440/oauth2/jwks.json"

    let clock = MovableClock(base: FixedClock(noon))
    let sender: StubSender
    let keys: RemoteKeySet

    init(_ answer: StubSender.Answer) {
        sender = StubSender(answer)
        keys = RemoteKeySet(sources: [(Self.issuer, Self.url)], sender: sender, clock: clock, logger: .silent)
    }

    func knows(_ key: SigningKey) -> Bool { keys.knownKey(key.keyID, issuer: Self.issuer) != nil }

    func finds(_ key: SigningKey) async throws -> Bool {
        try await keys.key(key.keyID, issuer: Self.issuer) != nil
    }
}

extension Logger {
    fileprivate static let silent = Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })
}

@Suite("Remote key sets", .timeLimit(.minutes(5)))
struct RemoteKeySetTests {
    private let old: SigningKey
    private let new: SigningKey

    init() throws {
        old = try .generate(.es256)
        new = try .generate(.es256)
    }

    // What is asked, and how often.

    @Test func `the hot path never asks for what is not there yet`() async throws {
        let scene = Scene(.keys([old]))
        #expect(!scene.knows(old))
        #expect(scene.sender.calls == 0)
        #expect(try await scene.finds(old))
        #expect(scene.knows(old))
        #expect(scene.sender.calls == 1)
        #expect(scene.sender.requests[0].method == "GET")
        #expect(scene.sender.requests[0].url == "https://localhost:8440/oauth2/jwks.json")
    }

    @Test func `a hundred callers share one fetch`() async throws {
        let scene = Scene(.keys([old]))
        scene.sender.hold()
        try await withThrowingTaskGroup(of: Bool.self) { group in
            for _ in 0..<100 { group.addTask { try await scene.finds(old) } }
            await scene.sender.called(times: 1)
            scene.sender.release()
            for try await found in group { #expect(found) }
        }
        #expect(scene.sender.calls == 1)
    }

    @Test func `a caller who gives up does not fail the others`() async throws {
        let scene = Scene(.keys([old]))
        scene.sender.hold()
        let first = Task { try await scene.finds(old) }
        await scene.sender.called(times: 1)
        let second = Task { try await scene.finds(old) }
        first.cancel()
        scene.sender.release()
        #expect(try await second.value)
        #expect(scene.sender.calls == 1)
    }

    @Test func `an unknown key is asked for once in ten seconds`() async throws {
        let scene = Scene(.keys([old]))
        try await scene.keys.warmUp()
        #expect(try await !scene.finds(new))
        #expect(scene.sender.calls == 2)
        scene.sender.answer(.keys([old, new]))
        scene.clock.advance(bySeconds: 9)
        #expect(try await !scene.finds(new))
        #expect(scene.sender.calls == 2)
        scene.clock.advance(bySeconds: 1)
        #expect(try await scene.finds(new))
        #expect(scene.sender.calls == 3)
    }

    @Test(arguments: [true, false])
    func `who comes while a new key is being asked for gets the same answer`(isPublished: Bool) async throws {
        let scene = Scene(.keys([old]))
        try await scene.keys.warmUp()
        scene.sender.answer(.keys(isPublished ? [old, new] : [old]))
        scene.sender.hold()
        let first = Task { try await scene.finds(new) }
        await scene.sender.called(times: 2)
        let second = Task.immediate { try await scene.finds(new) }
        scene.sender.release()
        #expect(try await first.value == isPublished)
        #expect(try await second.value == isPublished)
        #expect(scene.sender.calls == 2)
    }

    @Test func `nobody is asked about a stranger's key`() async throws {
        let scene = Scene(.keys([old]))
        #expect(try await scene.keys.key(old.keyID, issuer: "https://evil.example") == nil)
        #expect(scene.sender.calls == 0)
    }

    // What a set that comes in does to the one that is there.

    @Test func `a set is replaced and never merged`() async throws {
        let scene = Scene(.keys([old]))
        try await scene.keys.warmUp()
        scene.sender.answer(.keys([new]))
        #expect(try await scene.finds(new))
        #expect(!scene.knows(old))
    }

    @Test func `an empty set is the issuer's word`() async throws {
        let scene = Scene(.keys([old]))
        try await scene.keys.warmUp()
        scene.sender.answer(.keys([]))
        #expect(try await !scene.finds(new))
        #expect(!scene.knows(old))
    }

    @Test(
        arguments: [
            .unreachable, .status(500), .status(302, "{\"keys\":[]}"), .status(404, "{\"keys\":[]}"), .status(200),
            .status(200, "<html>"), .status(200, "{}"), .status(200, "{\"keys\":{}}"),
            .status(200, "{\"keys\":[],\"keys\":[]}"),
            .status(200, "{\"keys\":[" + String(repeating: " ", count: Bounds.documentBytesMax) + "]}"),
        ] as [StubSender.Answer]
    )
    func `a poisoned answer keeps the last good set`(answer: StubSender.Answer) async throws {
        let scene = Scene(.keys([old]))
        try await scene.keys.warmUp()
        scene.sender.answer(answer)
        scene.clock.advance(bySeconds: 300)
        await scene.keys.refreshDue()
        #expect(scene.sender.calls == 2)
        #expect(scene.knows(old))
    }

    // How a set ages.

    @Test func `a due set answers at once and is renewed beside it`() async throws {
        let scene = Scene(.keys([old]))
        try await scene.keys.warmUp()
        scene.sender.answer(.keys([new]))
        scene.clock.advance(bySeconds: 299)
        #expect(scene.knows(old))
        #expect(scene.sender.calls == 1)
        scene.clock.advance(bySeconds: 1)
        scene.sender.hold()
        for _ in 0..<100 { #expect(scene.knows(old)) }
        await scene.sender.called(times: 2)
        scene.sender.release()
        await scene.keys.refreshDue()
        #expect(scene.sender.calls == 2)
        #expect(scene.knows(new) && !scene.knows(old))
    }

    @Test func `a removed key verifies nothing after max-age and grace, even in a service that slept`() async throws {
        let scene = Scene(.keys([old, new]))
        try await scene.keys.warmUp()
        scene.sender.answer(.keys([new]))
        scene.clock.advance(bySeconds: 330)
        #expect(!scene.knows(old))
        #expect(try await !scene.finds(old))
        #expect(try await scene.finds(new))
    }

    @Test func `the last good set goes on through an outage, for a day`() async throws {
        let scene = Scene(.keys([old]))
        try await scene.keys.warmUp()
        scene.sender.answer(.unreachable)
        scene.clock.advance(bySeconds: 86_399)
        #expect(try await scene.finds(old))
        scene.clock.advance(bySeconds: 1)
        #expect(!scene.knows(old))
        await #expect(throws: DependencyUnavailable.self) { try await scene.finds(old) }
        scene.sender.answer(.keys([old]))
        #expect(try await scene.finds(old))
    }

    @Test func `in an outage one request asks and the next ones do not wait`() async throws {
        let scene = Scene(.keys([old]))
        try await scene.keys.warmUp()
        scene.sender.answer(.unreachable)
        scene.clock.advance(bySeconds: 330)
        #expect(!scene.knows(old))
        #expect(try await scene.finds(old))
        #expect(scene.sender.calls == 2)
        scene.clock.advance(bySeconds: 9)
        #expect(scene.knows(old))
        #expect(scene.sender.calls == 2)
        scene.clock.advance(bySeconds: 31)
        #expect(!scene.knows(old))
    }

    @Test func `in an outage an unknown key is nobody's fault`() async throws {
        let scene = Scene(.keys([old]))
        try await scene.keys.warmUp()
        scene.sender.answer(.unreachable)
        for _ in 0..<3 {
            await #expect(throws: DependencyUnavailable.self) { try await scene.finds(new) }
        }
        #expect(scene.sender.calls == 2)
        #expect(scene.knows(old))
    }

    // What the issuer says has changed.

    @Test func `a set is fetched at once when its issuer says that its keys have changed`() async throws {
        let scene = Scene(.keys([old]))
        try await scene.keys.warmUp()
        scene.sender.answer(.keys([new]))
        await scene.keys.refresh(issuer: Scene.issuer)
        #expect(scene.knows(new) && !scene.knows(old))
        await scene.keys.refresh(issuer: "https://evil.example")
        #expect(scene.sender.calls == 2)
    }

    @Test func `a fetch that began before the change is not enough, and a hundred changes at once share the next`()
        async throws
    {
        let scene = Scene(.keys([old]))
        scene.sender.hold()
        let before = Task { try await scene.finds(old) }
        await scene.sender.called(times: 1)
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<100 { group.addImmediateTask { await scene.keys.refresh(issuer: Scene.issuer) } }
            scene.sender.release()
            #expect((try? await before.value) == true)
            await group.waitForAll()
        }
        #expect(scene.sender.calls == 2)
    }

    @Test func `an issuer that is away when its keys change is asked again, and the old set stays meanwhile`()
        async throws
    {
        let scene = Scene(.keys([old]))
        try await scene.keys.warmUp()
        scene.sender.answer(.unreachable)
        await scene.keys.refresh(issuer: Scene.issuer)
        #expect(scene.knows(old))
        scene.sender.answer(.keys([new]))
        #expect(try await scene.finds(new))
        #expect(!scene.knows(old))
    }

    // Start and background.

    @Test func `an issuer that was never reached is named`() async throws {
        let scene = Scene(.unreachable)
        let failure = await #expect(throws: DependencyUnavailable.self) { try await scene.finds(old) }
        #expect(failure?.dependency == "key set of https://localhost:8440")
        scene.sender.answer(.keys([old]))
        #expect(try await scene.finds(old))
    }

    @Test func `warming up asks every issuer once and names those that fail`() async throws {
        let (good, bad) = (StubSender.Answer.keys([old]), StubSender.Answer.unreachable)
        let sender = StubSender { $0.url == "https://a/keys" ? good : bad }
        let sources = [("https://a", "https://a/keys"), ("https://b", "https://b/keys")]
        let clock = FixedClock(noon)
        let keys = RemoteKeySet(sources: sources, sender: sender, clock: clock, logger: .silent)
        let failure = await #expect(throws: DependencyUnavailable.self) { try await keys.warmUp() }
        #expect(failure?.dependency == "key set of https://b")
        #expect(keys.knownKey(old.keyID, issuer: "https://a") != nil)
        #expect(keys.knownKey(old.keyID, issuer: "https://b") == nil)
        sender.answer(good)
        try await keys.warmUp()
        #expect(sender.requests.map(\.url).sorted() == ["https://a/keys", "https://b/keys", "https://b/keys"])
    }

    @Test func `the background service renews shortly before max-age and ends when told`() async throws {
        let scene = Scene(.keys([old]))
        try await scene.keys.warmUp()
        scene.clock.advance(bySeconds: 289)
        await scene.keys.refreshDue()
        #expect(scene.sender.calls == 1)
        scene.clock.advance(bySeconds: 1)
        let service = Task { try await scene.keys.run() }
        await scene.sender.called(times: 2)
        service.cancel()
        try await service.value
    }
}
