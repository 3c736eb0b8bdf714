import Tokens

/// Requests that end in two places, or fields that are written in two ways (RFC 9112 §5.1, §5.2, §6.3, §11.2).
enum RequestSmuggling {
    static let group = AttackGroup(
        "request-smuggling",
        hope: "the gateway and the service behind it disagree where one request ends and the next begins",
        [
            .written(
                "Content-Length beside Transfer-Encoding",
                gain: "a request of the attacker's in front of the next user's, with that user's token",
                "Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /internal"
            ),
            .written(
                "two lengths",
                gain: "a request hidden in what the one reader takes for a body",
                "Content-Length: 4\r\nContent-Length: 30\r\n\r\nabcd"
            ),
            .written(
                "a transfer coding that nobody knows",
                gain: "a body without end for the one reader, and no body for the other",
                "Transfer-Encoding: xchunked\r\nContent-Length: 4\r\n\r\nabcd"
            ),
            .written(
                "a space before the colon",
                gain: "a field that the gateway does not see and the service does",
                "X-User-Id : root\r\n\r\n"
            ),
            .written(
                "a folded line",
                gain: "a field inside another one's value, for readers that still unfold",
                "Accept: text/plain\r\n X-User-Id: root\r\n\r\n"
            ),
            .written(
                "a NUL in a field",
                gain: "a value that ends early for C code behind the gateway",
                "X-User-Id: root\0guest\r\n\r\n"
            ),
            .written(
                "lines that end without a carriage return",
                gain: "fields that the one reader takes for part of another's value",
                "Accept: text/plain\nX-User-Id: root\n\n"
            ),
        ]
    )
}

extension Attack {
    /// Bytes that no HTTP client writes, to every service: any of them may stand behind a proxy one day.
    fileprivate static func written(_ name: String, gain: String, _ text: String) -> Attack {
        let shown = text.replacing("\r\n", with: "␍␊").replacing("\n", with: "␊").replacing("\0", with: "␀")
        return Attack(name: name, gain: gain, sent: shown) { scene in
            var shots: [Shot] = []
            for door in [Door.ordersAPI, .usersAPI, .gateway, .tokenEndpoint, .exchange] {
                let connection = try RawConnection(to: door.service, of: scene.stack)
                let request = "POST /orders HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
                let genuine = try await connection.send(request + "Content-Length: 0\r\n\r\n")
                guard genuine.header(HeaderName.transactionID) != nil else {
                    throw ScenarioFailure(expectation: "\(door.name) reads a plain request", seen: genuine.summary)
                }
                shots.append(Shot(door: door, answer: try await connection.send(request + text), expected: .unread))
            }
            return shots
        }
    }
}
