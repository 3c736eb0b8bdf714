import Audit
import Testing

@Suite("Reasons in the audit log")
struct AuditReasonTests {
    @Test func `every reason is read by its name, and nothing else is a reason`() {
        for reason in AuditReason.all { #expect(AuditReason(name: reason.name) == reason) }
        #expect(Set(AuditReason.all.map(\.name)).count == AuditReason.all.count)
        #expect(AuditReason(name: "because") == nil)
    }
}
