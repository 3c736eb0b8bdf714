import Storage
import Tokens

/// Profiles and addresses, by subject. Nobody is registered here: a user whom the identity provider knows has an empty
/// profile until they write one.
struct ProfileStore: Sendable {
    static let migrations = [
        Migration(
            "profiles",
            [
                "CREATE TABLE profiles (subject TEXT PRIMARY KEY, name TEXT, email TEXT, phone TEXT)",
                """
                CREATE TABLE addresses (
                    subject TEXT PRIMARY KEY, recipient TEXT NOT NULL, street TEXT NOT NULL,
                    postal_code TEXT NOT NULL, city TEXT NOT NULL, country TEXT NOT NULL
                )
                """,
            ]
        )
    ]

    let database: any Database

    func profile(of subject: String) async throws -> Profile {
        try await database.read { connection in
            let rows = try connection.query("SELECT name, email, phone FROM profiles WHERE subject = $1", [subject])
            return try rows.first.map { row in
                Profile(
                    name: try row.optionalText("name"),
                    email: try row.optionalText("email"),
                    phone: try row.optionalText("phone")
                )
            } ?? .empty
        }
    }

    func keep(_ profile: Profile, of subject: String) async throws {
        try await database.transaction { connection in
            try connection.run(
                """
                INSERT INTO profiles (subject, name, email, phone) VALUES ($1, $2, $3, $4)
                ON CONFLICT (subject) DO UPDATE SET
                    name = excluded.name, email = excluded.email, phone = excluded.phone
                """,
                [subject, profile.name, profile.email, profile.phone]
            )
        }
    }

    /// Nil until the user has given one.
    func address(of subject: String) async throws -> Address? {
        try await database.read { connection in
            try connection.query(
                "SELECT recipient, street, postal_code, city, country FROM addresses WHERE subject = $1",
                [subject]
            ).first.map { row in
                Address(
                    recipient: try row.text("recipient"),
                    street: try row.text("street"),
                    postalCode: try row.text("postal_code"),
                    city: try row.text("city"),
                    country: try row.text("country")
                )
            }
        }
    }

    func keep(_ address: Address, of subject: String) async throws {
        try await database.transaction { connection in
            try connection.run(
                """
                INSERT INTO addresses (subject, recipient, street, postal_code, city, country)
                VALUES ($1, $2, $3, $4, $5, $6)
                ON CONFLICT (subject) DO UPDATE SET
                    recipient = excluded.recipient, street = excluded.street, postal_code = excluded.postal_code,
                    city = excluded.city, country = excluded.country
                """,
                [subject, address.recipient, address.street, address.postalCode, address.city, address.country]
            )
        }
    }
}
