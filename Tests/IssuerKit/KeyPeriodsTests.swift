import IssuerKit
import ServiceKit
import Testing
import Tokens

@Suite("Key periods")
struct KeyPeriodsTests {
    @Test func `a key is announced for longer than two caches, and kept for longer than its last token`() throws {
        let periods = try KeyPeriods.short
        #expect(periods.announceSeconds == 2 * 120 + 10)
        #expect(periods.retireSeconds == 600 + 120 + 2 * 10)
    }

    @Test(arguments: [5, 24, 25, 120, 3_600] as [Int64])
    func `a replica looks often enough that no cache outlasts an announcement`(keySetCacheSeconds: Int64) throws {
        let periods = try KeyPeriods(
            keySetCacheSeconds: keySetCacheSeconds,
            longestTokenLifetimeSeconds: 600,
            activeSeconds: 86_400
        )
        #expect((1...150).contains(periods.lookSeconds))
        let known = periods.lookSeconds + keySetCacheSeconds + Bounds.clockSkewSeconds
        #expect(known <= periods.announceSeconds)
        // Four looks in a row may fail, or all of one cache.
        #expect(known + 3 * periods.lookSeconds <= periods.announceSeconds)
    }

    @Test func `settings have defaults that agree`() throws {
        let periods = try KeyPeriods(reading: SettingsReader(values: [:]), longestTokenLifetimeSeconds: 600)
        #expect(periods.keySetCacheSeconds == 120)
        #expect(periods.activeSeconds == 30 * 86_400)
    }

    @Test func `a key that signs longer than its successor is announced is accepted`() throws {
        let settings = SettingsReader(values: ["keys.activeSeconds": "251"])
        let periods = try KeyPeriods(reading: settings, longestTokenLifetimeSeconds: 600)
        #expect(periods.activeSeconds == 251)
    }

    @Test func `a key that would have to announce its successor before it signs itself stops the start`() {
        let settings = SettingsReader(values: ["keys.activeSeconds": "250"])
        let error = #expect(throws: SettingsError.self) {
            try KeyPeriods(reading: settings, longestTokenLifetimeSeconds: 600)
        }
        #expect(error?.key == "keys.activeSeconds")
        #expect(error?.problem.contains("announced for 250 s") == true)
        #expect(error?.fix == "set more than 250, or lower keySetCacheSeconds")
    }
}
