import Tokens

/// A stack that runs and can be spoken to: where its services are, and a client that they trust.
struct RunningStack: Sendable {
    let folder: DataFolder
    let record: StackRecord
    let client: StackClient
    /// The stack's time as far as this process moved it.
    let clock = MovableClock()

    init(folder: DataFolder, record: StackRecord, client: StackClient) {
        self.folder = folder
        self.record = record
        self.client = client
    }

    /// The stack that `up` keeps running on `folder`, for the length of `body`.
    ///
    /// - Throws: `StackError.notRunning`.
    static func withStack<Result>(
        on folder: DataFolder,
        _ body: (RunningStack) async throws -> Result
    ) async throws -> Result {
        let record = try StackRecord.read(from: folder)
        let client = try StackClient(trusting: folder)
        do {
            let stack = RunningStack(folder: folder, record: record, client: client)
            try await stack.learnTime()
            let result = try await body(stack)
            await client.shutdown()
            return result
        } catch {
            await client.shutdown()
            throw error
        }
    }

    func entry(of service: StackService) -> StackRecord.Entry? { record.services.first { $0.name == service.name } }

    /// The public address; of an issuer, also its issuer identifier.
    func address(of service: StackService) -> String {
        "https://localhost:\(entry(of: service)?.port ?? service.defaultPort)"
    }

    /// The operations listener.
    func operations(of service: StackService) -> String {
        "http://127.0.0.1:\(entry(of: service)?.operationsPort ?? service.defaultPort + 1_000)"
    }
}
