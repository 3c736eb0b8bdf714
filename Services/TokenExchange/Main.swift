import ServiceKit

/// token-exchange: a token for one hop, on a user's behalf, never wider than what came in.
@main enum Main {
    static func main() async {
        await ServiceProcess.run("token-exchange") { settings, runtime in
            try await assemble(Settings(reading: settings), runtime)
        }
    }
}
