import Testing

@testable import Settings

// Goal: each rule refuses what it should, and says where and why. Method: tables of one small file each, and all its
// findings as `line:column+length severity message | suggestion`.

/// One bad file and what is said about it.
struct Rule: CustomTestStringConvertible, Sendable {
    let yaml: String
    let findings: [String]

    init(_ yaml: String, _ findings: String...) {
        self.yaml = yaml
        self.findings = findings
    }

    var testDescription: String { yaml.replacing("\n", with: "⏎") }
}

private let notName = "is not a name: 1 to 64 Latin letters, digits, \"-\", \"_\" or \".\""
private let notBoolean = "must be true or false"
private let people = "operators: [{name: anna}, {name: ihor}]\n"
private let desk = people + "queues: [{name: q, operators: {anna: 1}}]\n"

private let textRules = [
    Rule("", "0:0+0 error the file is empty"),
    Rule("# nothing\n", "0:0+0 error the file is empty"),
    Rule("[1]", "1:1+1 error this must be a mapping of keys and values, not a list"),
    Rule("sipp: {}", "1:1+4 error unknown key \"sipp\" | sip"),
    Rule("lоg: {}", "1:1+3 error unknown key \"lоg\", with Cyrillic letters | log"),
    Rule("sip: 5", "1:6+1 error sip must be a mapping of keys and values, not text"),
    Rule("[a]: 1", "1:1+1 error a key must be text"),
    Rule(
        "sip:\n  realm: a\n  realm: b\n  realm: c",
        "3:3+5 error key \"realm\" is written twice in sip, first in line 2",
        "4:3+5 error key \"realm\" is written twice in sip, first in line 2"),
    Rule(
        "log: {\"level\": info, level: debug}\nlog: {}",
        "1:22+5 error key \"level\" is written twice in log, first in line 1",
        "2:1+3 error key \"log\" is written twice, first in line 1"),
    Rule("x:\n  a: 1\n  a: 2", "1:1+1 error unknown key \"x\"", "2:3+1 error key \"a\" is written twice"),
    Rule("log: {level: }", "1:7+5 error level has no value"),
    Rule("log:\n  level: ~", "2:10+1 error level has no value"),
    Rule("? log\n: {}", "1:1+1 error a key after \"?\" is not accepted here"),
    Rule("a: &x 1\nb: *x", "1:4+2 error &x is an anchor of YAML, which is not accepted here"),
    Rule("codes: {ready: *1}", "1:16+2 error *1 is an alias of YAML, which is not accepted here"),
    Rule("log: !!map {}", "1:6+5 error a tag (!!map) is not accepted here"),
    Rule("%YAML 1.1\n---\nlog: {}", "1:1+5 error a directive (%YAML) is not accepted here"),
    Rule("log: {level: in\u{1}fo}", "1:16+1 error an invisible character (U+0001)"),
    Rule("log: {level: \"in\u{7F}fo\"}", "1:17+1 error an invisible character (U+007F)"),
    Rule("log:\n\tlevel: info", "2:1+1 error not valid YAML: found character that cannot start any token"),
    Rule("log: {level: info", "1:18+1 error not valid YAML: did not find expected ',' or '}'"),
    Rule(
        "log: {\n  level: info\n",
        "2:14+1 error not valid YAML: did not find expected ',' or '}', "
            + "while parsing a flow mapping that begins in line 1"
    ),
    Rule("log: a: b", "1:7+1 error not valid YAML: mapping values are not allowed in this context"),
    Rule("log:\n  level: \"info", "2:15+1 error not valid YAML: found unexpected end of stream"),
    Rule("log: {}\n---\nlog: {}", "2:1+3 error a second document begins here"),
]

@Test(arguments: textRules) func brokenTextIsReported(rule: Rule) {
    #expect(brief(rule.yaml) == rule.findings)
}

private let valueRules = [
    Rule(
        "log: {level: inof}",
        "1:14+4 error level must be one of trace, debug, info, notice, warning, error, critical, not \"inof\" | info"),
    Rule(
        "log: {level: [info]}",
        "1:14+1 error level must be one of trace, debug, info, notice, warning, error, critical"),
    Rule("routing: {ready_on_register: yes}", "1:30+3 error ready_on_register \(notBoolean) | true"),
    Rule("routing: {ready_on_register: Off}", "1:30+3 error ready_on_register \(notBoolean) | false"),
    Rule("routing: {ready_on_register: \"true\"}", "1:30+6 error ready_on_register \(notBoolean) | true"),
    Rule("routing: {ready_on_register: maybe}", "1:30+5 error ready_on_register \(notBoolean)"),
    Rule("routing: {misses_before_pause: 101}", "1:32+3 error misses_before_pause must be 0 to 100, not 101"),
    Rule("routing: {misses_before_pause: -1}", "1:32+2 error misses_before_pause must be a whole number from 0 to 100"),
    Rule("routing: {success_talk: 61 min}", "1:25+6 error success_talk must be 0s to 1h, not 61 min"),
    Rule("limits: {calls: 0}", "1:17+1 error calls must be 1 to 1000000, not 0"),
    Rule(
        "limits: {calls: 99999999999999999999}",
        "1:17+20 error calls must be 1 to 1000000, not 99999999999999999999"),
    Rule("sip: {no_response: 5}", "1:20+1 error no_response needs a unit | 5s"),
    Rule("sip: {no_response: 20 min}", "1:20+6 error no_response must be 500ms to 32s, not 20 min"),
    Rule("sip: {no_response: 5 с}", "1:20+3 error no_response has the unknown unit \"с\" | 5s"),
    Rule("sip: {no_response: fast}", "1:20+4 error no_response must be a duration, not \"fast\""),
    Rule("sip: {no_response: none}", "1:20+4 error no_response must be a duration, not \"none\""),
    Rule("sip: {no_response: 9999999999d}", "1:20+11 error no_response is too long"),
    Rule("sip: {session_timers: 30}", "1:23+2 error session_timers needs a unit | 30s"),
    Rule("sip: {session_timers: 89s}", "1:23+3 error session_timers must be 90s to 1d, not 89s"),
    Rule("sip: {session_timers: 2d}", "1:23+2 error session_timers must be 90s to 1d, not 2d"),
    Rule("sip: {session_timers: off}", "1:23+3 error session_timers must be a duration, not \"off\""),
    Rule("state: \"\"", "1:8+2 error state must be 1 to 128 characters of text, on one line"),
    Rule("state: [a]", "1:8+1 error state must be text, not a list"),
]

@Test(arguments: valueRules) func valueOfTheWrongKindOrRangeIsReported(rule: Rule) {
    #expect(brief(rule.yaml) == rule.findings)
}

@Test func sessionTimersAreHalfAnHourUnlessTheyAreSwitchedOff() {
    #expect(configuration("{}").sip.sessionTimers == .seconds(1_800))
    #expect(configuration("sip: {session_timers: 90s}").sip.sessionTimers == .seconds(90))
    #expect(configuration("sip: {session_timers: none}").sip.sessionTimers == nil)
}

private let addressRules = [
    Rule("sip: {listen: []}", "1:15+1 error listen must be a list of 1 to 64 addresses"),
    Rule("sip: {listen: [udp:1.2.3.4]}", "1:16+11 error \"udp:1.2.3.4\" is no place to listen on"),
    Rule(
        "sip: {listen: [upd:1.2.3.4:5060]}",
        "1:16+16 error the transport must be udp or tcp, not \"upd\" | udp:1.2.3.4:5060"),
    Rule("sip: {listen: [udp:localhost:5060]}", "1:16+18 error \"localhost\" is not a numeric address"),
    Rule("sip: {listen: [udp:1.2.3.4:70000]}", "1:16+17 error the port must be 0 to 65535"),
    Rule(
        "sip: {listen: [\"tcp:[::1]:5060\", \"tcp:[0::1]:5060\"]}",
        "1:34+17 error \"tcp:[0::1]:5060\" is listed twice"),
    Rule(
        "sip: {advertise: atuo}",
        "1:18+4 error advertise must be auto or a numeric address that others can reach | auto"),
    Rule(
        "sip: {advertise: 0.0.0.0}",
        "1:18+7 error advertise must be auto or a numeric address that others can reach"),
    Rule(
        "sip: {registration_expires: {min: 2h, max: 1h}}",
        "1:30+3 error min of registration_expires is greater than max"),
    Rule("sip: {registration_expires: {mn: 1h}}", "1:30+2 error unknown key \"mn\" in registration_expires | min"),
    Rule("media: {listen: localhost}", "1:17+9 error listen must be a numeric address, 0.0.0.0 for all"),
    Rule("media: {ports: 10000}", "1:16+5 error ports must be a range of ports up to 65535"),
    Rule("media: {ports: 10000-70000}", "1:16+11 error ports must be a range of ports up to 65535"),
    Rule("media: {ports: 80-20000}", "1:16+8 error ports must begin at 1024 or above"),
    Rule(
        "media: {ports: 10001-20000}",
        "1:16+11 error ports must begin with an even one: RTP takes even ports, RTCP the odd ones above | 10002-20000"),
    Rule("media: {ports: 10000-10006}", "1:16+11 error ports must hold at least 8 ports: a call takes four"),
    Rule("media: {ports: 20000-10000}", "1:16+11 error ports must hold at least 8 ports: a call takes four"),
    Rule("media: {ports: 5000-6000}", "1:16+9 error RTP ports hold the SIP port 5060"),
    Rule("media: {threads: 65}", "1:18+2 error threads must be 1 to 64, not 65"),
    Rule("media: {codecs: [opus]}", "1:18+4 error this element must be one of pcma, pcmu, not \"opus\""),
    Rule("media: {codecs: [pcma, pcma]}", "1:24+4 error pcma is listed twice"),
    Rule("media: {codecs: []}", "1:17+1 error codecs must be a list that is not empty"),
    Rule("numbers: {country: 044}", "1:20+3 error no country code begins with 0"),
    Rule("numbers: {country: +380}", "1:20+4 error country must be 1 to 3 digits"),
    Rule("numbers: {international_prefix: none}", "1:33+4 error international_prefix must be 1 to 5 digits"),
]

@Test(arguments: addressRules) func unusableAddressOrPortIsReported(rule: Rule) {
    #expect(brief(rule.yaml) == rule.findings)
}

private let trunkRules = [
    Rule("trunks: {name: x}", "1:10+4 error trunks must be a list, not a mapping"),
    Rule("trunks: [x]", "1:10+1 error an element of trunks must be a mapping, not text"),
    Rule("trunks: [{addresses: [127.0.0.1]}]", "1:11+9 error name is missing in an element of trunks"),
    Rule("trunks: [{name: a}]", "1:17+1 error trunk \"a\" has neither addresses nor a user"),
    Rule("trunks: [{name: a, user: x}]", "1:17+1 error trunk \"a\" has a user and no secret"),
    Rule(
        "trunks: [{name: a, addresses: [10.0.0.1], secret: longenough}]",
        "1:43+6 error trunk \"a\" has a secret and no user"),
    Rule(
        "trunks: [{name: a, addresses: [10.0.0.1/8, 300.1.1.1, 10.0.0.0/33]}]",
        "1:32+10 error \"10.0.0.1/8\" has bits beyond its prefix of 8 | 10.0.0.0/8",
        "1:44+9 error \"300.1.1.1\" is not a numeric address or block",
        "1:55+11 error \"10.0.0.0/33\" is not a numeric address or block"),
    Rule(
        "trunks: [{name: a, addresses: [10.0.0.1]}, {name: a, addresses: [\"::1\"]}, {name: b, addresses: [10.0.0.1]}]",
        "1:51+1 error trunk \"a\" is there twice, first in line 1",
        "1:97+8 error 10.0.0.1 belongs to trunk \"a\" already"),
]

@Test(arguments: trunkRules) func trunkThatCannotBeRecognisedIsReported(rule: Rule) {
    #expect(brief(rule.yaml) == rule.findings)
}

private let operatorRules = [
    Rule("operators: [{name: \"Анна\"}]", "1:20+6 error \"Анна\" \(notName)"),
    Rule("operators: [{name: [anna]}]", "1:20+1 error name must be a name, not a list"),
    Rule(
        "operators: [{nam: anna}]",
        "1:14+3 error name is missing in an element of operators",
        "1:14+3 error unknown key \"nam\" in an element of operators | name"),
    Rule(people + "operatorz: []", "2:1+9 error unknown key \"operatorz\""),
    Rule("operators: [{name: anna},\n {name: anna}]", "2:9+4 error operator \"anna\" is there twice, first in line 1"),
    Rule(
        "operators: [{name: anna, email: a@b}, {name: ihor, email: a@b}, {name: olena, email: a}]",
        "1:59+3 error e-mail \"a@b\" is there twice, first in line 1",
        "1:86+1 error \"a\" is not an e-mail address"),
    Rule("operators: [{name: anna, secret: short}]", "1:26+6 warning the secret is shorter than 8 characters"),
    Rule("operators: [{name: anna-kovalenko, secret: anna-kovalenko}]", "1:36+6 warning the secret is the name"),
    Rule("operators: [{name: anna, secret: \"\"}]", "1:26+6 error secret must be 1 to 128 characters of text"),
    Rule("operators: [{name: anna, groups: [a, a]}]", "1:38+1 warning group \"a\" is listed twice"),
]

@Test(arguments: operatorRules) func operatorWhoCannotBeTakenIsReported(rule: Rule) {
    #expect(brief(rule.yaml) == rule.findings)
}

private let queueRules = [
    Rule(
        people + "queues: [{name: q}]\nlines: [{number: 1, queue: q}]",
        "2:17+1 warning queue \"q\" has no operators: its callers wait in vain"),
    Rule(
        people + "queues: [{name: q, operators: {}}]\nlines: [{number: 1, queue: q}]",
        "2:17+1 warning queue \"q\" has no operators: its callers wait in vain"),
    Rule(
        people + "queues: [{name: q, operators: {anna: 0}}]\nlines: [{number: 1, queue: q}]",
        "2:17+1 warning no operator of queue \"q\" has a priority above 0: its callers wait in vain"),
    Rule(desk, "2:17+1 warning no line leads to queue \"q\""),
    Rule(people + "queues: [{name: q, operators: {ana: 1}}]", "2:32+3 error there is no operator \"ana\" | anna"),
    Rule(people + "queues: [{name: q, operators: {anna: 11}}]", "2:38+2 error anna must be 0 to 10, not 11"),
    Rule(people + "queues: [{name: q, operators: {anna: }}]", "2:32+4 error anna has no priority"),
    Rule(
        people + "queues: [{name: q, operators: {anna: 1, anna: 2}}]",
        "2:41+4 error key \"anna\" is written twice in operators, first in line 2"),
    Rule(
        people + "queues: [{name: q, operators: [anna]}]",
        "2:31+1 error operators of a queue must be a mapping of names and priorities, not a list"),
    Rule(
        people + "queues: [{name: q, operators: {anna: 1}}, {name: q, operators: {anna: 1}}]",
        "2:50+1 error queue \"q\" is there twice, first in line 2"),
    Rule(
        desk.replacing("name: q,", with: "name: q, strategy: longest,"),
        "2:30+7 error strategy must be one of weighted, linear, round_robin, fewest_calls, random, ring_all, "
            + "not \"longest\""),
    Rule(
        desk.replacing("name: q,", with: "name: q, sticky: false, group_sticky: true,"),
        "2:49+4 warning group_sticky has no effect, because sticky is false",
        "2:17+1 warning no line leads to queue \"q\""
    ),
    Rule(
        desk.replacing("name: q,", with: "name: q, ring_timeout: 0,"),
        "2:34+1 error ring_timeout must be 1s to 10 min, not 0s"),
    Rule(
        desk.replacing("name: q,", with: "name: q, max_length: 0,"),
        "2:32+1 error max_length must be 1 to 1000000, not 0"),
    Rule(
        desk.replacing("name: q,", with: "name: q, sticky_expires: 5s,"),
        "2:36+2 error sticky_expires must be 1 min to 3650d, not 5s"),
    Rule(desk.replacing("name: q,", with: "name: q, hold: hodl,"), "2:26+4 error sound \"hodl\" does not exist | hold"),
    Rule(desk.replacing("name: q,", with: "name: q, hold: none,"), "2:26+4 error hold cannot be none"),
]

@Test(arguments: queueRules) func queueThatWouldNotWorkIsReported(rule: Rule) {
    #expect(brief(rule.yaml).sorted() == rule.findings.sorted())
}

private func vip(_ rules: String) -> String {
    people + "queues: [{name: v, vip: true, operators: {anna: 1}, interruption: {\(rules)}}]\n"
        + "lines: [{number: 1, queue: v}]"
}

private let interruptionRules = [
    Rule(
        vip("operator_announcement: none"),
        "2:91+4 error operator_announcement cannot be none: the operator must know that a VIP call comes"),
    Rule(
        vip("operator_announcement: vip-opertor"), "2:91+11 error sound \"vip-opertor\" does not exist | vip-operator"),
    Rule(vip("take_now: 3, keep_talking: 3"), "2:95+1 error take_now and keep_talking are the same key, 3"),
    Rule(vip("take_now: 2"), "2:78+1 error take_now and keep_talking are the same key, 2"),
    Rule(vip("take_now: none, accept: key"), "2:78+4 error take_now cannot be none, because accept is key"),
    Rule(
        vip("take_now: 12"),
        "2:78+2 error take_now must be one key of a telephone: 0 to 9, \"*\", \"#\", A to D, or none"),
    Rule(vip("accept: kee"), "2:76+3 error accept must be one of auto, key, not \"kee\" | key"),
    Rule(vip("max_hold: 2d"), "2:78+2 error max_hold must be 1s to 1d, not 2d"),
    Rule(vip("min_tak: 5s"), "2:68+7 error unknown key \"min_tak\" in interruption of queue \"v\" | min_talk"),
    Rule(
        vip("accept: auto").replacing("vip: true", with: "vip: false"),
        "2:54+12 warning interruption has no effect, because queue \"v\" is not VIP"),
]

@Test(arguments: interruptionRules) func interruptionThatCouldNotHappenIsReported(rule: Rule) {
    #expect(brief(rule.yaml) == rule.findings)
}

private let lineRules = [
    Rule(desk + "lines: [{queue: q}]", "3:10+5 error number is missing in an element of lines"),
    Rule(desk + "lines: [{number: 1}]", "3:10+6 error queue is missing in line \"1\""),
    Rule(
        desk + "lines: [{number: abc, queue: q}]",
        "3:18+3 error number must be 1 to 32 digits, \"*\" or \"#\", not \"abc\""),
    Rule(desk + "lines: [{number: 1, queue: p}]", "3:28+1 error there is no queue \"p\" | q"),
    Rule(
        desk + "lines: [{number: 1, queue: q}, {number: \"1\", queue: q}]",
        "3:41+3 error line \"1\" is there twice, first in line 3"),
    Rule(desk + "lines: [{number: \"*1\", queue: q}]", "3:18+4 error line \"*1\" is also a phone code, see codes"),
    Rule(
        desk + "lines: [{number: 1, queue: q, vip_list: etc/lists/vip.txt}]",
        "3:41+17 error vip_list needs vip_queue, where its callers go"),
    Rule(
        desk + "lines: [{number: 1, queue: q, vip_queue: q, vip_list: etc/lists/vip.txt}]",
        "3:42+1 error queue \"q\" is not VIP"),
    Rule(
        desk.replacing("name: q,", with: "name: q, vip: true,") + "lines: [{number: 1, queue: q, vip_queue: q}]",
        "3:42+1 warning vip_queue has no effect without vip_list"),
    Rule(
        desk + "lines: [{number: 1, queue: q, black_list: nowhere.txt}]",
        "3:43+11 error the list nowhere.txt does not exist"),
    Rule(desk + "lines: [{number: 1, queue: q, black_list: etc}]", "3:43+3 error the list etc is not a file"),
]

@Test(arguments: lineRules) func lineThatLeadsNowhereIsReported(rule: Rule) {
    #expect(brief(rule.yaml) == rule.findings)
}

private let soundRules = [
    Rule("sounds: {folder: soundz}", "1:18+6 error the sound folder soundz does not exist"),
    Rule("sounds: {language: ua}", "1:20+2 error there is no folder \"ua\" among the sounds | uk"),
    Rule(
        "sounds: {files: {a: uk/sory.wav}}",
        "1:21+11 error sound \"a\": sounds/uk/sory.wav does not exist | uk/sorry.wav"),
    Rule("sounds: {files: {a: README.md}}", "1:21+9 error sound \"a\": sounds/README.md is no WAV file"),
    Rule("sounds: {files: {beep: hold.wav}}", "1:18+4 error beep is a tone of the program and cannot be a file"),
    Rule("sounds: {files: {\"x y\": hold.wav}}", "1:18+5 error \"x y\" \(notName)"),
    Rule("sounds: {files: [hold.wav]}", "1:17+1 error files must be a mapping of keys and values, not a list"),
    Rule("codes: {ready: \"*1\", pause: \"*1\"}", "1:29+4 error pause is the same code as ready, *1"),
    Rule("codes: {ready: \"*2\"}", "1:9+5 error pause is the same code as ready, *2"),
    Rule("codes: {ready: abc}", "1:16+3 error ready must be 1 to 8 digits, \"*\" or \"#\", not \"abc\""),
    Rule("codes: {off_sound: code-of}", "1:20+7 error sound \"code-of\" does not exist | code-off"),
    Rule("codes: {off_sound: none}", "1:20+4 error off_sound cannot be none"),
]

@Test(arguments: soundRules) func soundOrCodeThatCannotBeUsedIsReported(rule: Rule) {
    #expect(brief(rule.yaml) == rule.findings)
}
