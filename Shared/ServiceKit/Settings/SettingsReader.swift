import Configuration
import SystemPackage
public import Tokens

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// What is wrong with one setting, said to whoever runs the service: its name, the problem, the way out.
public struct SettingsError: Error, Sendable, Equatable, CustomStringConvertible {
    public let key: String
    public let problem: String
    public let fix: String

    public var description: String {
        "setting \(key) (\(SettingsReader.variable(for: key))): \(problem). To fix it: \(fix)."
    }
}

/// Reads the settings of one service: a YAML file, overridden by environment variables.
///
/// `tokens.accessLifetimeSeconds` in the file is `GATEHOUSE_TOKENS_ACCESS_LIFETIME_SECONDS` in the environment. A value of the wrong
/// form stops the start, and so does a line of the file that means nothing: no setting falls back to its default because somebody
/// mistyped it.
public struct SettingsReader: Sendable {
    private let reader: ConfigReader
    private let unread: UnreadKeys?

    /// The settings of this process: the file named by `GATEHOUSE_SETTINGS_FILE`, where there is one, and the environment.
    public static func ofThisProcess() async throws -> SettingsReader {
        try await of(environment: ProcessInfo.processInfo.environment)
    }

    /// The settings of a process with these environment variables; for tests of the files in `compose/settings`.
    public static func of(environment: [String: String]) async throws -> SettingsReader {
        let variables = EnvironmentVariablesProvider(environmentVariables: environment).prefixKeys(with: "gatehouse")
        guard let path = environment["GATEHOUSE_SETTINGS_FILE"] else {
            return SettingsReader(reader: ConfigReader(providers: [variables]), unread: nil)
        }
        do {
            let file = try await FileProvider<YAMLSnapshot>(filePath: FilePath(path))
            let unread = try UnreadKeys(ofYAML: String(contentsOf: URL(filePath: path), encoding: .utf8))
            return SettingsReader(reader: ConfigReader(providers: [variables, file]), unread: unread)
        } catch {
            throw SettingsError(
                key: "settingsFile",
                problem: "\(path) cannot be read as YAML (\(error))",
                fix: "name a readable file, or correct it; compose/settings holds one for each service"
            )
        }
    }

    /// Settings given as dotted keys; for tests.
    public init(values: [String: String]) {
        let pairs = values.map { (Self.variable(for: $0.key), $0.value) }
        let variables = EnvironmentVariablesProvider(
            environmentVariables: Dictionary(pairs, uniquingKeysWith: { $1 })
        )
        self.init(reader: ConfigReader(providers: [variables.prefixKeys(with: "gatehouse")]), unread: nil)
    }

    private init(reader: ConfigReader, unread: UnreadKeys?) {
        self.reader = reader
        self.unread = unread
    }

    /// To call when everything has been read.
    ///
    /// - Throws: `SettingsError` for a key of the file that nobody asked for.
    func requireAllRead() throws(SettingsError) {
        guard let key = unread?.first else { return }
        throw fail(key, "there is no such setting", fix: "correct its spelling, or take the line out of the file")
    }

    /// - Throws: `SettingsError` for a list where one value belongs: to the library below it is no text, hence nothing at all.
    private func optionalString(_ key: String) throws(SettingsError) -> String? {
        unread?.markRead(key)
        let text = reader.string(forKey: ConfigKey(key))
        guard text != nil || reader.stringArray(forKey: ConfigKey(key)) == nil else {
            throw fail(key, "it is a list", fix: "write one value, without [ ] and dashes")
        }
        return text?.isEmpty == true ? nil : text
    }

    /// - Throws: `SettingsError` when there is neither a value nor a default.
    public func string(_ key: String, default fallback: String? = nil) throws(SettingsError) -> String {
        guard let text = try optionalString(key) ?? fallback else { throw fail(key, "it has no value", fix: "set it") }
        return text
    }

    public func integer(
        _ key: String,
        default fallback: Int64? = nil,
        in range: ClosedRange<Int64>
    ) throws(SettingsError) -> Int64 {
        guard let text = try optionalString(key) ?? fallback.map(String.init) else {
            throw fail(key, "it has no value", fix: "set a whole number \(range)")
        }
        guard let value = Int64(text), range.contains(value) else {
            throw fail(key, "'\(text)' is not a whole number \(range)", fix: "set one in that range")
        }
        return value
    }

    /// One of the cases of an enumeration, by its raw value.
    public func choice<Choice: RawRepresentable<String> & CaseIterable>(
        _ key: String,
        default fallback: Choice
    ) throws(SettingsError) -> Choice {
        guard let text = try optionalString(key) else { return fallback }
        guard let choice = Choice(rawValue: text) else {
            let allowed = Choice.allCases.map(\.rawValue).joined(separator: ", ")
            throw fail(key, "'\(text)' is none of \(allowed)", fix: "choose one of them")
        }
        return choice
    }

    /// An https URL without query, fragment or trailing slash: what an issuer must be (RFC 8414 §2).
    public func httpsURL(_ key: String, default fallback: String? = nil) throws(SettingsError) -> String {
        let text = try string(key, default: fallback)
        guard text.hasPrefix("https://"), text.utf8.count > 8, !text.hasSuffix("/"),
            !text.contains(where: { "?# \"<>".contains($0) })
        else {
            throw fail(
                key,
                "'\(text)' is no https URL without query, fragment and trailing slash",
                fix: "write it like https://localhost:8440"
            )
        }
        return text
    }

    /// A URL of which nothing depends that has to be secret: http will do, as to a collector on the same machine. Nil where it is not
    /// set.
    func optionalURL(_ key: String) throws(SettingsError) -> String? {
        guard let text = try optionalString(key) else { return nil }
        guard let url = URL(string: text), url.scheme == "http" || url.scheme == "https", url.host?.isEmpty == false
        else {
            throw fail(key, "'\(text)' is no http or https URL", fix: "write it like http://127.0.0.1:4318/v1/traces")
        }
        return text
    }

    /// The URL of an issuer that this process is: its endpoints are answered below the root, and its cookies are for the whole host.
    public func rootURL(_ key: String) throws(SettingsError) -> String {
        let text = try httpsURL(key)
        guard !text.dropFirst("https://".count).contains("/") else {
            throw fail(key, "'\(text)' has a path", fix: "give this service a host of its own: https://id.example.com")
        }
        return text
    }

    /// The path of a file that can be read.
    public func file(_ key: String) throws(SettingsError) -> String {
        let path = try string(key)
        guard FileManager.default.isReadableFile(atPath: path) else {
            throw fail(key, "\(path) cannot be read", fix: "name an existing file that this user may read")
        }
        return path
    }

    /// The secret in a file, without the white space around it. Under 32 characters it could be guessed: the file is empty, or somebody
    /// made the secret up.
    public func secret(_ key: String) throws(SettingsError) -> Credential {
        let path = try file(key)
        let text = (try? String(contentsOf: URL(filePath: path), encoding: .utf8))?.filter { !$0.isWhitespace } ?? ""
        guard text.utf8.count >= 32 else {
            throw fail(key, "\(path) holds no 32 characters", fix: "write 32 random bytes into it, as base64url text")
        }
        return Credential(text)
    }

    /// For what only a service can judge: settings that contradict one another or the environment.
    public func fail(_ key: String, _ problem: String, fix: String) -> SettingsError {
        SettingsError(key: key, problem: problem, fix: fix)
    }

    static func variable(for key: String) -> String {
        var name = "GATEHOUSE_"
        var previous: Character = "."
        for character in key {
            // An abbreviation is one word: encryptionKeyURI is ENCRYPTION_KEY_URI.
            if previous.isLowercase && character.isUppercase { name.append("_") }
            name.append(character == "." ? "_" : character.uppercased())
            previous = character
        }
        return name
    }
}
