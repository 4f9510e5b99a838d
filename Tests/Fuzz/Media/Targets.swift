let fuzzTargets: [String: @Sendable ([UInt8]) -> Void] = ["RTP": fuzzRTP, "RTCP": fuzzRTCP, "Keys": fuzzKeys]

/// The input as datagrams: a byte that says how long, then so many bytes, again and again.
func datagrams(_ input: [UInt8]) -> [ArraySlice<UInt8>] {
    var found: [ArraySlice<UInt8>] = []
    var rest = input[...]
    while let length = rest.popFirst() {
        found.append(rest.prefix(Int(length)))
        rest = rest.dropFirst(Int(length))
    }
    return found
}
