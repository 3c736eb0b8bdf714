import ServiceKit

/// gateway: the only door for strangers. What it does not know it does not let through, in either direction.
@main enum Main {
    static func main() async {
        await ServiceProcess.run("gateway") { settings, runtime in
            try await assemble(Settings(reading: settings), runtime)
        }
    }
}
