import Testing

/// Asks again and again until something is so; what is not so within the bound is a failure.
func eventually(_ expectation: Comment, secondsMax: Int = 10, _ isSo: () async throws -> Bool) async throws {
    let watch = ContinuousClock()
    let deadline = watch.now + .seconds(secondsMax)
    while try await !isSo() { try #require(watch.now < deadline, expectation) }
}
