package import Routing

// In tests names are written as they are read.

extension OperatorID: ExpressibleByStringLiteral {
    package init(stringLiteral name: String) { self.init(name) }
}

extension QueueID: ExpressibleByStringLiteral {
    package init(stringLiteral name: String) { self.init(name) }
}

extension DialerID: ExpressibleByStringLiteral {
    package init(stringLiteral name: String) { self.init(name) }
}

extension GroupID: ExpressibleByStringLiteral {
    package init(stringLiteral name: String) { self.init(name) }
}

extension CustomerNumber: ExpressibleByStringLiteral {
    package init(stringLiteral text: String) { self.init(text) }
}

extension Sound: ExpressibleByStringLiteral {
    package init(stringLiteral name: String) { self.init(name) }
}

extension Instant: ExpressibleByFloatLiteral, ExpressibleByIntegerLiteral {
    package init(floatLiteral seconds: Double) { self.init(seconds: seconds) }
    package init(integerLiteral seconds: Int) { self.init(seconds: Double(seconds)) }
}

extension CallID: ExpressibleByIntegerLiteral {
    package init(integerLiteral number: UInt64) { self.init(rawValue: number) }
}
