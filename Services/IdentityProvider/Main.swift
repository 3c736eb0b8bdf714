import ServiceKit

/// identity-provider: people and service accounts sign in; tokens are issued, introspected, revoked.
@main enum Main {
    static func main() async {
        await ServiceProcess.run("identity-provider") { settings, runtime in
            try await assemble(Settings(reading: settings, in: runtime.environment), runtime)
        }
    }
}
