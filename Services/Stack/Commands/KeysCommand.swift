import ArgumentParser
import Tokens

struct KeysCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "keys",
        abstract: "The signing keys of the two issuers.",
        discussion: """
            A key is announced before it signs and kept after it stops, so that rotating never fails a request.

              gatehouse keys list
              gatehouse keys rotate --issuer token-exchange
            """,
        subcommands: [List.self, Rotate.self]
    )

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Show every key and the state it is in.")
        @OptionGroup var stack: StackOptions

        func run() async throws {
            try await stack.withStack { stack in
                for issuer in StackService.all.filter(\.isIssuer) {
                    Terminal.print(issuer.name)
                    let answer = try await stack.operate("GET", "keys", on: issuer).requireSuccess("listing the keys")
                    let keys = answer.json?["keys"]?.array?.compactMap(\.object) ?? []
                    let rows = keys.map { Self.readable($0, now: stack.clock.now()) }
                    TextTable.columns(rows).forEach(Terminal.print)
                }
            }
        }

        /// With moments as distances from now.
        private static func readable(_ key: JSONObject, now: NumericDate) -> JSONObject {
            var readable = key
            for member in key.members where member.name.hasSuffix("At") {
                guard let seconds = member.value.integer else { continue }
                let distance = NumericDate(seconds).seconds(since: now)
                readable[member.name] = .string(distance > 0 ? "in \(distance) s" : "\(-distance) s ago")
            }
            return readable
        }
    }

    struct Rotate: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Announce a successor for each key that signs.")
        @OptionGroup var stack: StackOptions
        @Option(help: "identity-provider or token-exchange. Default: both.")
        var issuer: String?

        func validate() throws {
            if let issuer, !StackService.all.contains(where: { $0.isIssuer && $0.name == issuer }) {
                throw ValidationError("\(issuer) is no issuer; there are identity-provider and token-exchange.")
            }
        }

        func run() async throws {
            try await stack.withStack { stack in
                for service in StackService.all where service.isIssuer && (issuer == nil || issuer == service.name) {
                    try await stack.operate("POST", "keys/rotate", on: service).requireSuccess("rotating the keys")
                    Terminal.print(
                        "\(service.name): successors are announced; `gatehouse keys list` shows when they sign."
                    )
                }
            }
        }
    }
}
