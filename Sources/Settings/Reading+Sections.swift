extension Reading {
    func sip(_ fields: inout Fields) -> Configuration.SIP {
        var sip = Configuration.SIP()
        let listeners = listeners(fields.take("listen"))
        if !listeners.isEmpty { sip.listen = listeners }
        sip.advertise = fields.take("advertise").flatMap(advertise)
        sip.realm = fields.value("realm", default: sip.realm, text)
        let bounds = sip.registrationExpires
        let limits = Duration.seconds(10) ... .seconds(86_400)
        if let entry = fields.take("registration_expires") {
            var pair = Fields(entry, place: "in registration_expires", reading: self)
            let low = pair.value("min", default: bounds.lowerBound) { duration($0, in: limits) }
            let high = pair.value("max", default: max(low, bounds.upperBound)) { duration($0, in: limits) }
            pair.finish()
            if low <= high {
                sip.registrationExpires = low...high
            } else {
                error("min of registration_expires is greater than max", at: entry)
            }
        }
        sip.noResponse = fields.value("no_response", default: sip.noResponse) {
            duration($0, in: .milliseconds(500) ... .seconds(32))
        }
        // RFC 4028 §5 allows no peer to be asked for less than 90 s.
        sip.sessionTimers = fields.optional("session_timers", default: sip.sessionTimers) {
            duration($0, in: .seconds(90) ... .seconds(86_400))
        }
        return sip
    }

    private func listeners(_ entry: Entry?) -> [Configuration.Listener] {
        guard let entry else { return [] }
        guard let elements = entry.elements, !elements.isEmpty, elements.count <= 64 else {
            error("listen must be a list of 1 to 64 addresses", at: entry, next: "for example [udp:0.0.0.0:5060]")
            return []
        }
        var seen: Set<Configuration.Listener> = []
        return elements.compactMap { element in
            guard let listener = listener(element) else { return nil }
            guard seen.insert(listener).inserted else {
                error("\"\(shown(element.text ?? ""))\" is listed twice", at: element)
                return nil
            }
            return listener
        }
    }

    private func listener(_ entry: Entry) -> Configuration.Listener? {
        let next = "written transport:address:port, for example udp:0.0.0.0:5060 or tcp:[::]:5060"
        let text = entry.text ?? ""
        let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 2, let colon = parts[1].lastIndex(of: ":") else {
            error("\"\(shown(text))\" is no place to listen on", at: entry, next: next)
            return nil
        }
        guard let transport = Configuration.Listener.Transport(rawValue: parts[0]) else {
            let known = Configuration.Listener.Transport.allCases.map(\.rawValue)
            error(
                "the transport must be udp or tcp, not \"\(shown(parts[0]))\"", at: entry,
                suggestion: Suggestion.nearest(to: parts[0], in: known).map { "\($0):\(parts[1])" }, next: next)
            return nil
        }
        let digits = parts[1][parts[1].index(after: colon)...]
        guard let place = place(String(parts[1][..<colon]), digits, at: entry, next: next) else { return nil }
        return Configuration.Listener(transport: transport, address: place.address, port: place.port)
    }

    private func advertise(_ entry: Entry) -> String? {
        if entry.text == "auto" { return nil }
        guard let address = Address(entry.text ?? ""), !address.isUnspecified else {
            error(
                "advertise must be auto or a numeric address that others can reach", at: entry,
                suggestion: Suggestion.nearest(to: entry.text ?? "", in: ["auto"]))
            return nil
        }
        return address.text
    }

    /// Decimal digits of a port.
    func port(_ text: some StringProtocol) -> UInt16? {
        text.utf8.allSatisfy { $0 >= 0x30 && $0 <= 0x39 } ? UInt16(text) : nil
    }

    func media(_ fields: inout Fields, sip: Configuration.SIP) -> Configuration.Media {
        var media = Configuration.Media()
        media.listen = fields.value("listen", default: media.listen) { entry in
            let address = Address(entry.text ?? "")
            if address == nil { error("listen must be a numeric address, 0.0.0.0 for all", at: entry) }
            return address?.text
        }
        if let entry = fields.take("ports"), let ports = ports(entry) {
            media.ports = ports
            for listener in sip.listen where listener.transport == .udp && ports.contains(listener.port) {
                error("RTP ports hold the SIP port \(listener.port)", at: entry, next: "choose a range without it")
            }
        }
        media.threads = fields.value("threads", default: media.threads) { integer($0, in: 1...64) }
        media.rtpTimeout = fields.value("rtp_timeout", default: media.rtpTimeout) {
            duration($0, in: .seconds(1) ... .seconds(3_600))
        }
        media.codecs = fields.value("codecs", default: media.codecs, codecs)
        return media
    }

    private func ports(_ entry: Entry) -> ClosedRange<UInt16>? {
        let parts = (entry.text ?? "").split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count == 2, let low = port(parts[0]), let high = port(parts[1]) else {
            error("ports must be a range of ports up to 65535", at: entry, next: "for example 10000-20000")
            return nil
        }
        guard low >= 1_024 else {
            error("ports must begin at 1024 or above", at: entry)
            return nil
        }
        guard low % 2 == 0 else {
            let even = low == .max ? low - 1 : low + 1
            error(
                "ports must begin with an even one: RTP takes even ports, RTCP the odd ones above", at: entry,
                suggestion: even < high ? "\(even)-\(high)" : nil)
            return nil
        }
        guard high >= low, high - low >= 7 else {
            error("ports must hold at least 8 ports: a call takes four", at: entry)
            return nil
        }
        return low...high
    }

    private func codecs(_ entry: Entry) -> [Configuration.Codec]? {
        guard let elements = entry.elements, !elements.isEmpty else {
            error("codecs must be a list that is not empty", at: entry, next: "for example [pcma, pcmu]")
            return nil
        }
        var codecs: [Configuration.Codec] = []
        for element in elements {
            guard let codec = choice(element, of: Configuration.Codec.self) else { return nil }
            guard !codecs.contains(codec) else {
                error("\(codec.rawValue) is listed twice", at: element)
                return nil
            }
            codecs.append(codec)
        }
        return codecs
    }

    func log(_ fields: inout Fields) -> Configuration.Log {
        var log = Configuration.Log()
        log.level = fields.value("level", default: log.level) { choice($0, of: Configuration.Log.Level.self) }
        return log
    }

    func metrics(_ fields: inout Fields) -> Configuration.Endpoint? {
        fields.optional("listen", default: nil) { endpoint($0, example: "127.0.0.1:9464") }
    }

    /// An address and port of TCP.
    func endpoint(_ entry: Entry, example: String) -> Configuration.Endpoint? {
        let text = entry.text ?? ""
        let next = "written address:port, for example \(example)"
        guard let colon = text.lastIndex(of: ":") else {
            error("\"\(shown(text))\" is no place to listen on", at: entry, next: next)
            return nil
        }
        return place(String(text[..<colon]), text[text.index(after: colon)...], at: entry, next: next).map {
            Configuration.Endpoint(address: $0.address, port: $0.port)
        }
    }

    /// An address, perhaps in brackets, and a port.
    private func place(
        _ host: String, _ digits: Substring, at entry: Entry, next: String
    ) -> (address: String, port: UInt16)? {
        let isBracketed = host.hasPrefix("[") && host.hasSuffix("]")
        guard let address = Address(isBracketed ? String(host.dropFirst().dropLast()) : host) else {
            error("\"\(shown(host))\" is not a numeric address", at: entry, next: next)
            return nil
        }
        guard let port = port(digits) else {
            error("the port must be 0 to 65535", at: entry, next: next)
            return nil
        }
        return (address.text, port)
    }

    func journal(_ fields: inout Fields) -> Configuration.Journal {
        var journal = Configuration.Journal()
        journal.keep = fields.value("keep", default: journal.keep) {
            duration($0, in: .seconds(3_600) ... .seconds(3_653 * 86_400))
        }
        journal.mebibytes = fields.value("mebibytes", default: journal.mebibytes) { integer($0, in: 64...10_000_000) }
        return journal
    }

    func numbers(_ fields: inout Fields) -> Configuration.Numbers {
        var numbers = Configuration.Numbers()
        numbers.country = fields.optional("country", default: nil) { entry in
            guard let code = digits(entry, 1...3) else { return nil }
            guard code.first != "0" else {
                error("no country code begins with 0", at: entry)
                return nil
            }
            return code
        }
        numbers.trunkPrefix = fields.optional("trunk_prefix", default: numbers.trunkPrefix) { digits($0, 1...4) }
        numbers.internationalPrefix = fields.value("international_prefix", default: numbers.internationalPrefix) {
            digits($0, 1...5)
        }
        return numbers
    }

    func limits(_ fields: inout Fields) -> Configuration.Limits {
        var limits = Configuration.Limits()
        limits.calls = fields.value("calls", default: limits.calls) { integer($0, in: 1...1_000_000) }
        return limits
    }

    func routing(_ fields: inout Fields) -> Configuration.Routing {
        var routing = Configuration.Routing()
        routing.successTalk = fields.value("success_talk", default: routing.successTalk) {
            duration($0, in: .zero ... .seconds(3_600))
        }
        routing.missesBeforePause = fields.value("misses_before_pause", default: routing.missesBeforePause) {
            integer($0, in: 0...100)
        }
        routing.readyOnRegister = fields.value("ready_on_register", default: routing.readyOnRegister, boolean)
        return routing
    }
}
