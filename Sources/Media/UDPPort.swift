import CTelephony

#if canImport(Glibc)
    import Glibc
#endif

/// Opening and closing of port pairs.
enum UDPPort {
    /// Expedited forwarding (RFC 4594 §4.1): what networks expect of telephony.
    private static let expeditedForwarding: Int32 = 46

    /// Binds an even port and the odd one above it; `nil` if one of them is taken by someone else.
    static func bind(_ port: UInt16, host: ct_address) throws(MediaError) -> StreamSockets? {
        guard let rtp = try open(port, host) else { return nil }
        do throws(MediaError) {
            guard let control = try open(port + 1, host) else {
                Glibc.close(rtp)
                return nil
            }
            return StreamSockets(rtp: rtp, control: control, port: port)
        } catch {
            Glibc.close(rtp)
            throw error
        }
    }

    static func close(_ sockets: StreamSockets) {
        Glibc.close(sockets.rtp)
        Glibc.close(sockets.control)
    }

    private static func open(_ port: UInt16, _ host: ct_address) throws(MediaError) -> Int32? {
        var address = host
        address.port = port
        let descriptor = ct_udp_open(&address, expeditedForwarding)
        if descriptor == -EADDRINUSE || descriptor == -EACCES { return nil }
        guard descriptor >= 0 else {
            throw MediaError.system(operation: "opening an RTP port on the media address", code: -descriptor)
        }
        return descriptor
    }
}
