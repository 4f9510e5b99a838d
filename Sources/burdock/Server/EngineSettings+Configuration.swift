import Foundation
import Journal
import Media
import Routing
import Settings
import Signaling
import Switching

extension SignalingSettings {
    /// The signalling engine's part of the configuration.
    /// - Parameter secrets: generated secrets of the operators whose entry has none, by name.
    init(_ configuration: Configuration, secrets: [String: String]) {
        self.init(
            listeners: configuration.sip.listen.map { listener in
                let transport: Listener.Transport =
                    switch listener.transport {
                    case .udp: .udp
                    case .tcp: .tcp
                    }
                return Listener(transport: transport, address: listener.address, port: listener.port)
            },
            advertisedAddress: configuration.sip.advertise,
            realm: configuration.sip.realm,
            trunks: configuration.trunks.map {
                Trunk(
                    name: $0.name, addresses: $0.addresses, user: $0.user, secret: $0.secret,
                    outgoing: $0.outgoing.map(Trunk.Outgoing.init))
            },
            users: configuration.operators.compactMap { person in
                (person.secret ?? secrets[person.name]).map { User(name: person.name, secret: $0) }
            }
        )
        let expires = configuration.sip.registrationExpires
        registrationExpires = Int(expires.lowerBound.components.seconds)...Int(expires.upperBound.components.seconds)
        noResponse = configuration.sip.noResponse
        sessionTimers = configuration.sip.sessionTimers.map { SessionTimers(expires: Int($0.components.seconds)) }
    }
}

extension SignalingSettings.Trunk.Outgoing {
    init(_ outgoing: Configuration.Outgoing) {
        self.init(
            host: outgoing.address, port: outgoing.port, user: outgoing.user, secret: outgoing.secret,
            domain: outgoing.domain)
    }
}

extension JournalSettings {
    /// The journal's part of the configuration.
    init(_ configuration: Configuration) {
        self.init(directory: configuration.state + "/journal")
        keptAge = configuration.journal.keep
        keptSize = UInt64(clamping: configuration.journal.mebibytes) << 20
    }
}

extension MediaSettings {
    /// The media engine's part of the configuration.
    init(_ configuration: Configuration) {
        self.init(
            ports: configuration.media.ports,
            address: configuration.media.listen,
            threads: configuration.media.threads,
            sounds: Dictionary(
                uniqueKeysWithValues: configuration.sounds.map { (SoundName($0.key), $0.value) }
            )
        )
        rtpTimeout = configuration.media.rtpTimeout
    }
}

extension SwitchboardSettings {
    /// The switchboard's part of the configuration; reads the lists of numbers that the lines name.
    ///
    /// - Parameter now: the tables of time zones reach some years from there.
    init(_ configuration: Configuration, now: WallTime) throws {
        let plan = NumberPlan(configuration.numbers)
        self.init(
            lines: try configuration.lines.map { line in
                Switching.Line(
                    number: line.number,
                    queue: QueueID(line.queue),
                    vipQueue: line.vipQueue.map { QueueID($0) },
                    vipList: try line.vipList.map { try NumberList(path: $0, plan: plan) },
                    blackList: try line.blackList.map { try NumberList(path: $0, plan: plan) },
                    hangUp: line.hangUp
                )
            },
            plan: plan,
            codecs: configuration.media.codecs.map { codec in
                switch codec {
                case .pcma: .pcma
                case .pcmu: .pcmu
                }
            },
            policy: RoutingPolicy(configuration),
            drainTimeout: .seconds(30)
        )
        language = configuration.language
        dialers = Dictionary(
            uniqueKeysWithValues: configuration.dialers.map { dialer in
                var route = DialerRoute(trunks: dialer.trunks, callerID: dialer.callerID)
                if let hours = dialer.hours {
                    // Many beginnings share a zone, and a zone's table is not made twice.
                    let zones = Dictionary(
                        Set(hours.zones.values).map { ($0, CallingHours(hours, zone: $0, now: now)) },
                        uniquingKeysWith: { first, _ in first })
                    route.hours = CallingHours(hours, now: now)
                    route.hoursByPrefix = hours.zones.compactMapValues { zones[$0] }
                }
                return (DialerID(dialer.name), route)
            })
        channels = Dictionary(
            uniqueKeysWithValues: configuration.trunks.compactMap { trunk in
                trunk.outgoing?.channels.map { (trunk.name, $0) }
            })
    }
}

extension NumberPlan {
    init(_ numbers: Configuration.Numbers) {
        self.init(
            country: numbers.country, trunkPrefix: numbers.trunkPrefix ?? "",
            internationalPrefix: numbers.internationalPrefix)
    }
}

extension NumberList {
    fileprivate init(path: String, plan: NumberPlan) throws {
        var rejected = 0
        self.init(text: try String(contentsOfFile: path, encoding: .utf8), plan: plan, rejected: &rejected)
    }
}
