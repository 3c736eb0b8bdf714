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
              gatehouse keys revoke qPzK1v_0Jx8A --compromised
            """,
        subcommands: [List.self, Rotate.self, Revoke.self]
    )

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Show every key and its life, before now and after.")
        @OptionGroup var stack: StackOptions

        func run() async throws {
            try await stack.withStack { stack in
                let timeline = KeyTimeline(now: stack.clock.now())
                for issuer in StackService.all.filter(\.isIssuer) {
                    let keys = try await stack.keys(of: issuer)
                    for ring in ["tokens", "events"] where keys.contains(where: { $0.ring == ring }) {
                        Terminal.print("\(issuer.name), \(ring)")
                        timeline.lines(keys.filter { $0.ring == ring }).forEach(Terminal.print)
                    }
                }
                Terminal.print("  " + KeyTimeline.legend)
            }
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

    struct Revoke: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Take a stolen key out of use at once, and all that it signed.",
            discussion: """
                Every token that the key signed dies, the thief's and everybody else's; whoever holds a refresh token goes on with
                that. To change keys without a theft, use `gatehouse keys rotate`.

                  gatehouse keys revoke qPzK1v_0Jx8A --compromised
                  gatehouse keys revoke --compromised -- -PzK1v_0Jx8A
                """
        )
        @OptionGroup var stack: StackOptions
        @Flag(help: "Somebody else has the key, or may have it: that is what this is for.") var compromised = false
        @Argument(help: "The key's id, or how it begins, as `gatehouse keys list` shows it.") var kid: String

        func run() async throws {
            guard compromised else {
                throw refused(
                    "revoking a key ends every token that it signed. `gatehouse keys rotate` is the ordinary way to a new key;"
                        + " if this one is in other hands, say so with --compromised"
                )
            }
            try await stack.withStack { stack in
                var found: [(issuer: StackService, key: KeyTimeline.Key)] = []
                for issuer in StackService.all.filter(\.isIssuer) {
                    found += try await stack.keys(of: issuer).filter(isMeant).map { (issuer, $0) }
                }
                guard let (issuer, key) = found.first else { throw refused("no issuer has a key \(kid)") }
                guard found.count == 1 else { throw refused("the ids of \(found.count) keys begin with \(kid)") }
                guard key.ring == "tokens" else {
                    throw refused(
                        "\(key.keyID) signs security events and no tokens; what it signed is still to be read by those who come"
                            + " late. Use `gatehouse keys rotate`"
                    )
                }
                let answer = try await stack.operate("POST", "keys/revoke", on: issuer, ["kid": .string(key.keyID)])
                try answer.requireSuccess("revoking the key")
                report(answer, issuer)
            }
        }

        /// Too few characters could mean a key that nobody has looked at.
        private func isMeant(_ key: KeyTimeline.Key) -> Bool {
            key.keyID == kid || kid.count >= KeyTimeline.keyIDLengthMin && key.keyID.hasPrefix(kid)
        }

        private func report(_ answer: Answer, _ issuer: StackService) {
            let isOld = answer.json?["wasRevokedBefore"] == .bool(true)
            Terminal.print(
                "\(issuer.name): \(isOld ? "was revoked before" : "revoked, with all that it signed"): \(kid)"
            )
            if let active = answer.json?["active"]?.object?["kid"]?.string { Terminal.print("signs now: \(active)") }
        }

        private func refused(_ message: String) -> ExitCode {
            Terminal.printError("gatehouse: \(message)")
            return .refused
        }
    }
}

extension RunningStack {
    /// The keys of all rings of an issuer.
    fileprivate func keys(of issuer: StackService) async throws -> [KeyTimeline.Key] {
        let answer = try await operate("GET", "keys", on: issuer).requireSuccess("listing the keys")
        return (answer.json?["keys"]?.array ?? []).compactMap { $0.object.flatMap(KeyTimeline.Key.init) }
    }
}
