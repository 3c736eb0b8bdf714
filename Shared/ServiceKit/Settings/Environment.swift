/// Where a process runs. All three run the same code; the settings differ, and what is too dangerous to be a setting hangs here.
public enum Environment: String, Sendable, CaseIterable {
    /// A laptop: generated certificates and secrets in one data folder.
    case development
    /// Like production, and refuses to start on anything that only development may do.
    case production
    /// Development whose clock can be moved over the operations listener.
    case test
}
