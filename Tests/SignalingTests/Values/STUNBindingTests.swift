import Testing

@testable import Signaling

// Goal: RFC 5389 as far as RFC 5626 needs it, byte for byte; and nothing for whoever says something else.

@Suite struct STUNBindingTests {
    static let transaction: [UInt8] = [0xB7, 0xE7, 0xA7, 0x01, 0xBC, 0x34, 0xD6, 0x86, 0xFA, 0x87, 0xDF, 0xAE]
    static let cookie: [UInt8] = [0x21, 0x12, 0xA4, 0x42]

    static func request(_ attributes: [UInt8] = []) -> [UInt8] {
        [0, 1, 0, UInt8(attributes.count)] + cookie + transaction + attributes
    }

    /// The address and port of RFC 5769 §2.2.
    @Test func addressIsGivenMasked() {
        let response = STUNBinding.response(to: Self.request(), address: "192.0.2.1", port: 32_853)
        let expected: [UInt8] =
            [1, 1, 0, 12] + Self.cookie + Self.transaction
            + [0x00, 0x20, 0x00, 0x08, 0x00, 0x01, 0xA1, 0x47, 0xE1, 0x12, 0xA6, 0x43]
        #expect(response == expected)
    }

    /// RFC 5769 §2.3.
    @Test func addressOfVersion6IsMaskedWithTheTransaction() {
        let response = STUNBinding.response(
            to: Self.request(), address: "2001:db8:1234:5678:11:2233:4455:6677", port: 32_853)
        let expected: [UInt8] =
            [1, 1, 0, 24] + Self.cookie + Self.transaction + [
                0x00, 0x20, 0x00, 0x14, 0x00, 0x02, 0xA1, 0x47, 0x01, 0x13, 0xA9, 0xFA, 0xA5, 0xD3, 0xF1, 0x79, 0xBC,
                0x25, 0xF4, 0xB5, 0xBE, 0xD2, 0xB9, 0xD9,
            ]
        #expect(response == expected)
    }

    @Test func attributesThatNeedNotBeUnderstoodAreOverlooked() {
        // SOFTWARE "ab", FINGERPRINT, USERNAME.
        let attributes: [UInt8] = [0x80, 0x22, 0, 2, 0x61, 0x62, 0, 0, 0x80, 0x28, 0, 4, 1, 2, 3, 4, 0, 6, 0, 0]
        #expect(STUNBinding.response(to: Self.request(attributes), address: "192.0.2.1", port: 1)?[1] == 1)
    }

    @Test func attributesThatHadToBeUnderstoodAreNamed() {
        let response = STUNBinding.response(
            to: Self.request([0, 3, 0, 4, 0, 0, 0, 2]), address: "192.0.2.1", port: 1)
        let expected: [UInt8] =
            [1, 0x11, 0, 16] + Self.cookie + Self.transaction + [0, 9, 0, 4, 0, 0, 4, 20, 0, 10, 0, 2, 0, 3, 0, 0]
        #expect(response == expected)
        let many = (UInt8(0)..<50).flatMap { [1, $0, 0, 0] as [UInt8] }
        #expect((STUNBinding.response(to: Self.request(many), address: "::1", port: 1)?.count ?? 0) <= 48)
    }

    @Test func whatIsNoBindingRequestGetsNothing() {
        var wrongCookie = Self.request()
        wrongCookie[4] = 0
        var indication = Self.request()
        indication[1] = 0x11
        var longer = Self.request()
        longer[3] = 4
        let beyond = Self.request([0, 6, 0, 200])
        for bytes in [[], [0], Array(Self.request().dropLast()), wrongCookie, indication, longer, beyond] {
            #expect(STUNBinding.response(to: bytes, address: "192.0.2.1", port: 1) == nil)
        }
        var seed = SplitMix(7)
        for _ in 0..<2_000 {
            var bytes = Self.request([0, 3, 0, 4, 0, 0, 0, 2])
            bytes[Int(seed.next() % UInt64(bytes.count))] = UInt8(truncatingIfNeeded: seed.next())
            let cut = bytes.prefix(Int(seed.next() % UInt64(bytes.count + 1)))
            _ = STUNBinding.response(to: Array(cut), address: "192.0.2.1", port: 1)
        }
    }
}
