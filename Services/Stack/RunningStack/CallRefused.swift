/// A service answered, but not with what was asked for.
struct CallRefused: Error, CustomStringConvertible {
    let request: String
    let status: Int
    let errorCode: String?

    var description: String { "\(request) was answered with \(status)\(errorCode.map { " \($0)" } ?? "")" }
}

extension Answer {
    /// - Throws: `CallRefused` for a status outside 200–299.
    @discardableResult
    func requireSuccess(_ request: String) throws -> Answer {
        guard (200...299).contains(status) else {
            throw CallRefused(request: request, status: status, errorCode: errorCode)
        }
        return self
    }
}
