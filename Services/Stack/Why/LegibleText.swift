extension String {
    /// Fit for a terminal: what a stranger has written into a token cannot move its cursor, colour it, or fill it.
    ///
    /// - Parameter lengthMax: in characters; what is longer ends with an ellipsis.
    func legible(lengthMax: Int = 96) -> String {
        let shown = unicodeScalars.prefix(lengthMax)
            .map { $0.properties.isLegible ? String($0) : "\\u{\(String($0.value, radix: 16))}" }.joined()
        return shown.count > lengthMax || unicodeScalars.count > lengthMax ? shown.prefix(lengthMax) + "…" : shown
    }

    /// The first characters of an id: enough to recognise it, too few to use it.
    var redacted: String { isEmpty ? "no id" : prefix(6).description.legible() + "…" }
}

extension Unicode.Scalar.Properties {
    /// Letters, digits, marks that stand alone, and the space; no control, no change of direction, nothing that combines.
    fileprivate var isLegible: Bool {
        switch generalCategory {
        case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .otherLetter, .decimalNumber, .letterNumber,
            .otherNumber,
            .connectorPunctuation, .dashPunctuation, .openPunctuation, .closePunctuation, .initialPunctuation,
            .finalPunctuation, .otherPunctuation, .mathSymbol, .currencySymbol, .otherSymbol, .modifierLetter:
            true
        case .spaceSeparator: true
        default: false
        }
    }
}
