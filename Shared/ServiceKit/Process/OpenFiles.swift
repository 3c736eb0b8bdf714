import Foundation

/// How many files and connections this process may have open at once.
enum OpenFiles {
    /// What a service needs beside its public connections: database, log, operations listener, connections to other services.
    static let reservedCount = 512

    /// Takes all that the system allows: the customary soft limit of 1024 is older than servers with many connections.
    static func raiseLimit() {
        var limit = current
        limit.rlim_cur = limit.rlim_max
        setrlimit(resource, &limit)
    }

    static var limit: Int { Int(clamping: current.rlim_cur) }

    private static var current: rlimit {
        var limit = rlimit()
        getrlimit(resource, &limit)
        return limit
    }

    #if os(Linux)
        private static let resource = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
    #else
        private static let resource = RLIMIT_NOFILE
    #endif
}
