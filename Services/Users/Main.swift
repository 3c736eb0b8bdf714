import ServiceKit

/// users-api: who a user is and where they live. Other services hear of it on that user's behalf, and not otherwise.
@main enum Main {
    static func main() async {
        await ServiceProcess.run("users-api") { settings, runtime in
            try await assemble(Settings(reading: settings), runtime)
        }
    }
}
