import HTTPTypes
import Hummingbird
import HummingbirdTesting
import NIOCore
import Tokens

@testable import IdentityProvider
@testable import ServiceKit

extension TestProvider {
    func operate(_ path: String, _ body: JSONObject) async throws -> Answer { try await operate(.post, path, body) }

    /// What stands under `/ops` once the operator key has been checked.
    func operate(_ method: HTTPRequest.Method, _ path: String, _ body: JSONObject? = nil) async throws -> Answer {
        let router = Router<ServiceContext>.service(.problem, recordedBy: parts.runtime.decisions)
        try service(parts).operations(router.group("ops"))
        return try await Application(router: router, logger: parts.runtime.logger).test(.router) { client in
            let response = try await client.execute(
                uri: "/ops/\(path)",
                method: method,
                headers: body == nil ? [:] : [.contentType: "application/json"],
                body: body.map { ByteBuffer(bytes: JSONWriter.bytes($0)) }
            )
            let answer = Answer(
                status: response.status.code,
                headers: response.headers,
                text: String(buffer: response.body)
            )
            wire.keep("", answer.headers, answer.text)
            return answer
        }
    }
}
