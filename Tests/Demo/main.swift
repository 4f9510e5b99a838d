import Foundation
import Glibc
import PeerKit

// The demonstration: a server on a private network, telephones around it, three scenes, and a recording of each party.
// Takes one optional argument: the folder for the recordings (default: demo-out).

let folder = CommandLine.arguments.dropFirst().first ?? "demo-out"
// Ctrl-C takes everything down that has been started.
let interrupts = [SIGINT, SIGTERM].map { number in
    signal(number, SIG_IGN)
    let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
    source.setEventHandler {
        LiveThings.shared.endAll()
        exit(128 + number)
    }
    source.resume()
    return source
}

if !PeerTools.missing.isEmpty {
    FileHandle.standardError.write(Data("The demonstration cannot run:\n".utf8))
    for problem in PeerTools.missing { FileHandle.standardError.write(Data("  \(problem)\n".utf8)) }
    exit(1)
}
do {
    try await CallCentre.run { centre in
        try await Demonstration(centre: centre, output: folder).run()
    }
} catch {
    FileHandle.standardError.write(Data("The demonstration failed: \(error)\n".utf8))
    exit(1)
}
