import CTelephony
import Foundation

/// How the process deals with its memory.
enum Memory {
    /// Memory that was freed stays with the process up to this size for each arena: calls come and go all day, and
    /// giving pages back and faulting them in again for each of them costs more than the call's own work.
    static func keepWhatIsFreed() {
        ct_keep_freed_memory(16 << 20)
    }

    /// What the process uses of the machine.
    struct Resources {
        var residentBytes: Int64
        /// User and system.
        var cpuSeconds: Double
        var descriptors: Int
    }

    static func resources() -> Resources {
        var usage = rusage()
        getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
        let times = [usage.ru_utime, usage.ru_stime]
        let cpu = times.reduce(0) { $0 + Double($1.tv_sec) + Double($1.tv_usec) / 1e6 }
        let fields = (try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8))?.split(separator: " ") ?? []
        let pages = fields.count > 1 ? Int64(fields[1]) ?? 0 : 0
        let descriptors = (try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd"))?.count ?? 0
        return Resources(
            residentBytes: pages * Int64(sysconf(CInt(_SC_PAGESIZE))), cpuSeconds: cpu, descriptors: descriptors)
    }
}
