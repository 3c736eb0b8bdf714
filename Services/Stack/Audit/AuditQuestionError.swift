/// Why a question to the audit logs has no answer, said to the person at the terminal.
enum AuditQuestionError: Error, Equatable, CustomStringConvertible {
    case noLogs(folder: String)
    case noSuchRecord
    case noTransactionID(String)
    case requestUnknown(String, folder: String)
    case tooManyRecords(max: Int)

    var description: String {
        switch self {
        case .noLogs(let folder):
            "there are no audit logs in \(folder). To fix it: name the --data-folder of the stack that wrote them."
        case .noSuchRecord: "there is no such record"
        case .noTransactionID(let text):
            "\(text.legible()) is no id of a request: it has 22 characters, and every answer carries it as transaction-id"
        case .requestUnknown(let id, let folder):
            "no service has a record of request \(id) in \(folder). "
                + "Either it came to another stack, or nothing was decided about it, or its records were removed by age."
        case .tooManyRecords(let max):
            "more than \(max) records fit. To fix it: ask for less (--since 1h), or write them down with `gatehouse audit export`."
        }
    }
}
