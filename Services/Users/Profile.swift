import ServiceKit
import Tokens

/// What a user tells of themselves; each member may be missing.
///
/// - Takes: `name`, 1–100 characters; `email`, 3–254, with one `@` inside; `phone`, 3–32 of digits, spaces and `+-()`.
/// - Refuses: `bodyMalformed`, also for any other member: nobody can slip in an id or a role.
struct Profile: Sendable, Equatable {
    let name: String?
    let email: String?
    let phone: String?

    /// What everybody has before they have said anything.
    static let empty = Profile(name: nil, email: nil, phone: nil)

    init(name: String?, email: String?, phone: String?) {
        self.name = name
        self.email = email
        self.phone = phone
    }

    init(reading body: JSONObject) throws(Refusal) {
        let members = try BodyMembers(of: body, allowed: ["name", "email", "phone"])
        name = try members.optionalText("name", 1...100)
        email = try members.optionalText("email", 3...254)
        phone = try members.optionalText("phone", 3...32)
        guard email.map(Self.isPlausibleEmail) ?? true, phone.map(Self.isPlausiblePhone) ?? true else {
            throw .bodyMalformed
        }
    }

    func document(subject: String) -> JSONObject {
        [
            "id": .string(subject), "name": .optional(name), "email": .optional(email), "phone": .optional(phone),
        ]
    }

    /// No more than a guard against slips: whether an address exists only a letter to it can tell.
    private static func isPlausibleEmail(_ text: String) -> Bool {
        let parts = text.split(separator: "@", omittingEmptySubsequences: false)
        return parts.count == 2 && parts.allSatisfy { !$0.isEmpty } && !text.contains(" ")
    }

    private static func isPlausiblePhone(_ text: String) -> Bool {
        text.allSatisfy { ("0"..."9").contains($0) || " +-()".contains($0) }
    }
}

/// Where a user's orders go.
///
/// - Takes: `recipient`, `street`, `city`, 1–100 characters each; `postalCode`, 1–16; `country`, two capital letters
///   (ISO 3166-1 alpha-2). All are needed.
/// - Refuses: `bodyMalformed`.
struct Address: Sendable, Equatable {
    let recipient: String
    let street: String
    let postalCode: String
    let city: String
    let country: String

    init(recipient: String, street: String, postalCode: String, city: String, country: String) {
        self.recipient = recipient
        self.street = street
        self.postalCode = postalCode
        self.city = city
        self.country = country
    }

    init(reading body: JSONObject) throws(Refusal) {
        let members = try BodyMembers(of: body, allowed: ["recipient", "street", "postalCode", "city", "country"])
        recipient = try members.text("recipient", 1...100)
        street = try members.text("street", 1...100)
        postalCode = try members.text("postalCode", 1...16)
        city = try members.text("city", 1...100)
        country = try members.text("country", 2...2)
        guard country.allSatisfy({ ("A"..."Z").contains($0) }) else { throw .bodyMalformed }
    }

    var document: JSONObject {
        [
            "recipient": .string(recipient), "street": .string(street), "postalCode": .string(postalCode),
            "city": .string(city), "country": .string(country),
        ]
    }
}

extension JSONValue {
    static func optional(_ text: String?) -> JSONValue { text.map { .string($0) } ?? .null }
}
