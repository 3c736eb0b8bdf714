import Storage
import Tokens

/// One person who can sign in here.
struct Account: Sendable {
    /// Its `sub` in every token: random, never reused, says nothing about the person.
    let id: String
    let username: String
    let displayName: String
    let email: String?
    /// What `Scope.requiredRole` asks for.
    let roles: Set<String>
    /// May not sign in, and gets no tokens.
    let disabled: Bool
    /// How often the password was changed: whoever has shown one has shown the password of that time.
    let passwordChanges: Int64
}

extension Account {
    static let columns = "id, username, display_name, email, roles, disabled, password_changes"

    init(reading row: SQLRow) throws {
        id = try row.text("id")
        username = try row.text("username")
        displayName = try row.text("display_name")
        email = try row.optionalText("email")
        roles = Set(try row.text("roles").split(separator: " ").map(String.init))
        disabled = try row.bool("disabled")
        passwordChanges = try row.integer("password_changes")
    }

    /// The account with an id, as it stands inside a caller's transaction.
    static func find(id: String, on connection: any SQLConnection) throws -> Account? {
        try connection.query("SELECT \(columns) FROM accounts WHERE id = $1", [id]).first.map(Account.init(reading:))
    }

    /// The same by the name that somebody signs in with, in whatever case.
    static func find(username: String, on connection: any SQLConnection) throws -> Account? {
        guard let username = AccountForm.username(username) else { return nil }
        return try connection.query("SELECT \(columns) FROM accounts WHERE username = $1", [username]).first
            .map(Account.init(reading:))
    }
}

/// The forms of what a person types to sign in.
enum AccountForm {
    /// At least this long (NIST SP 800-63B asks for eight); long, not colourful, is what makes guessing expensive.
    static let passwordCharactersMin = 8
    static let passwordBytesMax = 1_024

    /// The name as it is stored: ASCII lower case, so that `Alice` and `alice` are one person and no look-alike is another.
    ///
    /// - Gives: nil unless it has 1 to 64 letters, digits or `. _ - + @`.
    static func username(_ text: String) -> String? {
        let name = text.lowercased()
        let isWellFormed = (1...64).contains(name.utf8.count) && name.utf8.allSatisfy(isAllowed)
        return isWellFormed ? name : nil
    }

    /// - Refuses: `parameterMalformed` for a password that is too short to be one, or longer than is hashed.
    static func require(password: Credential) throws(Refusal) {
        guard password.exposed.count >= passwordCharactersMin, password.exposed.utf8.count <= passwordBytesMax else {
            throw .parameterMalformed
        }
    }

    /// - Refuses: `parameterMalformed` for a role that is not one word.
    static func require(roles: Set<String>) throws(Refusal) {
        guard roles.allSatisfy({ ScopeSet(reading: $0)?.values.count == 1 }) else { throw .parameterMalformed }
    }

    private static func isAllowed(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"): true
        default: "._-+@".utf8.contains(byte)
        }
    }
}
