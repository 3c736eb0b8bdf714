import Testing
import Tokens

@testable import Stack

extension Faults {
    @Suite("An audit log that cannot be written", .timeLimit(.minutes(10))) struct AuditDiskTests {
        /// Longer than a spent refresh token is graced (`refresh.graceSeconds`), and shorter than a code lives.
        private static let outageSeconds: Int64 = 31

        @Test
        func
            `nothing is issued, taken back or changed: 503; good tokens go on, and when the disk is back all does, nobody signed out`()
            async throws
        {
            try await FaultyStack.run(onBrokenDisk: StackService.all, holding: "/audit") { stack, disk in
                for fault in BrokenDisk.Fault.allCases {
                    let caller = try await Caller(on: stack.running)
                    try disk.set(fault)
                    // Twice: the first finds out that the disk has failed, the second is told before it begins.
                    for moment in ["first", "then"] {
                        for (what, answer) in try await caller.askForTokens() {
                            #expect(answer.summary == "503 temporarily_unavailable", "\(what), \(fault), \(moment)")
                            #expect(answer.header("retry-after") != nil, "\(what), \(fault), \(moment)")
                        }
                        for (what, answer) in try await caller.read() {
                            #expect(answer.status == 200, "\(what), \(fault), \(moment)")
                        }
                    }
                    try await stack.running.advance(seconds: Self.outageSeconds)
                    try disk.set(nil)
                    try await caller.waitUntilServed()
                    for (what, answer) in try await caller.askForTokens() {
                        #expect(answer.status == 200, "\(what) after \(fault)")
                    }
                }
            }
        }
    }
}

/// Somebody who got their tokens before the disk failed.
private struct Caller {
    private let stack: RunningStack
    private let user: SignedInUser
    private let device: SignedInUser
    private let app: ThirdPartyApp
    private let redemption: Redemption
    /// A refresh token to be given back.
    private let spare: Credential
    private let actor: Credential

    init(on stack: RunningStack) async throws {
        self.stack = stack
        user = try await stack.makeUser("recorded")
        device = try await stack.signInAgain(user)
        spare = try await stack.signInAgain(user).refreshToken()
        actor = try await stack.serviceToken(of: .ordersAPI)
        app = try await ThirdPartyApp.register(on: stack)
        redemption = try await app.receiveCode(from: user)
    }

    /// Every way to a token, and one to take some back.
    func askForTokens() async throws -> [(what: String, answer: Answer)] {
        let provider = stack.address(of: .identityProvider)
        let login: JSONObject = [
            "client_id": .string(RunningStack.demoClient), "username": .string(user.name),
            "password": .string(user.password.exposed), "resource": .string(Audience.orders),
        ]
        let revocation: KeyValuePairs = ["token": spare.exposed, "client_id": RunningStack.demoClient]
        return [
            ("refresh", try await stack.refresh(device.refreshToken())),
            ("exchange", try await stack.exchange(ExchangeRequest(subjectToken: user.accessToken, actorToken: actor))),
            ("a code", try await app.redeem(redemption)),
            ("client_credentials", try await stack.serviceTokenRequest(of: .usersAPI, resource: Audience.exchange)),
            ("sign-in", try await stack.post("\(provider)/auth/login", login)),
            ("revocation", try await stack.postForm("\(provider)/oauth2/revoke", revocation)),
        ]
    }

    /// A log that could not be written is tried again by itself, every second.
    func waitUntilServed() async throws {
        let deadline = ContinuousClock.now + .seconds(10)
        let exchange = ExchangeRequest(subjectToken: user.accessToken, actorToken: actor)
        while try await stack.serviceTokenRequest(of: .usersAPI, resource: Audience.exchange).status != 200 {
            try #require(ContinuousClock.now < deadline)
        }
        while try await stack.exchange(exchange).status != 200 { try #require(ContinuousClock.now < deadline) }
    }

    func read() async throws -> [(what: String, answer: Answer)] {
        [
            ("orders", try await stack.listOrders(user.accessToken)),
            ("introspection", try await stack.introspect(user.accessToken, as: .ordersAPI)),
        ]
    }
}
