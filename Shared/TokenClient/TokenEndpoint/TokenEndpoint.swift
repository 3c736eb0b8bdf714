import Tokens

/// Asks a token endpoint and reads its answer strictly.
struct TokenEndpoint: Sendable {
    /// How a token endpoint answers when it works.
    enum Answer {
        case granted(TokenResponse)
        /// The `error` of RFC 6749 §5.2.
        case refused(error: String)
    }

    let url: String
    let sender: any HTTPSender

    /// - Throws: `DependencyUnavailable` for every answer that is neither a token nor a readable refusal: the fault is not ours, and
    ///   not our caller's either.
    func ask(
        _ form: KeyValuePairs<String, String>,
        scope: ScopeSet,
        headers: [(String, String)] = []
    ) async throws(DependencyUnavailable) -> Answer {
        let scopeForm = scope.isEmpty ? "" : "&" + FormParameters.encode(["scope": scope.text])
        let request = OutboundRequest(
            method: "POST",
            url: url,
            headers: [("content-type", "application/x-www-form-urlencoded"), ("accept", "application/json")] + headers,
            body: Array((FormParameters.encode(form) + scopeForm).utf8)
        )
        let answer = try await sender.send(request)
        guard let document = try? JSONReader.readObject(answer.body) else { throw unavailable(answer) }
        switch answer.status {
        case 200:
            // We show no proofs: a token of another type is none that we could present.
            guard let response = TokenResponse(reading: document), response.tokenType == .bearer else {
                throw unavailable(answer)
            }
            return .granted(response)
        case 408, 429: throw unavailable(answer)  // "Later" is no verdict.
        case 400..<500:
            guard let error = document["error"]?.string, Self.isErrorCode(error) else { throw unavailable(answer) }
            return .refused(error: error)
        default: throw unavailable(answer)
        }
    }

    func unavailable(_ answer: OutboundResponse) -> DependencyUnavailable {
        DependencyUnavailable("token endpoint \(url) (\(answer))")
    }

    /// Narrower than RFC 6749 §5.2 allows: the code goes into our log, and no code in use has more than lower-case words.
    private static func isErrorCode(_ text: String) -> Bool {
        (1...64).contains(text.utf8.count)
            && text.utf8.allSatisfy { (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0) || $0 == UInt8(ascii: "_") }
    }
}
