public import Hummingbird
public import ServiceKit
import Tokens

/// `GET /ops/events`: who receives the events, and how far each has come.
///
/// - Gives: `last` and `kept` (position and number of events), `waiting` polls, `streamCount`, and of the hundred streams that are
///   furthest behind `client`, `method`, `lag` in events, `heardSeconds` ago and `deadLetters`: events that the receiver refused.
public struct EventOperations: Sendable {
    /// A reader of ours takes 128 elements (`Bounds.jsonElementsMax`).
    private static let streamsMax = 100

    let events: SecurityEvents
    let streams: EventStreams
    let clock: any WallClock

    public func add(to group: RouterGroup<ServiceContext>) {
        group.get("events") { _, _ in list() }
    }

    private func list() -> Response {
        let (last, before, now) = (events.feed.lastPosition, events.feed.positionBeforeFirst, clock.now())
        let all = streams.all
        let shown = all.sorted { ($0.acknowledged, $0.id) < ($1.acknowledged, $1.id) }.prefix(Self.streamsMax)
        return .json([
            "last": .integer(last), "kept": .integer(last - before),
            "waiting": .integer(Int64(events.feed.waiting.count)),
            "streamCount": .integer(Int64(all.count)),
            "streams": .array(
                shown.map { stream in
                    [
                        "id": .string(stream.id), "client": .string(stream.clientID),
                        "method": .string(stream.delivery.method),
                        "lag": .integer(last - max(stream.acknowledged, before)),
                        "heardSeconds": .integer(max(0, now.seconds(since: stream.heardAt))),
                        "deadLetters": .integer(stream.refusedCount),
                    ]
                }
            ),
        ])
    }
}
