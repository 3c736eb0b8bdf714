// swift-tools-version: 6.2
import PackageDescription

// A package of its own: a plain build of Gatehouse never pulls it in. Scripts/fuzz builds and runs it. One executable for
// each parser; none of them has a `main`, for the fuzzer brings its own.

let tokens = Target.Dependency.product(name: "Tokens", package: "gatehouse")

func fuzz(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
    .executableTarget(name: name, dependencies: ["FuzzKit", tokens] + dependencies, path: name)
}

let package = Package(
    name: "gatehouse-fuzzing",
    platforms: [.macOS(.v15)],
    dependencies: [
        .package(name: "gatehouse", path: ".."),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
    ],
    targets: [
        .target(
            name: "FuzzKit",
            dependencies: [tokens, .product(name: "Crypto", package: "swift-crypto")],
            path: "FuzzKit"
        ),
        fuzz("FuzzBase64URL"),
        fuzz("FuzzCompactJWS"),
        fuzz("FuzzFormParameters"),
        fuzz("FuzzJSON"),
        fuzz("FuzzKeySet"),
        fuzz("FuzzPEM"),
        fuzz("FuzzProof"),
        fuzz("FuzzScopeSet"),
        fuzz("FuzzSealedToken"),
        fuzz("FuzzSignedToken"),
    ]
)
