import HTTPTypes
public import Hummingbird
import HummingbirdTesting
public import Tokens

/// Walks the table of a service's routes, to find out which of them are limited.
public enum RouteWalk {
    /// The same for a router without sockets, and a service that lives by this clock.
    public static func openRoutes<Context: RequestContext>(
        of router: Router<Context>,
        _ clock: MovableClock
    ) async throws -> Set<String> where Context.Source == ApplicationRequestContextSource {
        let routes = router.routes.map { ($0.method.rawValue, $0.path.description) }
        return try await Application(router: router).test(.router) { client in
            try await openRoutes(routes, resting: { clock.advance(bySeconds: 180) }) { method, path in
                guard let method = HTTPRequest.Method(method) else { return 0 }
                return Int(try await client.execute(uri: path, method: method).status.code)
            }
        }
    }

    /// Sends each route two requests, and gives those whose second was answered like the first: `GET /oauth2/jwks.json`.
    ///
    /// - Parameters:
    ///   - routes: methods and patterns; those that are answered 405 are only there to say so.
    ///   - send: sends one request for a path, and gives the status; the service allows one in a window.
    ///   - rest: moves the clock by more than two windows.
    public static func openRoutes(
        _ routes: [(method: String, pattern: String)],
        resting rest: () -> Void,
        send: (String, String) async throws -> Int
    ) async rethrows -> Set<String> {
        var open: Set<String> = []
        for (method, pattern) in routes {
            let path = pattern.split(separator: "/").map(segment).joined(separator: "/")
            rest()
            let first = try await send(method, "/" + path)
            if first == 405 { continue }
            let second = try await send(method, "/" + path)
            if first == 429 || second != 429 { open.insert("\(method) \(pattern)") }
        }
        return open
    }

    private static func segment(_ pattern: Substring) -> String {
        pattern.hasPrefix(":") || pattern.hasPrefix("{") || pattern.hasPrefix("*") ? "1" : String(pattern)
    }
}
