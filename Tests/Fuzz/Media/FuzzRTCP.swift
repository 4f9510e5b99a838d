import CTelephony

/// Compound packets of the peer, given to both backends, and the reports that these would send afterwards.
@Sendable func fuzzRTCP(_ input: [UInt8]) {
    let configuration = BackendConfiguration(
        rtpSocket: -1, controlSocket: -1, source: 0x0102_0304, reportInterval: .milliseconds(1), canonicalName: "name")
    let backends = RTPBackendKind.allCases.compactMap { configuration.make($0) }
    for (number, datagram) in datagrams(input).enumerated() {
        datagram.withUnsafeBytes { bytes in
            guard let report = ControlGuard.leadingReport(bytes) else { return }
            precondition(report.count >= 8 && report.count <= bytes.count && report.count % 4 == 0)
            for backend in backends {
                // oRTP keeps what it is given.
                backend.receiveReport(report, now: UInt64(number) * 1_000_000_000)
                _ = (backend.reportsReceived, backend.lostAtPeer)
            }
        }
    }
    for second in UInt64(1)...4 {
        for backend in backends {
            backend.reportIfDue(now: second * 1_000_000_000, received: Reception(), relayed: RelayCount())
        }
    }
}
