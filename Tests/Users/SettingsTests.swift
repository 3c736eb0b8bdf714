import ResourceServerKit
import ServiceKit
import TestKit
import Testing

@testable import Users

@Suite("Settings of users-api")
struct SettingsTests {
    @Test func `the file that operators edit is complete`() async throws {
        let file = House.composeFile("settings/users-api.yaml")
        let settings = try Settings(reading: await SettingsReader.of(environment: ["GATEHOUSE_SETTINGS_FILE": file]))
        #expect(settings.access.audience == House.users)
        #expect(settings.access.address == House.usersAddress)
        #expect(settings.access.provider.issuer == House.issuer)
        #expect(settings.orders.upstream.address == House.ordersAddress)
        #expect(settings.upstreamTimeoutSeconds == 3)
    }

    @Test(arguments: [
        ("trust.exchange.issuer", House.issuer), ("orders.audience", House.users),
        ("orders.address", "http://localhost:8442"),
        ("trust.provider.keySet", ""), ("limits.upstreamTimeoutSeconds", "0"), ("limits.upstreamTimeoutSeconds", "3 s"),
        ("database.file", ""),
    ])
    func `a setting that is wrong or contradicts another stops the start and is named`(key: String, value: String)
        throws
    {
        var values = UsersUnderTest.settings("/tmp")
        _ = try Settings(reading: SettingsReader(values: values))
        values[key] = value
        let error = #expect(throws: SettingsError.self) { try Settings(reading: SettingsReader(values: values)) }
        #expect(error?.key == key)
    }
}
