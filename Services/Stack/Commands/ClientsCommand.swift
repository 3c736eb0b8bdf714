import ArgumentParser
import Tokens

struct ClientsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "clients",
        abstract: "The clients that may ask the identity provider for tokens.",
        discussion: """
              gatehouse clients list
              gatehouse clients add report-job --grant client_credentials --machine-scope orders:read
              gatehouse clients rotate-secret report-job
            """,
        subcommands: [Add.self, List.self, RotateSecret.self]
    )

    struct Add: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Register a client. Its secret is shown once and kept nowhere readable."
        )
        @OptionGroup var stack: StackOptions
        @Option(help: "What people see on the consent page.") var name: String?
        @Option(help: "authorization_code, refresh_token or client_credentials; may be repeated.") var grant: [String] =
            []
        @Option(help: "Where the browser comes back to, exactly; may be repeated.") var redirectURI: [String] = []
        @Option(help: "A scope it may ask for on behalf of people; may be repeated.") var scope: [String] = []
        @Option(help: "A scope it has of its own (client_credentials); may be repeated.") var machineScope: [String] =
            []
        @Option(help: "An audience its tokens may have; the first is the default. May be repeated.")
        var resource = [Audience.orders]
        @Option(help: "client_secret_basic, client_secret_post, or none for a public client.")
        var authentication = ClientAuthenticationMethod.clientSecretBasic.rawValue
        @Argument(help: "The client id.") var id: String

        func run() async throws {
            try await stack.withStack { stack in
                let answer = try await stack.operate("POST", "clients", on: .identityProvider, registration)
                let document = try answer.requireSuccess("adding the client \(id)").json
                Terminal.print("client_id: \(id)")
                if let secret = document?["client_secret"]?.string { Terminal.print("client_secret: \(secret)") }
            }
        }

        private var registration: JSONObject {
            var document: JSONObject = [
                "client_id": .string(id), "token_endpoint_auth_method": .string(authentication),
                "grant_types": .array(grant.map { .string($0) }), "resources": .array(resource.map { .string($0) }),
            ]
            document["client_name"] = name.map { .string($0) }
            if !redirectURI.isEmpty { document["redirect_uris"] = .array(redirectURI.map { .string($0) }) }
            if !scope.isEmpty { document["scope"] = .string(ScopeSet(scope).text) }
            if !machineScope.isEmpty { document["machine_scope"] = .string(ScopeSet(machineScope).text) }
            return document
        }
    }

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Show every client.")
        @OptionGroup var stack: StackOptions

        func run() async throws {
            try await stack.withStack { stack in
                let answer = try await stack.operate("GET", "clients", on: .identityProvider)
                let document = try answer.requireSuccess("listing the clients").json
                let clients = document?["clients"]?.array?.compactMap(\.object) ?? []
                TextTable.blocks(clients, title: "client_id").forEach(Terminal.print)
            }
        }
    }

    struct RotateSecret: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Give a client a new secret, shown once; the old one ends at that moment."
        )
        @OptionGroup var stack: StackOptions
        @Argument(help: "The client id.") var id: String

        func run() async throws {
            try await stack.withStack { stack in
                let path = "clients/\(FormParameters.percentEncode(id))/rotate-secret"
                let answer = try await stack.operate("POST", path, on: .identityProvider)
                let document = try answer.requireSuccess("a new secret for \(id)").json
                Terminal.print("client_secret: \(document?["client_secret"]?.string ?? "")")
            }
        }
    }
}
