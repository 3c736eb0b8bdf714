/// What keeps a stack from starting or a command from reaching it, said to the person at the terminal with the way out.
enum StackError: Error, Equatable, CustomStringConvertible {
    case alreadyRunning(folder: String)
    case executableMissing(path: String)
    case notReady(services: [String], waitedSeconds: Int, reasons: [String])
    case notRunning(folder: String)
    case portOccupied(port: Int, service: String, purpose: String)
    case serviceEnded(service: String, status: String, lastLines: [String])
    case settingsMissing(searched: String)

    var description: String {
        switch self {
        case .alreadyRunning(let folder):
            "a stack already runs on \(folder). To fix it: stop that one, or give this one its own --data-folder."
        case .executableMissing(let path):
            "\(path) is not there. To fix it: run `swift build`, or name the folder of the services with --bin-folder."
        case .notReady(let services, let seconds, let reasons):
            (["not ready after \(seconds) s: \(services.joined(separator: ", "))"] + reasons.map { "  \($0)" })
                .joined(separator: "\n")
        case .notRunning(let folder):
            "no stack runs on \(folder). To fix it: start one with `gatehouse up`, or name its --data-folder."
        case .portOccupied(let port, let service, let purpose):
            "port \(port) (\(service), \(purpose)) is occupied. "
                + "To fix it: stop the process that listens there, or start with --free-ports."
        case .serviceEnded(let service, let status, let lastLines):
            (["\(service) \(status). The last lines of its log:"] + lastLines.map { "  \($0)" }).joined(separator: "\n")
        case .settingsMissing(let searched):
            "no folder compose/settings beside \(searched). To fix it: name it with --compose-folder."
        }
    }
}
