import Storage
import Tokens

extension SQLRow {
    /// The thumbprint that a column holds, or nil for NULL.
    ///
    /// - Throws: for any other text. Taken for NULL, it would make a bearer token of a bound one.
    func optionalThumbprint(_ column: String) throws -> KeyThumbprint? {
        guard let text = try optionalText(column) else { return nil }
        guard let thumbprint = KeyThumbprint(reading: text) else {
            throw StorageError.wrongType(column: column, expected: "a thumbprint")
        }
        return thumbprint
    }
}
