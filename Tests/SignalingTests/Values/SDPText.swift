@testable import Signaling

/// An SDP body written by hand, of which a test changes one thing.
struct SDPText {
    var origin = "o=- 1 1 IN IP4 192.0.2.20"
    var connection = "c=IN IP4 192.0.2.20"
    var time = "t=0 0"
    var session: [String] = []
    var media = ["m=audio 4000 RTP/AVP 8 0 101", "a=rtpmap:101 telephone-event/8000", "a=sendrecv"]

    init() {}

    init(media: [String]) {
        self.media = media
    }

    func with(_ change: (inout SDPText) -> Void) -> SDPText {
        var copy = self
        change(&copy)
        return copy
    }

    var text: String {
        (["v=0", origin, "s=-", connection, time] + session + media).filter { !$0.isEmpty }
            .map { $0 + "\r\n" }.joined()
    }

    var bytes: [UInt8] { Array(text.utf8) }
}

extension OfferAnswer {
    /// A leg at 203.0.113.5:5004 that speaks both laws.
    static func leg(codecs: [AudioCodec] = [.pcmu, .pcma], address: String = "203.0.113.5") -> OfferAnswer {
        OfferAnswer(media: LocalMedia(port: 5004, codecs: codecs), address: address, sessionID: 77)
    }
}
