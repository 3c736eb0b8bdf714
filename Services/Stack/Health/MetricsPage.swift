import Tokens

/// What a service says of itself at `GET /metrics`, in the text format of Prometheus, version 0.0.4.
///
/// Read strictly: a page that is anything else is not half believed.
struct MetricsPage: Sendable {
    struct Sample: Sendable, Equatable {
        let name: String
        let labels: [String: String]
        let value: Double
    }

    /// The first line that is none, counted from 1.
    struct Malformed: Error, Equatable {
        let line: Int
    }

    /// A service of the house shows some hundred.
    static let samplesMax = 20_000

    let samples: [Sample]

    init(_ samples: [Sample]) { self.samples = samples }

    /// - Throws: `Malformed`.
    init(reading text: String) throws(Malformed) {
        var samples: [Sample] = []
        for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            if line.isEmpty || line.hasPrefix("#") { continue }
            guard samples.count < Self.samplesMax, let sample = Sample(reading: line) else {
                throw Malformed(line: index + 1)
            }
            samples.append(sample)
        }
        self.samples = samples
    }

    /// The samples of a metric whose labels are these, whatever others they have.
    func samples(_ name: String, _ labels: [String: String] = [:]) -> [Sample] {
        samples.filter { sample in
            sample.name == name && labels.allSatisfy { sample.labels[$0.key] == $0.value }
        }
    }

    /// What they come to together; 0 where there is none.
    func total(_ name: String, _ labels: [String: String] = [:]) -> Int {
        let sum = samples(name, labels).reduce(0) { $0 + $1.value }
        return Int(exactly: sum.rounded()) ?? 0
    }

    /// The largest; nil where there is none.
    func largest(_ name: String) -> Sample? { samples(name).filter { !$0.value.isNaN }.max { $0.value < $1.value } }
    /// The bucket of a histogram within which that share of all it has seen lies, whatever the labels; nil where it has seen nothing.
    func bound(_ histogram: String, holding share: Double) -> Double? {
        var counts: [Double: Double] = [:]
        for sample in samples("\(histogram)_bucket") {
            guard let text = sample.labels["le"], let bound = Sample.number(text[...]) else { continue }
            counts[bound, default: 0] += sample.value
        }
        guard let all = counts[.infinity], all > 0 else { return nil }
        return counts.filter { $0.value >= share * all }.keys.min()
    }

    func smallest(_ name: String) -> Sample? { samples(name).filter { !$0.value.isNaN }.min { $0.value < $1.value } }
}

extension MetricsPage.Sample {
    /// `name{label="text",…} number`, and a number of milliseconds that nobody here asks for.
    init?(reading line: Substring) {
        var rest = line
        let name = rest.takeName(colons: true)
        guard !name.isEmpty else { return nil }
        var labels: [String: String] = [:]
        if rest.take("{") {
            while !rest.take("}") {
                let label = rest.takeName(colons: false)
                guard !label.isEmpty, labels[label] == nil, rest.take("="), let text = rest.takeQuoted() else {
                    return nil
                }
                labels[label] = text
                guard rest.take(",") || rest.first == "}" else { return nil }
            }
        }
        let fields = rest.split(separator: " ", omittingEmptySubsequences: false)
        guard (2...3).contains(fields.count), fields[0].isEmpty, let value = Self.number(fields[1]),
            fields.count == 2 || Int64(fields[2]) != nil
        else { return nil }
        self.init(name: name, labels: labels, value: value)
    }

    fileprivate static func number(_ text: Substring) -> Double? {
        switch text {
        case "NaN": .nan
        case "+Inf": .infinity
        case "-Inf": -.infinity
        // Swift would read hexadecimal and names as well.
        default: text.allSatisfy { "0123456789+-.eE".contains($0) } ? Double(text) : nil
        }
    }
}

extension Substring {
    fileprivate mutating func take(_ character: Character) -> Bool {
        guard first == character else { return false }
        removeFirst()
        return true
    }

    fileprivate mutating func takeName(colons: Bool) -> String {
        let name = prefix { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_" || colons && $0 == ":") }
        guard name.first?.isNumber == false else { return "" }
        removeFirst(name.count)
        return String(name)
    }

    /// A text in quotation marks, in which `\\`, `\"` and `\n` stand for one character each.
    fileprivate mutating func takeQuoted() -> String? {
        guard take("\"") else { return nil }
        var text = ""
        while let character = popFirst() {
            switch character {
            case "\"": return text
            case "\\":
                switch popFirst() {
                case "n": text.append("\n")
                case .some(let escaped) where escaped == "\\" || escaped == "\"": text.append(escaped)
                default: return nil
                }
            default: text.append(character)
            }
        }
        return nil
    }
}
