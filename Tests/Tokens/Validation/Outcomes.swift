import Tokens

extension Result where Failure == any Error {
    init(_ body: () async throws -> Success) async {
        do { self = .success(try await body()) } catch { self = .failure(error) }
    }

    /// Why it was refused; nil where it was not, or where the failure was nobody's refusal.
    var refusal: Refusal? {
        if case .failure(let error) = self { error as? Refusal } else { nil }
    }
}
