import Testing
import Tokens

@testable import Stack

/// One thing that is wrong with a request, and how it must be answered.
struct BadInput: Sendable, CustomTestStringConvertible {
    let what: String
    let service: StackService
    let call: @Sendable (RunningStack, Credential) -> Call
    let status: Int
    let code: String

    var testDescription: String { "\(service.name): \(what)" }
}

extension OnOneStack {
    @Suite("Bad input", .serialized) struct BadInputTests {
        @Test(arguments: badInputs)
        func `is answered in the documented form`(input: BadInput) async throws {
            let stack = try OnOneStack.stack()
            let audience = input.service.name == "users-api" ? Audience.users : Audience.orders
            let user = try await stack.makeUser("kim", resource: audience)
            let answer = try await stack.client.send(input.call(stack, user.accessToken))
            #expect(answer.status == input.status)
            #expect(answer.errorCode == input.code)
            let isOAuth = input.service.isIssuer
            #expect(
                answer.header("content-type") == (isOAuth ? "application/json" : "application/problem+json")
            )
            #expect(answer.header("transaction-id") != nil)
            let ready = try await stack.client.send(Call(url: "\(stack.operations(of: input.service))/ready"))
            #expect(ready.status == 200, "the process goes on")
        }

        @Test(arguments: StackService.all.map(\.name))
        func `a header field of 20 kB, or no TLS at all, ends one connection and nothing more`(name: String)
            async throws
        {
            let stack = try OnOneStack.stack()
            let service = try #require(StackService.all.first { $0.name == name })
            let address = stack.address(of: service)
            var call = Call(url: "\(address)/orders")
            call.headers = [("x-padding", String(repeating: "a", count: 20_000))]
            let answer = try? await stack.client.send(call)
            // The parser answers for itself, before any route is looked for.
            #expect(answer.map { (400...431).contains($0.status) && $0.body.isEmpty } ?? true)
            let plain = try? await stack.client.send(
                Call(url: address.replacing("https://localhost", with: "http://127.0.0.1"))
            )
            #expect(plain == nil, "nothing is said in the clear")
            let ready = try await stack.client.send(Call(url: "\(stack.operations(of: service))/ready"))
            #expect(ready.status == 200)
        }
    }
}

private let form = ("content-type", "application/x-www-form-urlencoded")
private let json = ("content-type", "application/json")

/// A POST of `body` by nobody in particular.
private func post(
    _ what: String,
    _ service: StackService,
    _ path: String,
    _ body: [UInt8],
    _ status: Int,
    _ code: String,
    type: (String, String)
) -> BadInput {
    BadInput(
        what: what,
        service: service,
        call: { stack, _ in
            var call = Call(method: "POST", url: "\(stack.address(of: service))\(path)")
            call.headers = [type]
            call.body = body
            return call
        },
        status: status,
        code: code
    )
}

/// To a token endpoint.
private func token(
    _ what: String,
    _ service: StackService,
    _ body: [UInt8],
    _ status: Int,
    _ code: String,
    type: (String, String) = form
) -> BadInput { post(what, service, "/oauth2/token", body, status, code, type: type) }

/// To another path of the identity provider.
private func provider(
    _ what: String,
    _ path: String,
    _ body: [UInt8],
    _ status: Int,
    _ code: String,
    type: (String, String) = json
) -> BadInput { post("\(path): \(what)", .identityProvider, path, body, status, code, type: type) }

/// A request with a good token and a bad body to an API.
private func api(
    _ what: String,
    _ service: StackService,
    _ method: String,
    _ path: String,
    _ body: [UInt8],
    _ status: Int,
    _ code: String,
    type: (String, String) = json
) -> BadInput {
    BadInput(
        what: what,
        service: service,
        call: { stack, token in
            var call = Call(method: method, url: "\(stack.address(of: service))\(path)")
            call.headers = [type, ("authorization", "Bearer \(token.exposed)")]
            call.body = body
            return call
        },
        status: status,
        code: code
    )
}

private let tenMegabytes = [UInt8](repeating: UInt8(ascii: "a"), count: 10 << 20)
private let issuers = [StackService.identityProvider, .tokenExchange]
private let apis: [(StackService, String, String)] = [
    (.ordersAPI, "POST", "/orders"), (.usersAPI, "PUT", "/users/me/address"), (.gateway, "POST", "/orders"),
]

let badInputs: [BadInput] =
    [
        provider("malformed JSON", "/auth/login", Array("{".utf8), 400, "invalid_request"),
        provider("a list", "/auth/login", Array("[]".utf8), 400, "invalid_request"),
        provider(
            "deep nesting",
            "/auth/login",
            Array(String(repeating: "[", count: 50_000).utf8),
            400,
            "invalid_request"
        ),
        provider("a form", "/auth/login", Array("username=alice".utf8), 415, "unsupported_media_type", type: form),
        provider("10 MB", "/auth/login", tenMegabytes, 413, "content_too_large"),
        provider("no client", "/oauth2/introspect", Array("token=x".utf8), 401, "invalid_client", type: form),
        provider("no client", "/oauth2/revoke", Array("token=x".utf8), 401, "invalid_client", type: form),
        provider("a path that is not there", "/oauth2/nothing-here", [], 404, "not_found"),
    ]
    + issuers.flatMap { service in
        [
            token("no parameters", service, [], 400, "invalid_request"),
            token("an unknown grant", service, Array("grant_type=password".utf8), 400, "unsupported_grant_type"),
            token(
                "a parameter twice",
                service,
                Array("grant_type=client_credentials&grant_type=refresh_token".utf8),
                400,
                "invalid_request"
            ),
            token("a NUL byte", service, Array("grant_type=client_credentials%00".utf8), 400, "invalid_request"),
            token("bytes that are no UTF-8", service, Array("grant_type=%ff%fe".utf8), 400, "invalid_request"),
            token("JSON instead of a form", service, Array("{}".utf8), 415, "unsupported_media_type", type: json),
            token("10 MB", service, tenMegabytes, 413, "content_too_large"),
        ]
    }
    + apis.flatMap { service, method, path in
        [
            api("malformed JSON", service, method, path, Array("{\"item\":".utf8), 400, "invalid_request"),
            api(
                "a member twice",
                service,
                method,
                path,
                Array(#"{"item":"a","item":"b","quantity":1}"#.utf8),
                400,
                "invalid_request"
            ),
            api(
                "a NUL in a text",
                service,
                method,
                path,
                Array(#"{"item":"a\u0000b","quantity":1}"#.utf8),
                400,
                "invalid_request"
            ),
            api("a member too many", service, method, path, Array(#"{"owner":"root"}"#.utf8), 400, "invalid_request"),
            api("nothing", service, method, path, [], 400, "invalid_request"),
            api(
                "a form instead of JSON",
                service,
                method,
                path,
                Array("item=a".utf8),
                415,
                "unsupported_media_type",
                type: form
            ),
            api("10 MB", service, method, path, tenMegabytes, 413, "content_too_large"),
            api("a path that is not there", service, "GET", "/nothing-here", [], 404, "not_found"),
        ]
    }
