package import Foundation
import Routing
package import Storage

/// Writes calls as Asterisk's module cdr_csv does, in the order of its columns (`Master.csv`): accountcode, src, dst,
/// dcontext, clid, channel, dstchannel, lastapp, lastdata, start, answer, end, duration, billsec, disposition, amaflags,
/// uniqueid, userfield.
///
/// Texts and dates are quoted, with quotes in them doubled; numbers are not, and an answer that never was is empty. What has
/// no equal here is filled in so that programs for Asterisk's files find what they look for: the queue is the context and
/// the argument of the application, the operator is the channel at the other end, and the answer is the beginning of the
/// first conversation, so that time in the queue is not billed.
package struct CDRWriter: Sendable {
    /// Of the dates, which carry none; Asterisk writes local time.
    package let zone: TimeZone

    package init(zone: TimeZone) {
        self.zone = zone
    }

    package func line(_ call: StoredCall) -> String {
        let answer = call.segments.first { $0.kind == .talking }
        let customer = call.number?.text ?? ""
        let (source, destination) = call.direction == .inbound ? (customer, call.line) : (call.line, customer)
        let strings = [
            "", source, destination, call.queue.name, callerID(call), channel(call.line, call),
            answer?.operator.map { channel($0.name, call) } ?? "", application(of: call),
            call.direction == .inbound ? call.queue.name : customer,
        ]
        let dates = [date(call.arrivedAt), answer.map { date($0.from) } ?? "", date(call.endedAt)]
        let duration = seconds(call.endedAt, since: call.arrivedAt)
        let billed = answer.map { seconds(call.endedAt, since: $0.from) } ?? 0
        let rest = [
            disposition(of: call, isAnswered: answer != nil), "DOCUMENTATION", call.call.description, userField(call),
        ]
        let fields =
            strings.map(quoted) + dates + [String(duration), String(billed)] + rest.map(quoted)
        return fields.joined(separator: ",") + "\n"
    }

    /// As a SIP header has it: the name in quotes, the number in angle brackets.
    private func callerID(_ call: StoredCall) -> String {
        let number = call.number?.text ?? ""
        guard let name = call.name, !name.isEmpty else { return number }
        return "\"\(name)\" <\(number)>"
    }

    private func channel(_ peer: String, _ call: StoredCall) -> String { "SIP/\(peer)-\(call.call)" }

    private func application(of call: StoredCall) -> String {
        switch (call.direction, call.outcome) {
        case (.outbound, _): "Dial"
        case (.inbound, .refused), (.inbound, .scenario): "Hangup"
        case (.inbound, _): "Queue"
        }
    }

    /// Asterisk knows these: ANSWERED, NO ANSWER, BUSY, FAILED. RFC 3261 section 21: 486 and 600 say busy.
    private func disposition(of call: StoredCall, isAnswered: Bool) -> String {
        if isAnswered { return "ANSWERED" }
        switch call.status {
        case 486?, 600?: return "BUSY"
        default: break
        }
        switch call.outcome {
        case .refused: return "FAILED"
        case .answered, .abandoned, .lostOnHold, .timedOut, .leftEmpty, .leftByKey, .unanswered, .scenario,
            .lostByRestart:
            return "NO ANSWER"
        }
    }

    /// What Asterisk's dispositions do not tell, for whoever looks here.
    private func userField(_ call: StoredCall) -> String {
        call.outcome.rawValue + (call.vip ? " vip" : "") + (call.interrupted ? " interrupted" : "")
    }

    private func date(_ time: WallTime) -> String { quoted(CivilTime(time, in: zone).local) }

    /// Whole seconds between the two dates as they are written, as Asterisk reckons.
    private func seconds(_ end: WallTime, since start: WallTime) -> Int64 {
        let (from, until) = (start.milliseconds / 1_000, end.milliseconds / 1_000)
        return until > from ? until - from : 0
    }

    /// A line is a record: what would end it in the middle becomes a space.
    private func quoted(_ text: String) -> String {
        let oneLine = String(String.UnicodeScalarView(text.unicodeScalars.map { $0.value < 0x20 ? " " : $0 }))
        return "\"" + oneLine.replacing("\"", with: "\"\"") + "\""
    }
}
