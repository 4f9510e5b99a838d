@testable import Signaling

/// A request written by hand, of which a test changes one thing.
struct RequestText {
    var startLine = "OPTIONS sip:100@192.0.2.10 SIP/2.0"
    var via = ["Via: SIP/2.0/UDP 192.0.2.20:5060;branch=z9hG4bKa1;rport"]
    var from = "From: \"Anna\" <sip:anna@example.net>;tag=f1"
    var to = "To: <sip:100@192.0.2.10>"
    var callID = "Call-ID: c1@192.0.2.20"
    var cseq = "CSeq: 7 OPTIONS"
    var others = ["Max-Forwards: 70"]
    var contentLength: String? = "Content-Length: 0"
    var body = ""

    init() {}

    /// With a body and its right length.
    init(body: String) {
        self.body = body
        contentLength = "Content-Length: \(body.utf8.count)"
    }

    init(method: String) {
        startLine = "\(method) sip:100@192.0.2.10 SIP/2.0"
        cseq = "CSeq: 7 \(method)"
    }

    func with(_ change: (inout RequestText) -> Void) -> RequestText {
        var copy = self
        change(&copy)
        return copy
    }

    var lines: [String] {
        ([startLine] + via + [from, to, callID, cseq] + others + [contentLength].compactMap { $0 }).filter {
            !$0.isEmpty
        }
    }

    var bytes: [UInt8] {
        Array((lines.joined(separator: "\r\n") + "\r\n\r\n" + body).utf8)
    }
}

func inspect(_ bytes: [UInt8], over transport: GuardTransport = .datagram) -> GuardVerdict {
    bytes.withUnsafeBytes { MessageGuard.inspect($0, over: transport) }
}

func inspect(_ text: String, over transport: GuardTransport = .datagram) -> GuardVerdict {
    inspect(Array(text.utf8), over: transport)
}

func inspect(_ request: RequestText, over transport: GuardTransport = .datagram) -> GuardVerdict {
    inspect(request.bytes, over: transport)
}

/// A verdict in a form that tests can compare and print.
enum Outcome: Equatable {
    case message, keepAlive, drop
    case answer(Int)

    init(_ verdict: GuardVerdict) {
        switch verdict {
        case .message: self = .message
        case .keepAlive: self = .keepAlive
        case .drop: self = .drop
        case .answer(let status, _, _): self = .answer(status)
        }
    }
}

extension GuardVerdict {
    var index: MessageIndex? {
        switch self {
        case .message(let index), .answer(_, _, let index): index
        case .keepAlive, .drop: nil
        }
    }
}
