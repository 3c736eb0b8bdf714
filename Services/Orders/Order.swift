import ServiceKit
import Tokens

/// What a customer asks for.
///
/// - Takes: `item`, 1–100 characters; `quantity`, 1–1000.
/// - Refuses: `bodyMalformed`, also for any other member: nobody can slip in an owner or a status.
struct NewOrder: Sendable, Equatable {
    let item: String
    let quantity: Int64

    init(reading body: JSONObject) throws(Refusal) {
        let members = try BodyMembers(of: body, allowed: ["item", "quantity"])
        item = try members.text("item", 1...100)
        quantity = try members.integer("quantity", 1...1_000)
    }
}

/// An order as it is kept.
struct Order: Sendable, Equatable {
    /// 22 characters of base64url, random: an order's id says nothing about the next one.
    let id: String
    /// The subject of the token with which it was placed; never anything that a body said.
    let owner: String
    let item: String
    let quantity: Int64
    /// As it was when the order was placed.
    let address: ShippingAddress
    let placedAt: NumericDate
    var cancelledAt: NumericDate?

    /// Without the address: for lists, and for an administrator, who need not know where somebody lives.
    var summary: JSONObject {
        var summary: JSONObject = [
            "id": .string(id), "item": .string(item), "quantity": .integer(quantity),
            "status": cancelledAt == nil ? "placed" : "cancelled",
            "placedAt": .integer(placedAt.secondsSinceEpoch),
        ]
        summary["cancelledAt"] = cancelledAt.map { .integer($0.secondsSinceEpoch) }
        return summary
    }

    /// For its owner.
    var document: JSONObject {
        var document = summary
        document["shippingAddress"] = .object(address.document)
        return document
    }
}

/// Where an order goes: five members, as Users says them.
struct ShippingAddress: Sendable, Equatable {
    let recipient: String
    let street: String
    let postalCode: String
    let city: String
    let country: String

    /// Nil for a document that is no address.
    init?(reading document: JSONObject) {
        guard let recipient = document["recipient"]?.string, let street = document["street"]?.string,
            let postalCode = document["postalCode"]?.string, let city = document["city"]?.string,
            let country = document["country"]?.string
        else { return nil }
        self.recipient = recipient
        self.street = street
        self.postalCode = postalCode
        self.city = city
        self.country = country
    }

    var document: JSONObject {
        [
            "recipient": .string(recipient), "street": .string(street), "postalCode": .string(postalCode),
            "city": .string(city), "country": .string(country),
        ]
    }
}
