import Foundation
import Testing
import Tokens

@testable import Stack

extension OnOneStack {
    @Suite("gatehouse, the command line") struct CommandLineTests {
        private func gatehouse(_ arguments: String..., input: String = "") async throws -> Program.Outcome {
            let folder = try OnOneStack.stack().folder.path
            return try await Program.gatehouse(arguments + ["--data-folder", folder], input: input)
        }

        @Test func `status shows five services that are ready`() async throws {
            let outcome = try await gatehouse("status")
            #expect(outcome.status == 0)
            #expect(outcome.output.split(separator: "\n").count { $0.hasPrefix("✓") } == 5)
            #expect(outcome.output.contains("validations"), "the figures stand below: \(outcome.output)")
        }

        @Test func `token inspect ticks every check of a good token`() async throws {
            let stack = try OnOneStack.stack()
            let token = try await stack.makeUser("lea").accessToken
            let outcome = try await gatehouse("token", "inspect", "-", input: token.exposed + "\n")
            #expect(outcome.status == 0, "\(outcome.error)")
            #expect(outcome.output.split(separator: "\n").count { $0.hasPrefix("  ✓") } == Check.ofEveryToken.count)
            #expect(outcome.output.contains("RFC 8725 §3.1"))
        }

        @Test func `token inspect knows what was revoked`() async throws {
            let stack = try OnOneStack.stack()
            let user = try await stack.makeUser("lena")
            #expect(try await stack.revoke(.user(user.name)).isComplete)
            let outcome = try await gatehouse("token", "inspect", "-", input: user.accessToken.exposed)
            #expect(outcome.status == 1)
            let crossed = outcome.output.split(separator: "\n").filter { $0.hasPrefix("  ✗") }
            #expect(crossed.count == 1 && crossed[0].contains("revocation") && crossed[0].contains("tokenRevoked"))
        }

        @Test func `token inspect crosses the checks that a token fails, and no others`() async throws {
            let stack = try OnOneStack.stack()
            let token = try await stack.makeUser("mia").accessToken
            let parts = token.exposed.split(separator: ".")
            let altered = "\(parts[0]).\(parts[1]).\(parts[2].reversed().map(String.init).joined())"
            let forged = try await gatehouse("token", "inspect", "-", input: altered)
            #expect(forged.status == 1)
            #expect(forged.output.contains("✗"))
            let elsewhere = try await gatehouse(
                "token",
                "inspect",
                "--audience",
                Audience.users,
                "-",
                input: token.exposed
            )
            #expect(elsewhere.status == 1)
            let crossed = elsewhere.output.split(separator: "\n").filter { $0.hasPrefix("  ✗") }
            #expect(crossed.count == 1)
            #expect(crossed.first?.contains("audienceMismatch") == true)
        }

        @Test func `token inspect asks for the certificate that a service token is bound to`() async throws {
            let token = try await OnOneStack.stack().serviceToken(of: .ordersAPI).exposed
            let copied = try await gatehouse("token", "inspect", "-", input: token)
            #expect(copied.status == 1)
            #expect(copied.output.contains("certificateMissing"))
            let stolen = try await gatehouse("token", "inspect", "--certificate-of", "users-api", "-", input: token)
            #expect(stolen.status == 1)
            #expect(stolen.output.contains("certificateMismatch"))
            let own = try await gatehouse("token", "inspect", "--certificate-of", "orders-api", "-", input: token)
            #expect(own.status == 0, "\(own.output)")
        }

        @Test func `token inspect refuses what is no token at all`() async throws {
            let outcome = try await gatehouse("token", "inspect", "-", input: "not a token")
            #expect(outcome.status == 1)
            #expect(outcome.output.contains("tokenMalformed"))
        }

        @Test func `keys list shows the keys of both issuers with their states`() async throws {
            let outcome = try await gatehouse("keys", "list")
            #expect(outcome.status == 0)
            #expect(outcome.output.contains("token-exchange"))
            #expect(outcome.output.contains("active"))
        }

        @Test func `keys revoke names a key that no issuer has`() async throws {
            let outcome = try await gatehouse("keys", "revoke", "nobodys-key-id", "--compromised")
            #expect(outcome.status == 1)
            #expect(outcome.error.contains("no issuer has a key nobodys-key-id"))
        }

        @Test func `a user who was added can sign in, once under that name`() async throws {
            let name = "nora-\(Credential.random(byteCount: 6).exposed)"
            let added = try await gatehouse("users", "add", name)
            let password = try #require(added.output.firstMatch(of: /password: (\S+)/)?.1)
            let user = try await OnOneStack.stack().signIn(name, password: Credential(String(password)))
            #expect(!user.subject.isEmpty)
            let again = try await gatehouse("users", "add", name)
            #expect(again.status == 1)
        }

        @Test func `a disabled user is signed out everywhere, until enabled`() async throws {
            let stack = try OnOneStack.stack()
            let (name, password) = ("otto-\(Credential.random(byteCount: 6).exposed)", Credential.random())
            #expect(try await stack.addUser(name, password: password))
            let user = try await stack.signIn(name, password: password)
            #expect(try await gatehouse("users", "disable", name).status == 0)
            let refreshed = try await stack.refresh(user.refreshToken())
            #expect(refreshed.errorCode == "invalid_grant")
            await #expect(throws: CallRefused.self) { try await stack.signIn(name, password: password) }
            #expect(try await gatehouse("users", "enable", name).status == 0)
            #expect(try await stack.signIn(name, password: password).subject == user.subject)
            let unknown = try await gatehouse("users", "disable", "nobody-at-all")
            #expect(unknown.status == 1 && unknown.error.contains("there is no user nobody-at-all"))
        }

        @Test func `a client gets its secret once, and a new one on demand`() async throws {
            let id = "job-\(Credential.random(byteCount: 6).exposed)"
            let added = try await gatehouse(
                "clients",
                "add",
                id,
                "--grant",
                "client_credentials",
                "--machine-scope",
                "orders:read",
                "--authentication",
                "client_secret_post"
            )
            #expect(added.status == 0, "\(added.error)")
            let secret = try #require(added.output.firstMatch(of: /client_secret: (\S+)/)?.1)
            let rotated = try await gatehouse("clients", "rotate-secret", id)
            let second = try #require(rotated.output.firstMatch(of: /client_secret: (\S+)/)?.1)
            let list = try await gatehouse("clients", "list")
            #expect(list.output.contains(id))
            #expect(!list.output.contains(second))
            func token(_ secret: Substring) async throws -> Answer {
                try await OnOneStack.stack().tokenRequest([
                    "grant_type": "client_credentials", "client_id": id, "client_secret": String(secret),
                ])
            }
            #expect(try await token(secret).errorCode == "invalid_client")
            let answer = try await token(second)
            #expect(answer.summary == "200")
        }

        @Test func `a second up on the same folder is refused with a clear message`() async throws {
            let outcome = try await gatehouse("up", "--free-ports")
            #expect(outcome.status == 1)
            #expect(outcome.error.contains("a stack already runs on"))
        }
    }
}

@Suite("gatehouse without a stack") struct CommandLineWithoutStackTests {
    @Test(arguments: [
        ["status"], ["keys", "list"], ["clients", "list"], ["users", "add", "x"], ["users", "disable", "x"],
        ["users", "password", "x"], ["users", "roles", "x", "--none"], ["revoke", "--user", "x"],
        ["token", "inspect", "x"],
    ])
    func `where no stack runs, a command says so with status 69`(arguments: [String]) async throws {
        let folder = TemporaryStack.folder().path
        let outcome = try await Program.gatehouse(arguments + ["--data-folder", folder])
        #expect(outcome.status == 69)
        #expect(outcome.error.contains("no stack runs on"))
        #expect(!FileManager.default.fileExists(atPath: folder), "asking makes no folder")
    }

    @Test func `keys revoke asks to be told that the key is stolen, and names the ordinary way`() async throws {
        let outcome = try await Program.gatehouse(["keys", "revoke", "some-key"])
        #expect(outcome.status == 1)
        #expect(outcome.error.contains("--compromised") && outcome.error.contains("gatehouse keys rotate"))
    }

    @Test(arguments: [
        ["nonsense"], ["tour", "--only", "99"], ["attack", "--group", "nonsense"],
        ["up", "--environment", "production"], ["token", "inspect"], ["revoke"], ["users", "roles", "x"],
        ["revoke", "--user", "x", "--client", "y"], ["why"], ["audit", "search", "--reason", "nonsense"],
        ["audit", "follow", "--since", "yesterday"],
    ])
    func `wrong usage is told with status 64`(arguments: [String]) async throws {
        let outcome = try await Program.gatehouse(arguments)
        #expect(outcome.status == 64)
        #expect(outcome.error.contains("Usage:"))
    }

    @Test func `attack --list says what every attack would gain, and fires none`() async throws {
        let outcome = try await Program.gatehouse(["attack", "--list"])
        #expect(outcome.status == 0)
        for attack in AttackGallery.groups.flatMap(\.attacks) {
            #expect(outcome.output.contains(attack.name) && outcome.output.contains(attack.gain))
        }
    }

    @Test func `attack ends well when everything was refused for its own reason`() async throws {
        let outcome = try await Program.gatehouse(["attack", "--group", "header-supplied-keys"])
        #expect(outcome.status == 0, "\(outcome.error)")
        #expect(outcome.output.contains("7 attacks at 8 doors, 56 shots: none got through"))
    }

    @Test(arguments: [
        [], ["up"], ["status"], ["tour"], ["attack"], ["token", "inspect"], ["keys"], ["keys", "revoke"], ["clients"],
        ["users", "add"], ["users", "enable"], ["users", "password"], ["users", "roles"], ["revoke"],
        ["why"], ["audit"], ["audit", "verify"], ["audit", "search"], ["audit", "follow"], ["audit", "export"],
        ["audit", "reasons"],
    ])
    func `every command explains itself`(command: [String]) async throws {
        let outcome = try await Program.gatehouse(command + ["--help"])
        #expect(outcome.status == 0)
        #expect(outcome.output.contains("USAGE: gatehouse"))
    }
}
