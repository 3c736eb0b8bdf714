import Hummingbird
import HummingbirdTLS
import NIOPosix
import NIOSSL

/// The yardstick: a bare Hummingbird server over TLS that says hello, on one event loop as our services are.
///
/// Usage: Hello PORT CERTIFICATE.pem KEY.pem
@main enum Main {
    static func main() async throws {
        let arguments = CommandLine.arguments
        guard arguments.count == 4, let port = Int(arguments[1]) else {
            print("usage: Hello PORT CERTIFICATE.pem KEY.pem")
            return
        }
        var tls = TLSConfiguration.makeServerConfiguration(
            certificateChain: try NIOSSLCertificate.fromPEMFile(arguments[2]).map { .certificate($0) },
            privateKey: .privateKey(try NIOSSLPrivateKey(file: arguments[3], format: .pem))
        )
        tls.minimumTLSVersion = .tlsv13
        let router = Router()
        router.get("hello") { _, _ in "hello" }
        let application = Application(
            router: router,
            server: try .tls(.http1(), tlsConfiguration: tls),
            configuration: ApplicationConfiguration(address: .hostname("127.0.0.1", port: port)),
            eventLoopGroupProvider: .shared(MultiThreadedEventLoopGroup(numberOfThreads: 1))
        )
        try await application.runService()
    }
}
