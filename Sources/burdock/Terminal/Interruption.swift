import Dispatch
import Foundation
import Synchronization

/// Notices Ctrl-C, for what has to come to a good end first. The second one ends the program at once.
final class Interruption {
    /// With which a program ends that was interrupted: 128 and the number of the signal, as shells have it.
    static let status: Int32 = 130

    private final class Flag: Sendable {
        let isSet = Mutex(false)
    }

    private let flag = Flag()
    private let source: any DispatchSourceSignal

    init() {
        // The signal's own way would end the program.
        signal(SIGINT, SIG_IGN)
        source = DispatchSource.makeSignalSource(signal: SIGINT, queue: .global())
        source.setEventHandler { [flag] in
            let isSecond = flag.isSet.withLock { isSet in
                defer { isSet = true }
                return isSet
            }
            if isSecond { exit(Self.status) }
        }
        source.activate()
    }

    deinit {
        source.cancel()
        signal(SIGINT, SIG_DFL)
    }

    var hasHappened: Bool { flag.isSet.withLock { $0 } }
}
