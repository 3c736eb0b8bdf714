import Foundation
import IssuerKit
import Logging
import Synchronization
import TestKit
import Testing
import TokenClient
import Tokens

/// Two replicas of an issuer, and twelve verifiers that keep its page as they please: one asks every few seconds, one is idle for
/// five minutes at a time. Requests, rotations and the clock run beside each other.
///
/// About 5,000 requests; 100,000 with `GATEHOUSE_FAULTS=long`.
@Suite("Rotation under load", .timeLimit(.minutes(10)))
struct RotationUnderLoadTests {
    private static let rotations = 50
    private static let requests = ProcessInfo.processInfo.environment["GATEHOUSE_FAULTS"] == "long" ? 100_000 : 5_000

    @Test func `fifty rotations refuse not one request, whatever the age of the caches`() async throws {
        let issuer = try await ScratchIssuer()
        defer { withExtendedLifetime(issuer) {} }
        let scene = try await Scene(issuer)
        let begin = ContinuousClock.now
        while scene.rotationCount < Self.rotations || scene.figures.verifications < Self.requests {
            try await scene.step(requests: Self.requests / (Self.rotations * Scene.stepsPerRotation))
        }
        let figures = scene.figures
        print("\(figures) in \(ContinuousClock.now - begin)")
        #expect(figures.refusals.isEmpty && figures.faults.isEmpty)
        #expect(figures.verifications >= Self.requests)
        #expect(figures.keyIDs.count >= Self.rotations)
    }
}

/// What came of the requests so far.
private struct Figures: CustomStringConvertible {
    var verifications = 0
    var fetches = 0
    var keyIDs: Set<String> = []
    var refusals: [Refusal] = []
    var faults: [String] = []

    var description: String {
        "\(verifications) requests, \(keyIDs.count) keys, \(fetches) fetches, \(refusals.count) x 401, \(faults.count) x 5xx"
    }
}

private final class Scene: Sendable {
    static let stepSeconds: Int64 = 25
    /// A successor is announced for 250 s.
    static let stepsPerRotation = 10
    private static let lifetimeSeconds: Int64 = 600
    private static let remembered = 2_000

    private let house: TestIssuer
    private let clock: MovableClock
    private let replicas: [KeyRing]
    private let verifiers: [TokenValidator<AccessTokenClaims>]
    private let server: PageServer
    private let state = Mutex(State())

    private struct State {
        var step = 0
        var rotationCount = 0
        var figures = Figures()
        var mints = 0
        /// The last of them, to be shown again until shortly before they run out.
        var shown: [(token: Credential, until: NumericDate)] = []
    }

    init(_ issuer: ScratchIssuer) async throws {
        let house = try TestIssuer()
        let (clock, replicas) = (issuer.clock, [try await issuer.replica(), try await issuer.replica()])
        let server = PageServer(replicas)
        var verifiers: [TokenValidator<AccessTokenClaims>] = []
        for _ in 0..<12 {
            let keys = RemoteKeySet(
                sources: [(House.issuer, "https://id.example/jwks.json")],
                sender: server,
                clock: clock,
                logger: Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })
            )
            verifiers.append(house.validator(clock: clock, keys: keys))
            try await keys.warmUp()
            clock.advance(bySeconds: 10)
        }
        self.house = house
        (self.clock, self.replicas, self.server, self.verifiers) = (clock, replicas, server, verifiers)
    }

    var rotationCount: Int { state.withLock { $0.rotationCount } }

    var figures: Figures {
        var figures = state.withLock { $0.figures }
        figures.fetches = server.fetches.load(ordering: .relaxed)
        return figures
    }

    /// Some requests, and beside them what the issuer does and the time that goes by.
    func step(requests: Int) async throws {
        let step = state.withLock { state in
            state.step += 1
            return state.step
        }
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await self.work(step) }
            for worker in 0..<4 {
                group.addTask {
                    for request in stride(from: worker, to: requests, by: 4) { try await self.request(step, request) }
                }
            }
            try await group.waitForAll()
        }
    }

    /// The time moves between the two replicas: one has looked and the other has not.
    private func work(_ step: Int) async throws {
        let (one, other) = (replicas[step % 2], replicas[(step + 1) % 2])
        if one.list().allSatisfy({ $0.state != .announced }) {
            try await one.rotate()
            state.withLock { $0.rotationCount += 1 }
        }
        clock.advance(bySeconds: Self.stepSeconds)
        try await other.maintain()
    }

    /// Verifier n is asked at every n-th step only; half of the tokens are new, half have been shown before.
    private func request(_ step: Int, _ request: Int) async throws {
        let usable = verifiers.indices.filter { step.isMultiple(of: $0 + 1) }
        let verifier = verifiers[usable[request / 4 % usable.count]]
        let token = try (request.isMultiple(of: 2) ? nil : shownBefore(request)) ?? mint(request)
        do {
            let verified = try await verifier.verify(token)
            state.withLock {
                $0.figures.verifications += 1
                $0.figures.keyIDs.insert(verified.keyID)
            }
        } catch let refusal as Refusal {
            state.withLock { $0.figures.refusals.append(refusal) }
        } catch {
            state.withLock { $0.figures.faults.append("\(error)") }
        }
    }

    private func mint(_ request: Int) throws -> Credential {
        let now = clock.now()
        let claims = house.claims {
            $0.issuedAt = now
            $0.lifetimeSeconds = Self.lifetimeSeconds
        }
        let token = try TokenMinter(signingKey: replicas[request / 2 % 2].signingKey).mint(claims)
        let new = (token, now + (Self.lifetimeSeconds - 2 * Self.stepSeconds))
        state.withLock { state in
            if state.shown.count < Self.remembered { state.shown.append(new) }
            state.shown[state.mints % Self.remembered] = new
            state.mints += 1
        }
        return token
    }

    private func shownBefore(_ request: Int) -> Credential? {
        let now = clock.now()
        return state.withLock { state in
            guard !state.shown.isEmpty else { return nil }
            let one = state.shown[request * 7_919 % state.shown.count]
            return now < one.until ? one.token : nil
        }
    }
}

/// The key-set page, now of one replica and now of another, as a balancer gives them out.
private final class PageServer: HTTPSender {
    private let replicas: [KeyRing]
    let fetches = Atomic<Int>(0)

    init(_ replicas: [KeyRing]) { self.replicas = replicas }

    func send(_ request: OutboundRequest) -> OutboundResponse {
        let count = fetches.wrappingAdd(1, ordering: .relaxed).newValue
        let ring = replicas[count % replicas.count]
        let headers = [("cache-control", "max-age=\(ring.periods.keySetCacheSeconds)")]
        return OutboundResponse(status: 200, headers: headers, body: ring.publishedDocument)
    }
}
