import Testing

/// Asks again and again until something is so; what is not so within ten seconds is a failure.
func eventually(_ expectation: Comment, _ isSo: () async throws -> Bool) async throws {
    let watch = ContinuousClock()
    let deadline = watch.now + .seconds(10)
    while try await !isSo() { try #require(watch.now < deadline, expectation) }
}
