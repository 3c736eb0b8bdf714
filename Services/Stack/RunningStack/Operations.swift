import Tokens

/// What the operator key opens: users, clients, keys, and in the test environment the clock.
extension RunningStack {
    /// - Throws: where the data folder's operator key cannot be read, or no answer comes.
    func operate(
        _ method: String,
        _ path: String,
        on service: StackService,
        _ body: JSONObject? = nil
    ) async throws -> Answer {
        let key = try folder.readSecret(folder.operatorKey)
        var call = Call(method: method, url: "\(operations(of: service))/ops/\(path)")
        call.headers = [("authorization", "Bearer \(key.exposed)")]
        if let body {
            call.headers.append(("content-type", "application/json"))
            call.body = JSONWriter.bytes(body)
        }
        return try await client.send(call)
    }

    /// Moves the clocks of all five by `seconds`, with whatever that makes due: only in the test environment.
    ///
    /// Verifiers first: an issuer ahead of them would mint tokens that are, to them, of the future. While requests run, move by
    /// less than the skew that validators allow (`Bounds.clockSkewSeconds`), again and again.
    func advance(seconds: Int64) async throws {
        try await advance(StackService.all.sorted { !$0.isIssuer && $1.isIssuer }, bySeconds: seconds)
        clock.advance(bySeconds: seconds)
    }

    /// Moves the clocks of some, ahead of the others or after them.
    func advance(_ services: [StackService], bySeconds seconds: Int64) async throws {
        for service in services {
            try await operate("POST", "clock", on: service, ["advanceSeconds": .integer(seconds)])
                .requireSuccess("moving the clock of \(service.name)")
        }
    }

    /// Learns how far the clocks of a test stack have been moved by others.
    func learnTime() async throws {
        guard record.environment == .test else { return }
        let answer = try await operate("POST", "clock", on: .identityProvider, ["advanceSeconds": 0])
        guard let now = try answer.requireSuccess("asking for the time").json?["now"]?.integer else { return }
        clock.advance(bySeconds: NumericDate(now).seconds(since: clock.now()))
    }
}
