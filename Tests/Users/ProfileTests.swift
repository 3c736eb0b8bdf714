import HTTPTypes
import HummingbirdTesting
import Testing
import Tokens

@Suite("GET and PUT /users/me")
struct ProfileTests {
    @Test func `a user who has said nothing has an empty profile`() async throws {
        try await UsersUnderTest.run { users in
            let profile = try await users.get("/users/me", users.token()).document
            #expect(profile == ["id": "user-alice", "name": .null, "email": .null, "phone": .null])
        }
    }

    @Test func `a profile is replaced as a whole, and is its owner's alone`() async throws {
        try await UsersUnderTest.run { users in
            let alice = try users.token()
            _ = try await users.put("/users/me", alice, #"{"name":"Alice","phone":"+44 1865 1"}"#)
            let answer = try await users.put("/users/me", alice, #"{"name":"Alice Lidell","email":"a@example.org"}"#)
            let expected: JSONObject = [
                "id": "user-alice", "name": "Alice Lidell", "email": "a@example.org", "phone": .null,
            ]
            #expect(try answer.document == expected)
            #expect(try await users.get("/users/me", alice).document == expected)
            #expect(try await users.get("/users/me", users.token("user-bob")).document["name"] == .null)
        }
    }

    @Test(arguments: [
        (#"{}"#, 200), (#"{"name":null}"#, 200), (#"{"name":"\#(String(repeating: "é", count: 100))"}"#, 200),
        (#"{"name":"\#(String(repeating: "é", count: 101))"}"#, 400), (#"{"name":""}"#, 400), (#"{"name":1}"#, 400),
        (#"{"name":"a\u0000"}"#, 400), (#"{"email":"a@b"}"#, 200), (#"{"email":"ab"}"#, 400),
        (#"{"email":"a@b@c"}"#, 400),
        (#"{"email":"@bc"}"#, 400), (#"{"email":"a b@c"}"#, 400), (#"{"phone":"+49 (30) 1-2"}"#, 200),
        (#"{"phone":"12a"}"#, 400),
        (#"{"id":"user-bob"}"#, 400), (#"{"name":"a","role":"admin"}"#, 400), (#"{"name":"a","name":"b"}"#, 400),
        ("", 400),
    ])
    func `a profile is bounded, and has no other members`(body: String, status: Int) async throws {
        try await UsersUnderTest.run { users in
            let response = try await users.put("/users/me", users.token(), body)
            #expect(response.status.code == status)
        }
    }
}

@Suite("GET and PUT /users/me/address")
struct AddressTests {
    @Test func `an address is there once it was given, for its owner alone`() async throws {
        try await UsersUnderTest.run { users in
            let path = "/users/me/address"
            #expect(try await users.get(path, users.token()).status == .notFound)
            #expect(try await users.put(path, users.token(), UsersUnderTest.address).status == .ok)
            let expected = try JSONReader.readObject(Array(UsersUnderTest.address.utf8))
            #expect(try await users.get(path, users.token()).document == expected)
            #expect(try await users.get(path, users.token("user-bob")).status == .notFound)
        }
    }

    @Test(
        arguments: [
            ("recipient", .string("")), ("recipient", .string(String(repeating: "x", count: 101))), ("street", .null),
            ("postalCode", .string(String(repeating: "1", count: 17))), ("city", 7), ("city", "Ox\nford"),
            ("country", "gb"),
            ("country", "GBR"), ("country", "ГБ"), ("planet", "Earth"),
        ] as [(String, JSONValue)]
    )
    func `an address is bounded, whole, and has no other members`(member: String, value: JSONValue) async throws {
        try await UsersUnderTest.run { users in
            var address = try JSONReader.readObject(Array(UsersUnderTest.address.utf8))
            address[member] = value
            let path = "/users/me/address"
            #expect(try await users.put(path, users.token(), JSONWriter.text(address)).status == .badRequest)
            #expect(try await users.get(path, users.token()).status == .notFound)
        }
    }
}
