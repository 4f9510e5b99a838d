let fuzzTargets: [String: @Sendable ([UInt8]) -> Void] = [
    "Message": fuzzMessage, "SessionDescription": fuzzSessionDescription, "Digest": fuzzDigest, "URI": fuzzURI,
    "Framing": fuzzFraming,
]
