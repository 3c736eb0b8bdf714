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
    /// Verifiers first: an issuer ahead of them would mint tokens that are, to them, of the future. While requests run, move in steps
    /// within the skew that validators allow; `advance(seconds:inStepsOf:)` does.
    func advance(seconds: Int64) async throws {
        for service in StackService.all.sorted(by: { !$0.isIssuer && $1.isIssuer }) {
            try await operate("POST", "clock", on: service, ["advanceSeconds": .integer(seconds)])
                .requireSuccess("moving the clock of \(service.name)")
        }
        clock.advance(bySeconds: seconds)
    }

    /// Moves the clocks by `seconds` in steps so small that no request in between notices.
    func advance(seconds: Int64, inStepsOf step: Int64) async throws {
        var left = seconds
        while left > 0 {
            try await advance(seconds: min(step, left))
            left -= step
        }
    }
}
