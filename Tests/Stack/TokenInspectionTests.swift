import Testing

@testable import Stack

@Suite("A token on the screen")
struct TokenInspectionTests {
    @Test(arguments: [
        ("alice", "alice"), ("Zoë 中", "Zoë 中"), ("a\n  ✓ signature", "a\u{FFFD}  ✓ signature"),
        ("\u{1B}[2J", "\u{FFFD}[2J"), ("a\u{202E}b", "a\u{FFFD}b"), ("\u{9B}31m", "\u{FFFD}31m"), ("a\r", "a\u{FFFD}"),
    ])
    func `writes nothing but text, whatever the token holds`(text: String, shown: String) {
        #expect(TokenInspection.printable(text) == shown)
    }
}
