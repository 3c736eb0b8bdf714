// swift-tools-version: 6.2
import PackageDescription

// One target per folder, named after it. Arrows point down only:
// Services -> IssuerKit, ResourceServerKit -> ServiceKit, TokenClient, Storage -> Tokens, and TokensHummingbird between
// ServiceKit and Tokens (Docs/architecture.md §1).

let strict: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .treatAllWarnings(as: .error),
]

let crypto = Target.Dependency.product(name: "Crypto", package: "swift-crypto")
let cryptoExtras = Target.Dependency.product(name: "CryptoExtras", package: "swift-crypto")
let certificates = Target.Dependency.product(name: "X509", package: "swift-certificates")
let asn1 = Target.Dependency.product(name: "SwiftASN1", package: "swift-asn1")
let hummingbird = Target.Dependency.product(name: "Hummingbird", package: "hummingbird")
let hummingbirdCore = Target.Dependency.product(name: "HummingbirdCore", package: "hummingbird")
let hummingbirdTLS = Target.Dependency.product(name: "HummingbirdTLS", package: "hummingbird")
let hummingbirdTesting = Target.Dependency.product(name: "HummingbirdTesting", package: "hummingbird")
let httpTypes = Target.Dependency.product(name: "HTTPTypes", package: "swift-http-types")
let httpClient = Target.Dependency.product(name: "AsyncHTTPClient", package: "async-http-client")
let nioCore = Target.Dependency.product(name: "NIOCore", package: "swift-nio")
let nioPosix = Target.Dependency.product(name: "NIOPosix", package: "swift-nio")
let nioHTTP = Target.Dependency.product(name: "NIOHTTP1", package: "swift-nio")
let nioFoundation = Target.Dependency.product(name: "NIOFoundationCompat", package: "swift-nio")
let nioTLS = Target.Dependency.product(name: "NIOTLS", package: "swift-nio")
let nioHTTPTypes = Target.Dependency.product(name: "NIOHTTPTypes", package: "swift-nio-extras")
let nioHTTPTypesHTTP1 = Target.Dependency.product(name: "NIOHTTPTypesHTTP1", package: "swift-nio-extras")
let nioSSL = Target.Dependency.product(name: "NIOSSL", package: "swift-nio-ssl")
let configuration = Target.Dependency.product(name: "Configuration", package: "swift-configuration")
let logging = Target.Dependency.product(name: "Logging", package: "swift-log")
let lifecycle = Target.Dependency.product(name: "ServiceLifecycle", package: "swift-service-lifecycle")
let unixSignals = Target.Dependency.product(name: "UnixSignals", package: "swift-service-lifecycle")
let coreMetrics = Target.Dependency.product(name: "CoreMetrics", package: "swift-metrics")
let argumentParser = Target.Dependency.product(name: "ArgumentParser", package: "swift-argument-parser")
let mustache = Target.Dependency.product(name: "Mustache", package: "swift-mustache")
let yams = Target.Dependency.product(name: "Yams", package: "Yams")
let subprocess = Target.Dependency.product(name: "Subprocess", package: "swift-subprocess")
let systemPackage = Target.Dependency.product(name: "SystemPackage", package: "swift-system")
let collections = Target.Dependency.product(name: "Collections", package: "swift-collections")
let grdb = Target.Dependency.product(name: "GRDB", package: "GRDB.swift")
let sqlite = Target.Dependency.product(name: "GRDBSQLite", package: "GRDB.swift")

/// What every service process is made of.
let serviceParts: [Target.Dependency] = [
    "Tokens", "TokensHummingbird", "Audit", "ServiceKit", "TokenClient", "Storage",
    hummingbird, httpTypes, configuration, logging, lifecycle, nioCore,
]

func shared(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
    .target(name: name, dependencies: dependencies, path: "Shared/\(name)", swiftSettings: strict)
}

func service(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
    .executableTarget(name: name, dependencies: dependencies, path: "Services/\(name)", swiftSettings: strict)
}

func tests(_ name: String, _ dependencies: [Target.Dependency], resources: [Resource] = []) -> Target {
    .testTarget(
        name: "\(name)Tests",
        dependencies: dependencies + ["TestKit"],
        path: "Tests/\(name)",
        resources: resources,
        swiftSettings: strict
    )
}

/// pkg-config links the library too, and every issuer would then need it where it runs. On Linux the header is found without.
func onlyHeader(_ name: String) -> String? {
    #if os(Linux)
        nil
    #else
        name
    #endif
}

let package = Package(
    name: "gatehouse",
    platforms: [.macOS(.v15)],
    products: [
        .library(name: "Tokens", targets: ["Tokens"]),
        .library(name: "TokenClient", targets: ["TokenClient"]),
        .library(name: "TokensHummingbird", targets: ["TokensHummingbird"]),
        // For Benchmarks alone: a service of the house, and its log.
        .library(name: "ServiceKit", targets: ["ServiceKit", "Audit"]),
        .executable(name: "identity-provider", targets: ["IdentityProvider"]),
        .executable(name: "token-exchange", targets: ["TokenExchange"]),
        .executable(name: "orders-api", targets: ["Orders"]),
        .executable(name: "users-api", targets: ["Users"]),
        .executable(name: "gateway", targets: ["Gateway"]),
        .executable(name: "gatehouse", targets: ["Stack"]),
        // For Tests/Faults alone: loaded into a service whose disk shall fail.
        .library(name: "BrokenDisk", type: .dynamic, targets: ["CBrokenDisk"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-asn1", from: "1.7.4"),
        .package(url: "https://github.com/apple/swift-certificates", from: "1.21.1"),
        .package(url: "https://github.com/apple/swift-collections", from: "1.6.0"),
        .package(url: "https://github.com/apple/swift-configuration", from: "1.4.0", traits: ["YAML"]),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
        .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-metrics", from: "2.13.0"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-nio-extras", from: "1.35.2"),
        .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.6"),
        .package(url: "https://github.com/apple/swift-system", from: "1.8.1"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1", traits: []),
        .package(url: "https://github.com/hummingbird-project/swift-mustache", from: "2.1.1"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
        .package(url: "https://github.com/swift-server/async-http-client", from: "1.37.0"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
        .package(url: "https://github.com/swiftlang/swift-subprocess", from: "1.0.2"),
        .package(url: "https://github.com/vapor/jwt-kit", from: "5.7.1"),
    ],
    targets: [
        .target(
            name: "Tokens",
            dependencies: [crypto, cryptoExtras, asn1],
            path: "Shared/Tokens",
            // A verification runs where its caller runs: a hop to another thread would cost more than all its checks.
            swiftSettings: strict + [.enableUpcomingFeature("NonisolatedNonsendingByDefault")]
        ),
        shared("TokensHummingbird", ["Tokens", hummingbird, httpTypes, logging]),
        shared("Audit", ["Tokens", crypto, logging, lifecycle, systemPackage]),
        shared("Telemetry", ["Tokens", "Audit", coreMetrics, httpClient, nioCore, logging, lifecycle]),
        shared("Storage", ["Tokens", grdb, sqlite, collections]),
        shared("TokenClient", ["Tokens", httpClient, nioCore, nioHTTP, nioSSL, logging, lifecycle]),
        shared(
            "ServiceKit",
            [
                "Tokens", "TokensHummingbird", "Audit", "Telemetry", coreMetrics, hummingbird, hummingbirdCore,
                hummingbirdTLS, httpTypes, nioCore,
                nioPosix, nioSSL, nioTLS, nioHTTP, nioHTTPTypes, nioHTTPTypesHTTP1, crypto, systemPackage, yams,
                certificates, asn1, configuration,
                logging, lifecycle, unixSignals,
            ]
        ),
        shared(
            "IssuerKit",
            [
                "Tokens", "Audit", "Telemetry", "ServiceKit", "TokenClient", "Storage", "CPKCS11", crypto, hummingbird,
                httpTypes, logging, lifecycle,
            ]
        ),
        shared(
            "ResourceServerKit",
            [
                "Tokens", "TokensHummingbird", "Audit", "Telemetry", "ServiceKit", "TokenClient", hummingbird, logging,
                lifecycle,
            ]
        ),
        .systemLibrary(
            name: "CArgon2",
            path: "Shared/CArgon2",
            pkgConfig: "libargon2",
            providers: [.apt(["libargon2-dev"]), .brew(["argon2"])]
        ),
        .systemLibrary(
            name: "CPKCS11",
            path: "Shared/CPKCS11",
            pkgConfig: onlyHeader("p11-kit-1"),
            providers: [.apt(["libp11-kit-dev"]), .brew(["p11-kit"])]
        ),

        service(
            "IdentityProvider",
            serviceParts + ["ResourceServerKit", "IssuerKit", "CArgon2", crypto, mustache, nioPosix, yams]
        ),
        service("TokenExchange", serviceParts + ["ResourceServerKit", "IssuerKit", yams]),
        service("Orders", serviceParts + ["ResourceServerKit"]),
        service("Users", serviceParts + ["ResourceServerKit"]),
        service("Gateway", serviceParts + ["ResourceServerKit", httpClient, nioHTTP, nioSSL]),
        service(
            "Stack",
            [
                "Tokens", "Audit", "TokenClient", argumentParser, subprocess, systemPackage, crypto, cryptoExtras,
                certificates,
                asn1, httpClient, nioCore, nioPosix, nioHTTP, nioSSL, logging, unixSignals,
            ]
        ),

        .target(
            name: "TestKit",
            dependencies: [
                "Tokens", "Audit", "TokenClient", crypto, cryptoExtras, hummingbird, hummingbirdTesting, httpTypes,
                logging,
                nioCore,
            ],
            path: "Tests/TestKit",
            swiftSettings: strict
        ),
        tests("Tokens", ["Tokens", crypto, cryptoExtras, .product(name: "JWTKit", package: "jwt-kit")]),
        tests("Audit", ["Audit", "Tokens", crypto, logging, systemPackage]),
        tests(
            "Telemetry",
            [
                "Telemetry", "Audit", "Tokens", coreMetrics, hummingbird, httpTypes, lifecycle, logging, nioCore,
                nioPosix, subprocess, systemPackage,
            ]
        ),
        tests("Storage", ["Storage", "CFaultyDisk"]),
        tests("TokenClient", ["TokenClient", "Tokens", logging]),
        tests(
            "TokensHummingbird",
            [
                "TokensHummingbird", "TokenClient", "Tokens", hummingbird, hummingbirdTesting, httpTypes, logging,
                nioCore,
            ]
        ),
        tests(
            "ServiceKit",
            [
                "ServiceKit", "Audit", "Telemetry", "Tokens", hummingbird, hummingbirdTesting, httpTypes, configuration,
                lifecycle, logging,
                nioCore, nioPosix, nioSSL, certificates, asn1, crypto,
            ]
        ),
        tests(
            "IssuerKit",
            [
                "IssuerKit", "ServiceKit", "Storage", "Telemetry", "TokenClient", "Tokens", "CPKCS11", crypto,
                hummingbird,
                hummingbirdTesting, httpTypes, logging, lifecycle, nioCore, subprocess, systemPackage,
            ]
        ),
        tests(
            "ResourceServerKit",
            [
                "ResourceServerKit", "ServiceKit", "Telemetry", "TokenClient", "Tokens", hummingbird,
                hummingbirdTesting,
                httpTypes,
            ]
        ),
        tests(
            "IdentityProvider",
            ["IdentityProvider", "TokensHummingbird", hummingbird, hummingbirdTesting, httpTypes]
        ),
        tests(
            "TokenExchange",
            [
                "TokenExchange", "IssuerKit", "ServiceKit", "TokenClient", "Tokens", hummingbird, hummingbirdTesting,
                httpTypes, logging, nioCore, nioPosix,
            ]
        ),
        tests("Orders", ["Orders", "ServiceKit", hummingbird, hummingbirdTesting, httpTypes, nioCore]),
        tests("Users", ["Users", hummingbird, hummingbirdTesting, httpTypes]),
        tests("Gateway", ["Gateway", hummingbird, hummingbirdTesting, httpTypes]),
        tests("Stack", ["Stack", "Audit", "Tokens", argumentParser, certificates, asn1, logging]),
        tests(
            "EndToEnd",
            [
                "Stack", "IdentityProvider", "TokenExchange", "Orders", "Users", "Gateway", "Audit", "Tokens",
                "TokenClient", httpClient, hummingbird, nioCore, subprocess, systemPackage, "CProcessDescriptor",
            ]
        ),
        tests(
            "Faults",
            [
                "Stack", "IdentityProvider", "TokenExchange", "Orders", "Users", "Gateway", "Audit", "Tokens",
                "CProcessDescriptor", httpClient, nioCore, nioPosix, nioSSL, subprocess, systemPackage, grdb,
            ]
        ),
        .systemLibrary(name: "CProcessDescriptor", path: "Tests/CProcessDescriptor"),
        .target(name: "CBrokenDisk", path: "Tests/CBrokenDisk"),
        .target(name: "CFaultyDisk", path: "Tests/CFaultyDisk"),
    ],
    swiftLanguageModes: [.v6]
)
