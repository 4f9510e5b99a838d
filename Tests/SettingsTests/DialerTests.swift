import Testing

@testable import Settings

// Goal: dialers are read as they are meant, and a dialer that could not work is refused with the place and the reason.

private let house = """
    operators: [{name: anna}, {name: ihor}]
    queues: [{name: q, operators: {anna: 1}}, {name: p, operators: {anna: 1}}]
    lines: [{number: 1, queue: q}, {number: 2, queue: p}]
    trunks: [{name: t, outgoing: {address: 192.0.2.1}}, {name: in, addresses: [192.0.2.2]}]

    """

/// In line 5, from column 11 on.
private func dialer(_ rules: String) -> String {
    house + "dialers: [{name: d, queues: [q], trunks: [t], operators: {anna: 5}, \(rules)}]"
}

private func dialers(_ yaml: String) -> [Configuration.Dialer] { configuration(yaml).dialers }

@Test func dialerNeedsLittle() {
    let configuration = configuration(house + "dialers: [{name: d, queues: [q], trunks: [t], operators: {anna: 5}}]")
    var plain = Configuration.Dialer(name: "d", rulesOf: "q")
    plain.queues = ["q"]
    plain.trunks = ["t"]
    plain.operators = [Configuration.Assignment(operator: "anna", priority: 5)]
    #expect(configuration.dialers == [plain])
    #expect(
        plain.retries.count == 6 && plain.retries.values.allSatisfy { $0.tries == 3 && $0.interval == .seconds(900) })
    #expect(configuration.trunks[0].outgoing == Configuration.Outgoing(address: "192.0.2.1"))
    #expect(configuration.trunks[1].outgoing == nil)
}

@Test func rulesOfADialerAreRead() {
    let all = dialers(
        dialer("mode: personal, rules_of: p, preview: 0, answer_timeout: 45s, reassign_after: 2d, fallback: other")
            .dropLast()
            + ", {name: other, queues: [p], trunks: [t], caller_id: none, operators: {ihor: 0}}]")
    #expect(all[0].mode == .personal && all[0].rulesOf == "p" && all[0].preview == .zero)
    #expect(all[0].answerTimeout == .seconds(45) && all[0].reassignAfter == .seconds(172_800))
    #expect(all[0].fallback == "other" && all[1].mode == .callback && all[1].callerID == nil)
}

@Test(arguments: [
    ("release", Configuration.Dialer.Expiry.release), ("hand_to_crm", .handToCRM),
    ("{postpone: 1h}", .postpone(.seconds(3_600))),
    ("{move_to: e}", .moveTo("e")),
])
func expiryHasFourForms(text: String, expiry: Configuration.Dialer.Expiry) {
    let other = ", {name: e, rules_of: q, trunks: [t], operators: {anna: 1}}]"
    #expect(dialers(dialer("expiry: \(text)").dropLast() + other)[0].expiry == expiry)
}

@Test func retriesOfAnOutcomeHaveTheCommonOnesForDefaults() {
    let retries = dialers(dialer("retries: {tries: 5, busy: {interval: 3 min}, failed: {tries: 1}}"))[0].retries
    #expect(retries[.noAnswer]?.tries == 5 && retries[.noAnswer]?.interval == .seconds(900))
    #expect(retries[.busy]?.tries == 5 && retries[.busy]?.interval == .seconds(180))
    #expect(retries[.failed]?.tries == 1)
}

@Test(arguments: [
    ("192.0.2.9", "192.0.2.9", 5_060), ("\"192.0.2.9:5080\"", "192.0.2.9", 5_080),
    ("\"[2001:db8::9]:5061\"", "2001:db8::9", 5_061),
    ("\"2001:db8::9\"", "2001:db8::9", 5_060), ("\"[2001:db8::9]\"", "2001:db8::9", 5_060),
])
func outgoingAddressMayHaveAPort(text: String, address: String, port: UInt16) {
    let outgoing = configuration("trunks: [{name: t, outgoing: {address: \(text)}}]").trunks[0].outgoing
    #expect(outgoing?.address == address && outgoing?.port == port)
}

private let trunkRules = [
    Rule(
        "trunks: [{name: t, outgoing: {port: 5}}]", "1:31+4 error unknown key \"port\" in outgoing of trunk \"t\"",
        "1:31+4 error address is missing in outgoing of trunk \"t\""),
    Rule(
        "trunks: [{name: t, outgoing: {address: sip.example.com}}]",
        "1:40+15 error \"sip.example.com\" is not a numeric address to which calls can be sent"),
    Rule(
        "trunks: [{name: t, outgoing: {address: 0.0.0.0}}]",
        "1:40+7 error \"0.0.0.0\" is not a numeric address to which calls can be sent"),
    Rule("trunks: [{name: t, outgoing: {address: \"192.0.2.1:0\"}}]", "1:40+13 error the port must be 1 to 65535"),
    Rule("trunks: [{name: t, outgoing: {address: \"[::1]5\"}}]", "1:40+8 error the port must be 1 to 65535"),
    Rule(
        "trunks: [{name: t, outgoing: {address: 192.0.2.1, user: u}}]",
        "1:31+7 error outgoing has a user and no secret"),
    Rule(
        "trunks: [{name: t, outgoing: {address: 192.0.2.1, secret: \"long enough\"}}]",
        "1:51+6 error outgoing has a secret and no user"),
    Rule(
        "trunks: [{name: t, outgoing: {address: 192.0.2.1, channels: 0}}]",
        "1:61+1 error channels must be 1 to 10000, not 0"),
    Rule(
        "trunks: [{name: t, outgoing: {address: 192.0.2.1, domain: \"a b\"}}]",
        "1:59+5 error domain must be a host name or a numeric address, not \"a b\""),
]

@Test(arguments: trunkRules) func outgoingSideThatCouldNotCallIsReported(rule: Rule) {
    #expect(brief(rule.yaml).sorted() == rule.findings.sorted())
}

private let dialerRules = [
    Rule(house + "dialers: [{mode: callback}]", "5:12+4 error name is missing in an element of dialers"),
    Rule(
        house + "dialers: [{name: d, operators: {anna: 1}}]",
        "5:12+4 error dialer \"d\" has no trunks", "5:18+1 error dialer \"d\" has neither queues nor rules_of"),
    Rule(
        house + "dialers: [{name: d, queues: [q], trunks: [in], operators: {anna: 1}}]",
        "5:43+2 error trunk \"in\" has no outgoing side"),
    Rule(
        house + "dialers: [{name: d, queues: [q, q], trunks: [s], operators: {olga: 1}}]",
        "5:33+1 error queue \"q\" is called back by dialer \"d\" already", "5:46+1 error there is no trunk \"s\" | t",
        "5:62+4 error there is no operator \"olga\""),
    Rule(
        house + "dialers: [{name: d, queues: [q], trunks: [t]}]",
        "5:18+1 warning dialer \"d\" has no operators: its tasks wait in vain"),
    Rule(dialer("mode: calback"), "5:75+7 error mode must be one of callback, personal, not \"calback\" | callback"),
    Rule(dialer("caller_id: anna"), "5:80+4 error caller_id must be 1 to 32 digits, \"*\" or \"#\", not \"anna\""),
    Rule(
        dialer("expiry: relaese"),
        "5:77+7 error expiry must be release, hand_to_crm, {postpone: DURATION} or {move_to: DIALER} | release"),
    Rule(dialer("expiry: {postpone: 5s}"), "5:88+2 error postpone must be 1 min to 30d, not 5s"),
    Rule(dialer("expiry: {move_to: d}"), "5:87+1 error dialer \"d\" cannot hand its tasks to itself"),
    Rule(dialer("expiry: {move_to: dd}"), "5:87+2 error there is no dialer \"dd\" | d"),
    Rule(
        dialer("expiry: {postpone: 1h, move_to: d}"), "5:92+7 error expiry is either postpone or move_to"),
    Rule(
        dialer("fallback: d"), "5:79+1 error dialer \"d\" cannot hand its tasks to itself",
        "5:79+1 warning fallback has no effect, because mode is callback"),
    Rule(
        dialer("mode: personal, responsible_wait: 5s"),
        "5:103+2 warning responsible_wait has no effect, because mode is personal: its leads stay with their operators"),
    Rule(dialer("answer_timeout: 1s"), "5:85+2 error answer_timeout must be 5s to 5 min, not 1s"),
    Rule(
        dialer("retries: {bussy: {tries: 2}}"), "5:79+5 error unknown key \"bussy\" in retries of dialer \"d\" | busy"),
    Rule(dialer("retries: {busy: {tries: 0}}"), "5:93+1 error tries must be 1 to 100, not 0"),
    Rule(dialer("previw: 5s"), "5:69+6 error unknown key \"previw\" in dialer \"d\" | preview"),
    Rule(
        dialer("preview: 0, skip_allowed: true"),
        "5:95+4 warning skip_allowed has no effect, because there is no preview"),
]

@Test(arguments: dialerRules) func dialerThatWouldNotWorkIsReported(rule: Rule) {
    #expect(brief(rule.yaml).sorted() == rule.findings.sorted())
}

@Test(arguments: ["callback: true", "callback_key: 1"])
func promiseOfAQueueThatNobodyKeepsIsReported(rule: String) {
    let yaml = house.replacing("name: q,", with: "name: q, \(rule),")
    #expect(
        brief(yaml) == [
            "2:17+1 warning nobody calls back the customers of queue \"q\": their wishes are only written down"
        ])
    #expect(brief(yaml + "dialers: [{name: d, queues: [q], trunks: [t], operators: {anna: 5}}]") == [])
}

// MARK: - Hang-up lines and reminders

private let works = "dialers: [{name: d, queues: [q], trunks: [t], operators: {anna: 5}}]\n"

@Test func lineMayHangUpAndCallBack() {
    let yaml = house.replacing("{number: 1, queue: q}", with: "{number: 1, queue: q, hang_up: 603}") + works
    #expect(configuration(yaml).lines.map(\.hangUp) == [603, nil])
}

@Test(arguments: [
    ("{number: 1, queue: q, hang_up: 200}", "3:40+3 error hang_up must be 400 to 699, not 200"),
    (
        "{number: 1, queue: p, hang_up: 603}",
        "3:40+3 error hang_up promises a call, and queue \"p\" is in no dialer that could make it"
    ),
])
func lineThatHangsUpInVainIsReported(line: String, finding: String) {
    #expect(brief(house.replacing("{number: 1, queue: q}", with: line) + works) == [finding])
}

@Test func timeOfACallbackIsAskedForOnlyWhereAZoneIsKnown() {
    let asks = house.replacing("{name: q,", with: "{name: q, callback_key: 1, callback_time: true,")
    let hours = works.replacing("operators:", with: "hours: {zone: UTC, mon: 9:00-18:00}, operators:")
    #expect(configuration(asks + hours).queues.map(\.callbackTime) == [true, false])
    #expect(configuration(asks + hours).sounds["day-31"]?.hasSuffix("sounds/uk/day-31.wav") == true)
    #expect(
        brief(asks + works) == [
            "2:17+1 error customers of queue \"q\" say when they want to be called, and dialer \"d\" has no hours that "
                + "say in which zone"
        ])
    let keyless = house.replacing("{name: q,", with: "{name: q, callback_time: true,")
    #expect(
        brief(keyless + hours) == ["2:35+4 warning callback_time has no effect, because there is no callback_key"])
}

@Test func reminderSaysWhenAndHow() {
    let reminder = configuration(house + works + "reminder: {every: 30 min, key: \"#\", key_wait: 10s}").reminder
    #expect(reminder.every == .seconds(1_800) && reminder.startKey == "#" && reminder.keyWait == .seconds(10))
    #expect(reminder.ringTimeout == .seconds(20))
    let plain = configuration(house + works)
    #expect(plain.reminder.every == nil && plain.reminder.startKey == "1")
    #expect(plain.sounds["number-20"]?.hasSuffix("sounds/uk/number-20.wav") == true, "a program may ask for one")
    #expect(configuration(house).sounds["number-20"] == nil)
    #expect(configuration(house + works + "reminder: {key: none}").reminder.startKey == nil)
}

@Test(arguments: [
    ("reminder: {every: 5s}", "6:19+2 error every must be 1 min to 7d, not 5s"),
    (
        "sounds: {language: xx}\nreminder: {every: 1h}",
        "6:20+2 error there is no folder \"xx\" among the sounds"
    ),
])
func reminderThatCannotBeSpokenIsReported(rule: String, finding: String) {
    #expect(brief(house + works + rule).contains(finding))
}

// MARK: - Hours

private func hours(_ text: String) -> Configuration.Hours? {
    dialers(dialer("hours: {zone: Europe/Kyiv, \(text)}"))[0].hours
}

@Test func numbersThatBeginSoHaveAZoneOfTheirOwn() {
    let zones = "zones: {\"+48\": Europe/Warsaw, \"+1212\": America/New_York}, mon: 9:00-20:00"
    #expect(hours(zones)?.zones == ["+48": "Europe/Warsaw", "+1212": "America/New_York"])
    #expect(hours("mon: 9:00-20:00")?.zones == [:])
}

@Test(arguments: [
    ("{\"48\": Europe/Warsaw}", "5:104+4 error \"48\" is not the beginning of an international number"),
    ("{\"+48\": Europe/Warsau}", "5:111+13 error \"Europe/Warsau\" is not a time zone | Europe/Warsaw"),
    ("7", "5:103+1 error zones must be beginnings of numbers and their time zones"),
])
func zoneOfNoNumbersIsReported(zones: String, finding: String) {
    #expect(brief(dialer("hours: {zone: Europe/Kyiv, zones: \(zones), mon: 9:00-20:00}")) == [finding])
}

@Test func daysMayBeRangesAcrossTheEndOfTheWeek() {
    #expect(hours("sat-mon: 9:00-20:00")?.stretches.map(\.days) == [[.saturday, .sunday, .monday]])
    #expect(hours("mon-sun: 9:00-20:00")?.stretches[0].days == Configuration.Weekday.allCases)
    #expect(hours("wed-wed: 9:00-20:00")?.stretches[0].days == [.wednesday])
}

@Test(arguments: [
    ("9:00-20:30", 540, 1_230), ("0:00-24:00", 0, 1_440), ("22:00-6:00", 1_320, 1_800), ("22:00-0:00", 1_320, 1_440),
    ("00:01-00:00", 1, 1_440),
])
func timesAreMinutesAfterMidnight(text: String, from: Int, until: Int) {
    let stretch = hours("mon: \(text)")?.stretches.first
    #expect(stretch?.from == from && stretch?.until == until)
}

@Test func noneMeansAtAnyTime() {
    #expect(dialers(dialer("hours: none"))[0].hours == nil)
}

private let hourRules = [
    Rule(dialer("hours: {mon: 9:00-20:00}"), "5:77+3 error zone is missing in hours of dialer \"d\""),
    Rule(dialer("hours: {zone: UTC}"), "5:77+4 error hours of dialer \"d\" name no days: nobody would ever be called"),
    Rule(
        dialer("hours: {zone: Europe/Kyev, mon: 9:00-20:00}"),
        "5:83+11 error \"Europe/Kyev\" is not a time zone | Europe/Kyiv"),
    Rule(dialer("hours: {zone: EET, mon: 9:00-20:00}"), "5:83+3 error \"EET\" is not a time zone"),
    Rule(dialer("hours: {zone: UTC, mo: 9:00-20:00}"), "5:88+2 error unknown key \"mo\" in hours | mon"),
    Rule(dialer("hours: {zone: UTC, mon-fry: 9:00-20:00}"), "5:88+7 error unknown key \"mon-fry\" in hours"),
    Rule(
        dialer("hours: {zone: UTC, mon: 9-20}"),
        "5:93+4 error mon must be the time from which and until which customers may be dialled"),
    Rule(
        dialer("hours: {zone: UTC, mon: [9:00-12:00, 13:00-24:01]}"),
        "5:106+11 error mon must be the time from which and until which customers may be dialled"),
    Rule(
        dialer("hours: {zone: UTC, mon: 9:00-9:00}"), "5:93+9 error mon begins and ends at the same time | 0:00-24:00"),
    Rule(
        dialer("hours: {zone: UTC, mon: 9:00-20:00, days_off: [2027-02-29]}"),
        "5:116+10 error \"2027-02-29\" is not a date"),
]

@Test(arguments: hourRules) func hoursThatNobodyKnowsAreReported(rule: Rule) {
    #expect(brief(rule.yaml).sorted() == rule.findings.sorted())
}
