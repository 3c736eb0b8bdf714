import Foundation
import Tokens
import Yams

/// Reads the exchange policy, strictly: a policy with a slip in it stops the start, for nobody would notice a rule that never matches,
/// and somebody might notice one that matches too much.
///
/// - Refuses: YAML with a duplicate key; a member that is missing or that nobody asked for; a name that leads nowhere; two rules for
///   one way; a lifetime or a scope that no token could have. Each as `PolicyFileError` with line, place and fix.
struct PolicyFile {
    let path: String

    /// - Parameter exchangeAudience: our own, which is nobody's to be called as.
    func read(exchangeAudience: String) throws(PolicyFileError) -> ExchangePolicy {
        let text: String
        do { text = try String(contentsOfFile: path, encoding: .utf8) } catch {
            throw fail(nil, "the file", "it cannot be read as text", fix: "name an existing UTF-8 file in policyFile")
        }
        return try read(text, exchangeAudience: exchangeAudience)
    }

    func read(_ text: String, exchangeAudience: String) throws(PolicyFileError) -> ExchangePolicy {
        let document = try members(try parse(text), of: "the document", ["actors", "rules"])
        let actors = try readActors(document[0])
        if let actor = actors.first(where: { $0.value == exchangeAudience })?.key {
            throw fail(
                document[0],
                "actor \(actor)",
                "its audience is that of the token exchange itself",
                fix: "give it the audience of its own API"
            )
        }
        var rules: [ExchangeRule] = []
        for (index, node) in try elements(document[1], of: "rules").enumerated() {
            let rule = try readRule(node, "rule \(index + 1)", actors)
            if let twin = rules.firstIndex(where: { $0.actor == rule.actor && $0.audience == rule.audience }) {
                throw fail(
                    node,
                    "rule \(index + 1)",
                    "rule \(twin + 1) goes from \(rule.actor) to \(rule.audience) already",
                    fix: "put both into one rule"
                )
            }
            rules.append(rule)
        }
        return ExchangePolicy(actors: actors, rules: rules)
    }

    private func readActors(_ node: Node) throws(PolicyFileError) -> [String: String] {
        var actors: [String: String] = [:]
        for (key, value) in try pairs(node, of: "actors") {
            let name = try text(key, "a name under actors")
            let place = "actor \(name)"
            let audience = try text(try members(value, of: place, ["audience"])[0], place)
            guard audience.hasPrefix("https://"), audience.utf8.count > 8, ScopeSet(reading: audience) != nil else {
                throw fail(value, place, "'\(audience)' is no https URL", fix: "write it as its tokens have it in aud")
            }
            if let twin = actors.first(where: { $0.value == audience })?.key {
                throw fail(value, place, "\(twin) has the same audience", fix: "give each service its own")
            }
            actors[name] = audience
        }
        return actors
    }

    private func readRule(
        _ node: Node,
        _ place: String,
        _ actors: [String: String]
    ) throws(PolicyFileError) -> ExchangeRule {
        let rule = try members(node, of: place, ["actor", "to", "lifetimeSecondsMax", "derive"])
        let (actor, audience) = (try text(rule[0], place), try text(rule[1], place))
        guard let own = actors[actor] else {
            throw fail(
                rule[0],
                place,
                "there is no actor '\(actor)'",
                fix: "declare it under actors, or correct the name"
            )
        }
        guard audience != own else {
            throw fail(rule[1], place, "\(actor) would exchange towards itself", fix: "name another service in to")
        }
        guard actors.values.contains(audience) else {
            throw fail(
                rule[1],
                place,
                "'\(audience)' is no declared audience",
                fix: "declare the service under actors, or correct the URL"
            )
        }
        let range = 1...ExchangePolicy.lifetimeSecondsMax
        let lifetime = try text(rule[2], place)
        guard let seconds = Int64(lifetime), range.contains(seconds) else {
            throw fail(
                rule[2],
                place,
                "lifetimeSecondsMax '\(lifetime)' is no whole number \(range)",
                fix: "set one in that range"
            )
        }
        let derive = try readDerivation(rule[3], place)
        return ExchangeRule(actor: actor, audience: audience, lifetimeSecondsMax: seconds, derive: derive)
    }

    private func readDerivation(_ node: Node, _ place: String) throws(PolicyFileError) -> [String: ScopeSet] {
        var derive: [String: ScopeSet] = [:]
        for (key, value) in try pairs(node, of: "derive of \(place)") {
            let source = try scope(key, place)
            var implied: ScopeSet = []
            for element in try elements(value, of: "\(source) in \(place)") {
                implied = implied.union([try scope(element, place)])
            }
            derive[source] = implied
        }
        return derive
    }
}

/// The YAML below the policy: each step checks one node.
extension PolicyFile {
    private func parse(_ text: String) throws(PolicyFileError) -> Node {
        let node: Node?
        do { node = try Yams.compose(yaml: text) } catch {
            throw fail(nil, "the file", "it is no sound YAML (\(error))", fix: "correct it there")
        }
        guard let node else { throw fail(nil, "the file", "it is empty", fix: "write actors and rules into it") }
        return node
    }

    /// The values of exactly these members, in this order.
    private func members(_ node: Node, of place: String, _ names: [String]) throws(PolicyFileError) -> [Node] {
        let pairs = try pairs(node, of: place)
        for (key, _) in pairs where !names.contains(key.scalar?.string ?? "") {
            throw fail(
                key,
                place,
                "'\(key.scalar?.string ?? "a key that is no text")' means nothing here",
                fix: "use \(names.joined(separator: ", ")) only"
            )
        }
        var values: [Node] = []
        for name in names {
            guard let value = pairs.first(where: { $0.key.scalar?.string == name })?.value else {
                throw fail(node, place, "'\(name)' is missing", fix: "add it")
            }
            values.append(value)
        }
        return values
    }

    private func pairs(_ node: Node, of place: String) throws(PolicyFileError) -> [(key: Node, value: Node)] {
        guard let mapping = node.mapping, !mapping.isEmpty else {
            throw fail(node, place, "it is no mapping with at least one entry", fix: "write 'name: value' lines")
        }
        return mapping.map { ($0.key, $0.value) }
    }

    private func elements(_ node: Node, of place: String) throws(PolicyFileError) -> [Node] {
        guard let sequence = node.sequence, !sequence.isEmpty else {
            throw fail(node, place, "it is no list with at least one entry", fix: "write a list, or take it out")
        }
        return Array(sequence)
    }

    private func text(_ node: Node, _ place: String) throws(PolicyFileError) -> String {
        guard let text = node.scalar?.string, !text.isEmpty else {
            throw fail(node, place, "a text is wanted here", fix: "write one value")
        }
        return text
    }

    private func scope(_ node: Node, _ place: String) throws(PolicyFileError) -> String {
        let text = try text(node, place)
        guard ScopeSet(reading: text)?.values == [text] else {
            throw fail(node, place, "'\(text)' is no single scope", fix: "one list element per scope, RFC 6749 §3.3")
        }
        return text
    }

    private func fail(_ node: Node?, _ place: String, _ problem: String, fix: String) -> PolicyFileError {
        PolicyFileError(file: path, line: node?.mark?.line, place: place, problem: problem, fix: fix)
    }
}

/// A slip in the policy, for whoever wrote it.
struct PolicyFileError: Error, Equatable, CustomStringConvertible {
    let file: String
    let line: Int?
    let place: String
    let problem: String
    let fix: String

    var description: String {
        "exchange policy \(file)\(line.map { ", line \($0)" } ?? ""), \(place): \(problem). To fix it: \(fix)."
    }
}
