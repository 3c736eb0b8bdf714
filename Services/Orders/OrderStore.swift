import Storage
import Tokens

/// The orders of everybody, one table. Whose orders are meant is part of every question but `listNewest`: there is no way
/// to read an order by its id alone, and so no handler that can forget to ask (the commonest hole of all: OWASP API1,
/// object-level authorization).
struct OrderStore: Sendable {
    static let migrations = [
        Migration(
            "orders",
            [
                """
                CREATE TABLE orders (
                    id TEXT PRIMARY KEY, owner TEXT NOT NULL, item TEXT NOT NULL, quantity BIGINT NOT NULL,
                    address TEXT NOT NULL, placed_at BIGINT NOT NULL, cancelled_at BIGINT
                )
                """,
                "CREATE INDEX orders_of_owner ON orders (owner, placed_at, id)",
            ]
        ),
        Migration(
            "idempotency keys",
            [
                "ALTER TABLE orders ADD COLUMN client_id TEXT",
                "ALTER TABLE orders ADD COLUMN idempotency_key TEXT",
                """
                CREATE UNIQUE INDEX orders_by_key ON orders (owner, client_id, idempotency_key)
                WHERE idempotency_key IS NOT NULL
                """,
                "CREATE INDEX orders_with_key ON orders (placed_at) WHERE idempotency_key IS NOT NULL",
            ]
        ),
        Migration("orders by age", ["CREATE INDEX orders_by_age ON orders (placed_at, id)"]),
    ]

    /// Who wants an order cancelled, and what gives them the right.
    enum Authority: Sendable {
        case owner(String)
        case administrator
    }

    let database: any Database

    /// Writes the order, durable when it returns, unless one stands under the key already.
    ///
    /// The key is in the order's own row: no kill and no full disk can leave one without the other, and of two requests
    /// at once the index lets one in.
    ///
    /// - Gives: the order that stands under the key now: this one, or the one that came first.
    func insert(_ order: Order, under key: IdempotencyKey?) async throws -> Order {
        try await database.transaction { connection in
            let inserted = try connection.run(
                """
                INSERT INTO orders
                    (id, owner, item, quantity, address, placed_at, cancelled_at, client_id, idempotency_key)
                VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
                ON CONFLICT (owner, client_id, idempotency_key) WHERE idempotency_key IS NOT NULL DO NOTHING
                """,
                [
                    order.id, order.owner, order.item, order.quantity, JSONWriter.text(order.address.document),
                    order.placedAt.secondsSinceEpoch, order.cancelledAt?.secondsSinceEpoch, key?.clientID, key?.text,
                ]
            )
            if inserted == 0, let key, let first = try Self.find(key, connection) { return first }
            return order
        }
    }

    /// The order placed under this key, nil if there is none.
    func find(_ key: IdempotencyKey) async throws -> Order? {
        try await database.read { connection in try Self.find(key, connection) }
    }

    /// Forgets the keys of orders placed at `date` or before.
    func forgetKeys(placedBefore date: NumericDate) async throws {
        try await database.transaction { connection in
            try connection.run(
                """
                UPDATE orders SET client_id = NULL, idempotency_key = NULL
                WHERE idempotency_key IS NOT NULL AND placed_at <= $1
                """,
                [date.secondsSinceEpoch]
            )
        }
    }

    /// - Refuses: `resourceNotFound`, for a foreign order too: that it exists is not said.
    func find(_ id: String, owner: String) async throws -> Order {
        try await database.read { connection in try Self.find(id, .owner(owner), connection) }
    }

    /// The newest `limit` orders that are older than the order `after`.
    ///
    /// - Refuses: `parameterMalformed` when `after` is no order of this owner.
    func list(owner: String, limit: Int, after: String?) async throws -> [Order] {
        try await database.read { connection in
            var (placedAt, id) = (Int64.max, "")
            if let after {
                let cursor = try connection.query(
                    "SELECT placed_at FROM orders WHERE id = $1 AND owner = $2",
                    [after, owner]
                )
                guard let row = cursor.first else { throw Refusal.parameterMalformed }
                (placedAt, id) = (try row.integer("placed_at"), after)
            }
            return try connection.query(
                """
                SELECT * FROM orders
                WHERE owner = $1 AND (placed_at < $2 OR (placed_at = $2 AND id < $3))
                ORDER BY placed_at DESC, id DESC LIMIT $4
                """,
                [owner, placedAt, id, limit]
            ).map(Order.init(row:))
        }
    }

    /// The newest orders, whoever placed them; for a route that asks who may see that.
    func listNewest(limit: Int) async throws -> [Order] {
        try await database.read { connection in
            try connection.query("SELECT * FROM orders ORDER BY placed_at DESC, id DESC LIMIT $1", [limit])
                .map(Order.init(row:))
        }
    }

    /// Marks the order as cancelled; one that already is stays as it was, so that a retried request does no harm.
    ///
    /// - Refuses: `resourceNotFound`.
    func cancel(_ id: String, by authority: Authority, now: NumericDate) async throws -> Order {
        try await database.transaction { connection in
            var order = try Self.find(id, authority, connection)
            guard order.cancelledAt == nil else { return order }
            try connection.run("UPDATE orders SET cancelled_at = $1 WHERE id = $2", [now.secondsSinceEpoch, id])
            order.cancelledAt = now
            return order
        }
    }

    /// How many orders were placed, cancelled ones included.
    func count(owner: String) async throws -> Int64 {
        try await database.read { connection in
            try connection.query("SELECT COUNT(*) AS total FROM orders WHERE owner = $1", [owner])[0].integer("total")
        }
    }

    private static func find(_ key: IdempotencyKey, _ connection: any SQLConnection) throws -> Order? {
        try connection.query(
            "SELECT * FROM orders WHERE owner = $1 AND client_id = $2 AND idempotency_key = $3",
            [key.owner, key.clientID, key.text]
        ).first.map(Order.init(row:))
    }

    private static func find(_ id: String, _ authority: Authority, _ connection: any SQLConnection) throws -> Order {
        let rows =
            switch authority {
            case .owner(let owner):
                try connection.query("SELECT * FROM orders WHERE id = $1 AND owner = $2", [id, owner])
            case .administrator:
                try connection.query("SELECT * FROM orders WHERE id = $1", [id])
            }
        guard let row = rows.first else { throw Refusal.resourceNotFound }
        return try Order(row: row)
    }
}

extension Order {
    fileprivate init(row: SQLRow) throws {
        let address = try JSONReader.readObject(Array(row.text("address").utf8))
        guard let address = ShippingAddress(reading: address) else {
            throw StorageError.wrongType(column: "address", expected: "an address")
        }
        self.init(
            id: try row.text("id"),
            owner: try row.text("owner"),
            item: try row.text("item"),
            quantity: try row.integer("quantity"),
            address: address,
            placedAt: NumericDate(try row.integer("placed_at")),
            cancelledAt: try row.optionalInteger("cancelled_at").map { NumericDate($0) }
        )
    }
}
