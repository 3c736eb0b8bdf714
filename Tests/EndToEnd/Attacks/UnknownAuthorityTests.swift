import Testing
import TokenClient
import Tokens

@testable import Stack

extension OnOneStack {
    /// Whoever answers in a provider's place would name the keys that count: an API alone in the world asks only those
    /// for whom an authority of the system vouches, and the development authority is none.
    @Suite("A provider that nobody vouches for") struct UnknownAuthorityTests {
        private func keys(from sender: any HTTPSender) throws -> RemoteKeySet {
            let issuer = try stack().address(of: .identityProvider)
            return RemoteKeySet(issuer: issuer, keySetURL: "\(issuer)/oauth2/jwks.json", sender: sender)
        }

        @Test func `is not believed by a client that trusts as the system does, and is by one that was told`()
            async throws
        {
            let folder = try stack().folder
            let stranger = HTTPSClient()
            let member = try HTTPSClient(
                certificateFile: folder.certificate(of: "orders-api"),
                privateKeyFile: folder.privateKey(of: "orders-api"),
                trustRootsFile: folder.authority
            )
            try await keys(from: member).warmUp()
            let error = await #expect(throws: DependencyUnavailable.self) {
                try await stranger.send(
                    OutboundRequest(method: "GET", url: "\(stack().address(of: .identityProvider))/oauth2/jwks.json")
                )
            }
            #expect(error?.dependency.contains("CERTIFICATE_VERIFY_FAILED") == true)
            await #expect(throws: DependencyUnavailable.self) { try await keys(from: stranger).warmUp() }
            await stranger.shutdown()
            await member.shutdown()
        }
    }
}
