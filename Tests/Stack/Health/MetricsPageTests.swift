import Testing

@testable import Stack

@Suite("GET /metrics, read") struct MetricsPageTests {
    @Test func `samples come with their labels, comments are passed over`() throws {
        let page = try MetricsPage(
            reading: """
                # HELP gatehouse_refresh_total Refresh tokens presented.
                # TYPE gatehouse_refresh_total counter
                gatehouse_refresh_total{result="ok"} 4
                gatehouse_refresh_total{result="reused",} 1
                gatehouse_request_duration_seconds_bucket{event="access",le="+Inf"} 12 1795296443000
                up 1

                """
        )
        #expect(page.total("gatehouse_refresh_total") == 5)
        #expect(page.total("gatehouse_refresh_total", ["result": "reused"]) == 1)
        #expect(page.samples.count == 4)
        #expect(page.samples("up") == [MetricsPage.Sample(name: "up", labels: [:], value: 1)])
    }

    @Test func `what is escaped in a label is read back`() throws {
        let page = try MetricsPage(reading: #"a{b="x\\y\"z\nw, } 1"} 2.5e3"#)
        #expect(page.samples == [MetricsPage.Sample(name: "a", labels: ["b": "x\\y\"z\nw, } 1"], value: 2_500)])
    }

    @Test(arguments: ["NaN", "+Inf", "-Inf"]) func `a figure may be no number`(figure: String) throws {
        let page = try MetricsPage(reading: "a \(figure)")
        #expect(page.samples.count == 1)
        #expect(page.total("a") == 0)
        #expect(page.largest("a")?.value.isNaN != true)
    }

    @Test(arguments: [
        "a", "a ", "a  1", "a 1 ", "1a 1", "a{ 1", "a{b} 1", #"a{b="c} 1"#, #"a{b="c"d="e"} 1"#, #"a{b="c",b="d"} 1"#,
        #"a{b="\t"} 1"#, "a 0x10", "a inf", "a 1 x", "a 1 2 3", "ä 1", "<html>", #"a{b="c"}1"#,
    ])
    func `anything else is refused, and its line named`(line: String) {
        #expect(throws: MetricsPage.Malformed(line: 2)) { try MetricsPage(reading: "fine 1\n\(line)\nfine 2") }
    }
}
