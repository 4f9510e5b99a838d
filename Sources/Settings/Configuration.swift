/// Everything an administrator decides, read from one YAML file and checked: plain values, paths absolute.
///
/// `ConfigurationReader` is the only one who makes it, so whoever holds a `Configuration` need not check again: names
/// are unique, references lead somewhere, numbers are in range, sound and list files could be read.
package struct Configuration: Hashable, Sendable {
    /// The file it was read from, absolute.
    package var path: String
    package var sip = SIP()
    package var media = Media()
    /// Folder for the database, the generated secrets and the control socket. Relative in the file to the working
    /// directory; absolute here. Default "state".
    package var state: String
    package var log = Log()
    package var journal = Journal()
    /// Where metrics and health are asked for over HTTP; `nil` (`none`, default): nowhere.
    package var metrics: Endpoint?
    /// Where programs and desks ask over HTTP; `nil` (`listen: none`, default): nowhere but on the control socket.
    package var api: API?
    package var numbers = Numbers()
    package var limits = Limits()
    package var routing = Routing()
    package var reminder = Reminder()
    /// The folder that sounds are taken from, which says how numbers are spoken. Default "uk".
    package var language = "uk"
    /// Path of every sound that is named anywhere in the configuration, absolute, by sound name.
    package var sounds: [String: String] = [:]
    package var trunks: [Trunk] = []
    package var operators: [Operator] = []
    package var queues: [Queue] = []
    package var dialers: [Dialer] = []
    package var lines: [Line] = []
    package var codes = Codes()
    package var webhooks: [Webhook] = []
    /// Who is asked for customers' cards; `nil` (`none`, default): nobody.
    package var card: Card?

    package init(path: String, state: String) {
        self.path = path
        self.state = state
    }
}

extension Configuration {
    /// Key `sip`: addresses, registration, patience with silent phones and dead calls.
    package struct SIP: Hashable, Sendable {
        /// Not empty, no two alike. Default UDP and TCP on port 5060 of all addresses.
        package var listen: [Listener] = [
            Listener(transport: .udp, address: "0.0.0.0", port: 5_060),
            Listener(transport: .tcp, address: "0.0.0.0", port: 5_060),
        ]
        /// Numeric address put into Via, Contact and SDP; `nil` (`auto`, default): that of the route to each peer.
        package var advertise: String?
        /// Digest realm. Default "burdock".
        package var realm = "burdock"
        /// What a phone asks for is held between these two. Each 10 s to 1 d; default 60 s and 1 h.
        package var registrationExpires: ClosedRange<Duration> = .seconds(60) ... .seconds(3_600)
        /// A phone that gives no response at all to our INVITE for so long is unreachable. 500 ms to 32 s, default 5 s.
        package var noResponse: Duration = .seconds(5)
        /// A call is refreshed at least so often, and over when it is not; `nil`: session timers are off (RFC 4028).
        /// 90 s to 1 d, default 30 min.
        package var sessionTimers: Duration? = .seconds(1_800)

        package init() {}
    }

    /// One `transport:address:port` of `sip.listen`.
    package struct Listener: Hashable, Sendable {
        /// What SIP is carried over.
        package enum Transport: String, Hashable, Sendable, CaseIterable {
            case udp, tcp
        }

        /// First part.
        package var transport: Transport
        /// Numeric; IPv6 without brackets.
        package var address: String
        /// 0 takes a free one.
        package var port: UInt16

        package init(transport: Transport, address: String, port: UInt16) {
            self.transport = transport
            self.address = address
            self.port = port
        }
    }

    /// Key `media`: RTP.
    package struct Media: Hashable, Sendable {
        /// Numeric address on which RTP is received. Default all.
        package var listen = "0.0.0.0"
        /// RTP takes even ports, RTCP the odd one above. Begins even, at 1024 or more, holds at least 8 ports.
        /// Default 10000-20000.
        package var ports: ClosedRange<UInt16> = 10_000...20_000
        /// 1 to 64, default 1.
        package var threads = 1
        /// A party that should send and does not for so long has fallen silent. 1 s to 1 h, default 60 s.
        package var rtpTimeout: Duration = .seconds(60)
        /// In order of preference, not empty, each once. Default PCMA, PCMU.
        package var codecs: [Codec] = [.pcma, .pcmu]

        package init() {}
    }

    /// G.711 in its two laws.
    package enum Codec: String, Hashable, Sendable, CaseIterable {
        case pcma, pcmu
    }

    /// Key `log`.
    package struct Log: Hashable, Sendable {
        /// swift-log's levels.
        package enum Level: String, Hashable, Sendable, CaseIterable {
            case trace, debug, info, notice, warning, error, critical
        }

        /// Lines below it are not written. Default info.
        package var level = Level.info

        package init() {}
    }

    /// Key `journal`: everything that was decided, and why.
    package struct Journal: Hashable, Sendable {
        /// Older files are removed. 1 h to 10 years, default 14 d.
        package var keep: Duration = .seconds(14 * 86_400)
        /// The oldest files are removed when all together are larger, in MiB. 64 to 10,000,000, default 4,096.
        package var mebibytes = 4_096

        package init() {}
    }

    /// An address and port of TCP.
    package struct Endpoint: Hashable, Sendable {
        /// Numeric; IPv6 without brackets.
        package var address: String
        /// 0 takes a free one.
        package var port: UInt16

        package init(address: String, port: UInt16) {
            self.address = address
            self.port = port
        }
    }

    /// Key `numbers`: how the numbers that trunks give are brought to E.164.
    package struct Numbers: Hashable, Sendable {
        /// Country code put before national numbers, 1 to 3 digits; `nil` (`none`, default): national numbers stay.
        package var country: String?
        /// Taken off a national number before the country code is put there, 1 to 4 digits; `nil`: nothing is.
        /// Default "0".
        package var trunkPrefix: String? = "0"
        /// Dialled before a country code in place of the plus sign, 1 to 5 digits. Default "00".
        package var internationalPrefix = "00"

        package init() {}
    }

    /// Key `limits`.
    package struct Limits: Hashable, Sendable {
        /// Calls in the house at once; one more is refused. 1 to 1,000,000, default 10,000.
        package var calls = 10_000

        package init() {}
    }

    /// Key `routing`: rules that hold for all queues.
    package struct Routing: Hashable, Sendable {
        /// A conversation at least this long is successful and ties the customer to the operator. 0 to 1 h, default
        /// 5 s.
        package var successTalk: Duration = .seconds(5)
        /// So many unanswered rings in a row pause the operator; 0 never does. 0 to 100, default 3.
        package var missesBeforePause = 3
        /// A newly registered operator becomes ready. Default true.
        package var readyOnRegister = true

        package init() {}
    }

    /// An entry of `trunks`: a peer that may send us calls, or through which we send them. Has addresses, or user and
    /// secret, or both, if it sends us any.
    package struct Trunk: Hashable, Sendable {
        /// Unique; for logs and the call log.
        package var name: String
        /// Numeric addresses or CIDR blocks.
        package var addresses: [String]
        /// For digest; both or neither.
        package var user: String?
        /// For digest. Never logged.
        package var secret: String?
        /// Where calls to customers go; `nil`: nowhere.
        package var outgoing: Outgoing?

        package init(name: String, addresses: [String], user: String? = nil, secret: String? = nil) {
            self.name = name
            self.addresses = addresses
            self.user = user
            self.secret = secret
        }
    }

    /// An entry of `operators`.
    package struct Operator: Hashable, Sendable {
        /// Short name, also the SIP user name.
        package var name: String
        /// Unique; `nil`: none. Imported lists name operators by it.
        package var email: String?
        /// As people call them. Default: the name.
        package var display: String
        /// SIP secret; `nil`: `SecretStore` keeps a generated one.
        package var secret: String?
        /// Skill groups; the first is the responsible group where none is named.
        package var groups: [String]

        package init(
            name: String, email: String? = nil, display: String? = nil, secret: String? = nil, groups: [String] = []
        ) {
            self.name = name
            self.email = email
            self.display = display ?? name
            self.secret = secret
            self.groups = groups
        }
    }

    /// An entry of `lines`: what a dialled number leads to.
    package struct Line: Hashable, Sendable {
        /// As the trunk gives it.
        package var number: String
        /// Where its calls go.
        package var queue: String
        /// Callers on `vipList` go here instead. Both or neither; the queue is a VIP queue.
        package var vipQueue: String?
        /// Text files, absolute: a number a line, `#` begins a comment.
        package var vipList: String?
        /// Callers on it are refused.
        package var blackList: String?
        /// A hang-up line: its calls are rejected with this SIP status, unanswered, and called back at once; `nil`
        /// (`none`, default): they are answered. 400 to 699.
        package var hangUp: Int?

        package init(
            number: String, queue: String, vipQueue: String? = nil, vipList: String? = nil, blackList: String? = nil
        ) {
            self.number = number
            self.queue = queue
            self.vipQueue = vipQueue
            self.vipList = vipList
            self.blackList = blackList
        }
    }

    /// Key `codes`: what operators dial, all different and no line's number, and what they hear then.
    package struct Codes: Hashable, Sendable {
        /// Makes the operator ready. 1 to 8 digits, `*` or `#`, like the others. Default "*1".
        package var ready = "*1"
        /// Default "*2".
        package var pause = "*2"
        /// Signs the operator out. Default "*0".
        package var off = "*0"
        /// Sound after `ready`. Default "code-ready".
        package var readySound = "code-ready"
        /// Sound after `pause`. Default "code-pause".
        package var pauseSound = "code-pause"
        /// Sound after `off`. Default "code-off".
        package var offSound = "code-off"

        package init() {}
    }
}
