import ServiceKit

/// orders-api: a user's orders. Placing one asks Users for the shipping address, on the user's behalf.
@main enum Main {
    static func main() async {
        await ServiceProcess.run("orders-api") { settings, runtime in
            try await assemble(Settings(reading: settings), runtime)
        }
    }
}
