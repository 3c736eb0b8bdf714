import HTTPTypes
import Hummingbird

/// A path that exists, asked with a method that it does not have.
struct MethodNotAllowed: Error {
    /// The value of the `Allow` field, which a 405 must carry (RFC 9110 §15.5.6).
    let allowed: String
}

extension Router where Context == ServiceContext {
    /// Answers 405 for every known path with another method; without this the router takes the path for unknown.
    ///
    /// To be called when all routes are there.
    func refuseOtherMethods() {
        for routes in Dictionary(grouping: routes, by: \.path.description).values {
            let methods = routes.map(\.method)
            let allowed = methods.map(\.rawValue).sorted().joined(separator: ", ")
            for method in Self.methods where !methods.contains(method) {
                on(routes[0].path, method: method) { _, _ -> Response in throw MethodNotAllowed(allowed: allowed) }
            }
        }
    }

    /// Those of RFC 9110 §9.3, and PATCH; a method that nobody has defined has no path here, and is answered 404.
    private static var methods: [HTTPRequest.Method] { [.get, .head, .post, .put, .patch, .delete, .options, .trace] }
}
