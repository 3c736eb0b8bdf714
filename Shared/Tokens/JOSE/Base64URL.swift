/// Unpadded base64url, canonical form only (RFC 7515 §2): one text for one value.
///
/// A lenient decoder lets an attacker write the same token in many ways, and every cache, blocklist and log that
/// compares text is then blind to all but one of them.
public enum Base64URL {
    /// The text of `bytes`, without padding.
    public static func encode(_ bytes: some Collection<UInt8>) -> String {
        String(decoding: encodedBytes(bytes), as: UTF8.self)
    }

    /// The value of `text`, or nil for padding, white space, `+` or `/`, a length of 4n + 1, or bits left over at the
    /// end.
    public static func decode(_ text: some StringProtocol) -> [UInt8]? {
        var text = String(text)
        return text.withUTF8 { decode($0) }
    }

    /// The value of ASCII `text`; the same rules.
    public static func decode(_ text: some RandomAccessCollection<UInt8>) -> [UInt8]? {
        text.withContiguousStorageIfAvailable { decode(buffer: $0) } ?? Array(text).withUnsafeBufferPointer(decode)
    }

    private static func decode(buffer text: UnsafeBufferPointer<UInt8>) -> [UInt8]? {
        let tail = text.count % 4
        guard tail != 1 else { return nil }
        let whole = text.count - tail
        var isCanonical = false
        let decoded = [UInt8](unsafeUninitializedCapacity: text.count / 4 * 3 + 2) { decoded, count in
            values.withUnsafeBufferPointer { values in
                func value(_ index: Int) -> UInt32 { UInt32(values[Int(text[index])]) }
                // Every value that was found: one comparison at the end tells whether one of them was none.
                var seen: UInt32 = 0
                var end = 0
                for start in stride(from: 0, to: whole, by: 4) {
                    let (a, b, c, d) = (value(start), value(start + 1), value(start + 2), value(start + 3))
                    seen |= a | b | c | d
                    let bits = a << 18 | b << 12 | c << 6 | d
                    decoded[end] = UInt8(truncatingIfNeeded: bits >> 16)
                    decoded[end + 1] = UInt8(truncatingIfNeeded: bits >> 8)
                    decoded[end + 2] = UInt8(truncatingIfNeeded: bits)
                    end += 3
                }
                // Two letters carry one byte, three carry two. The bits behind them must be zero, or two texts would
                // decode to the same bytes.
                var leftOver: UInt32 = 0
                if tail > 0 {
                    let (a, b, c) = (value(whole), value(whole + 1), tail == 3 ? value(whole + 2) : 0)
                    seen |= a | b | c
                    let bits = a << 18 | b << 12 | c << 6
                    leftOver = bits & (tail == 3 ? 0xFF : 0xFFFF)
                    decoded[end] = UInt8(truncatingIfNeeded: bits >> 16)
                    if tail == 3 { decoded[end + 1] = UInt8(truncatingIfNeeded: bits >> 8) }
                    end += tail - 1
                }
                count = end
                isCanonical = seen < 64 && leftOver == 0
            }
        }
        return isCanonical ? decoded : nil
    }

    static func encodedBytes(_ bytes: some Collection<UInt8>) -> [UInt8] {
        var encoded: [UInt8] = []
        append(Array(bytes), to: &encoded)
        return encoded
    }

    /// Appends the text of `bytes`: a token grows part by part without being copied.
    static func append(_ bytes: [UInt8], to text: inout [UInt8]) {
        text.reserveCapacity(text.count + (bytes.count * 4 + 2) / 3)
        var start = 0
        while start + 3 <= bytes.count {
            let bits = UInt32(bytes[start]) << 16 | UInt32(bytes[start + 1]) << 8 | UInt32(bytes[start + 2])
            text.append(alphabet[Int(bits >> 18)])
            text.append(alphabet[Int(bits >> 12 & 63)])
            text.append(alphabet[Int(bits >> 6 & 63)])
            text.append(alphabet[Int(bits & 63)])
            start += 3
        }
        switch bytes.count - start {
        case 1:
            text.append(alphabet[Int(bytes[start] >> 2)])
            text.append(alphabet[Int(bytes[start] & 3) << 4])
        case 2:
            let bits = UInt32(bytes[start]) << 8 | UInt32(bytes[start + 1])
            text.append(alphabet[Int(bits >> 10)])
            text.append(alphabet[Int(bits >> 4 & 63)])
            text.append(alphabet[Int(bits & 15) << 2])
        default: break
        }
    }

    private static let alphabet = [UInt8]("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8)
    /// The value of each letter; 255 for what is none.
    private static let values: [UInt8] = {
        var values = [UInt8](repeating: .max, count: 256)
        for (value, letter) in alphabet.enumerated() { values[Int(letter)] = UInt8(value) }
        return values
    }()
}
