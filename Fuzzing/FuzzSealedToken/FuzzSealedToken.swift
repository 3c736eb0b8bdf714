import FuzzKit
import Tokens

/// One key of each kind, made anew in each run: what the fuzzer finds in the reading does not hang on them.
private let keys = KeyManagementAlgorithm.all.map { DecryptionKey.generate($0) }

/// Sealed tokens: raw text, and edits of a good one, of which none but the good one opens.
///
/// - Takes: raw text; or `=` and then edits of three bytes each: a place in two, and the letter to put there.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ bytes: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let input = input(bytes, count)
    for key in keys {
        guard let first = input.first, first == UInt8(ascii: "=") else {
            let token = Credential(String(decoding: input, as: UTF8.self))
            demand((try? key.open(token)) == nil, "nobody outside can seal for a key made a moment ago")
            continue
        }
        guard let good = try? key.encryptionKey.seal([1, 2, 3]) else { fatalError("cannot seal") }
        var text = Array(good.exposed.utf8)
        for edit in stride(from: 1, to: input.count - 2, by: 3) {
            text[(Int(input[edit]) << 8 | Int(input[edit + 1])) % text.count] = input[edit + 2]
        }
        let token = Credential(String(decoding: text, as: UTF8.self))
        demand((try? key.open(token)) == (token == good ? [1, 2, 3] : nil), "only what was sealed opens")
    }
    return 0
}
