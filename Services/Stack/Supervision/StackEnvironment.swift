/// The environments in which `gatehouse` starts services itself; production has its own supervisor.
enum StackEnvironment: String, Sendable, CaseIterable {
    case development
    /// Like development, and the clock can be moved.
    case test
}
