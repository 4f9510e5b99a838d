// swift-tools-version: 6.2
import PackageDescription

// One settings array for every Swift target: language mode 6, no warnings, no leaking of imports.
let settings: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .treatAllWarnings(as: .error),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
]

let heap: Target.Dependency = .product(name: "HeapModule", package: "swift-collections")
let collections: [Target.Dependency] = [
    heap,
    .product(name: "DequeModule", package: "swift-collections"),
    .product(name: "OrderedCollections", package: "swift-collections"),
]
let logging: Target.Dependency = .product(name: "Logging", package: "swift-log")

func sources(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
    .target(name: name, dependencies: dependencies, swiftSettings: settings)
}

func tests(_ name: String, _ dependencies: [Target.Dependency], exclude: [String] = []) -> Target {
    .testTarget(name: name, dependencies: dependencies, exclude: exclude, swiftSettings: settings)
}

/// A library or program that only the project's own tests, demonstration and measurements use.
func kit(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
    .target(name: name, dependencies: dependencies, path: "Tests/\(name)", swiftSettings: settings)
}

func tool(_ name: String, _ dependencies: [Target.Dependency], exclude: [String] = []) -> Target {
    .executableTarget(
        name: name, dependencies: dependencies, path: "Tests/\(name)", exclude: exclude, swiftSettings: settings
    )
}

let package = Package(
    name: "burdock",
    products: [.executable(name: "burdock", targets: ["burdock"])],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-collections", from: "1.6.0"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.0"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.0"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.0"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.0"),
        .package(url: "https://github.com/swift-server/async-http-client", from: "1.37.0"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
    ],
    targets: [
        .systemLibrary(name: "COsip2", pkgConfig: "libosip2", providers: [.apt(["libosip2-dev"])]),
        .systemLibrary(name: "COrtp", pkgConfig: "ortp", providers: [.apt(["libortp-dev"])]),
        .target(name: "CTelephony", dependencies: ["COsip2", "COrtp"]),

        sources("Routing", collections),
        sources("Simulation", ["Routing", heap]),
        sources("Journal", ["Routing", logging]),
        sources(
            "Signaling",
            [
                "COsip2", "CTelephony", logging,
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
            ]
        ),
        sources("Media", ["COrtp", "CTelephony", logging]),
        sources("Storage", ["Routing", logging, .product(name: "GRDB", package: "GRDB.swift")]),
        sources("Reports", ["Routing", "Storage"]),
        sources(
            "Switching",
            [
                "Routing", "Signaling", "Media", "Storage", logging,
                .product(name: "DequeModule", package: "swift-collections"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            ]
        ),
        sources(
            "ControlAPI",
            [
                "Journal", "Reports", "Routing", "Storage", logging,
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            ]),
        sources("Settings", [.product(name: "Yams", package: "Yams")]),
        sources("Import", ["Routing", .product(name: "Crypto", package: "swift-crypto")]),
        sources(
            "Webhooks",
            [
                "Routing", "Storage", logging,
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
            ]
        ),
        .executableTarget(
            name: "burdock",
            dependencies: [
                "CTelephony", "Settings", "ControlAPI", "Import", "Journal", "Media", "Reports", "Routing", "Signaling",
                "Simulation", "Storage", "Switching", "Webhooks", logging,
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
                .product(name: "UnixSignals", package: "swift-service-lifecycle"),
            ],
            swiftSettings: settings
        ),

        kit("TestKit", ["Routing"]),
        kit("PeerKit", []),
        tool("Demo", ["PeerKit"]),
        .target(name: "BenchLoad", path: "Tests/BenchLoad"),
        tool("Bench", ["BenchLoad", "Routing"], exclude: ["README.md"]),
        tests("RoutingTests", ["Routing", "TestKit"]),
        tests("JournalTests", ["Journal", "Routing", "TestKit", logging]),
        tests("SimulationTests", ["Journal", "Routing", "Simulation", "TestKit"]),
        tests("SignalingTests", ["Signaling"]),
        tests("MediaTests", ["Media"]),
        tests(
            "StorageTests", ["Storage", "Routing", logging, .product(name: "GRDBSQLite", package: "GRDB.swift")]
        ),
        tests("ReportsTests", ["Reports", "Storage", "Routing", logging]),
        tests(
            "SwitchingTests",
            [
                "Switching", "Journal", "Routing", "Signaling", "Media", "Storage", "TestKit", logging,
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
            ]
        ),
        tests(
            "ControlAPITests",
            [
                "ControlAPI", "Journal", "Reports", "Routing", "Storage", logging,
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "HummingbirdTesting", package: "hummingbird"),
            ]
        ),
        tests(
            "BurdockTests",
            [
                "burdock", "ControlAPI", "Import", "Journal", "Reports", "Routing", "Settings", "Signaling",
                "Simulation", "Storage", "Webhooks", logging,
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ]
        ),
        tests("SettingsTests", ["Settings"]),
        tests("ImportTests", ["Import"]),
        tests(
            "WebhooksTests",
            [
                "Webhooks", "Routing", "Storage", logging,
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "Hummingbird", package: "hummingbird"),
            ]
        ),
        tests("IntegrationTests", ["PeerKit"], exclude: ["Scenarios"]),
    ]
)
