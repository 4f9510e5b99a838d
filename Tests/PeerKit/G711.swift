import Glibc

/// G.711 for the ear of a test: decoding of both laws and encoding of µ-law, by the definition in ITU-T G.711.
package enum G711 {
    /// The two laws by their static RTP payload type (RFC 3551 section 6).
    package enum Law: UInt8, Sendable {
        case mu = 0
        case a = 8
    }

    private static let muTable: [Float] = (0...255).map { decodeMu(UInt8($0)) }
    private static let aTable: [Float] = (0...255).map { decodeA(UInt8($0)) }

    /// A sample in -1…1.
    package static func decode(_ byte: UInt8, _ law: Law) -> Float {
        switch law {
        case .mu: muTable[Int(byte)]
        case .a: aTable[Int(byte)]
        }
    }

    package static func encode(_ sample: Int16, _ law: Law) -> UInt8 {
        switch law {
        case .mu: encodeMu(sample)
        case .a: encodeA(sample)
        }
    }

    private static func encodeMu(_ sample: Int16) -> UInt8 {
        let bias = 132
        let clipped = min(abs(Int(sample)), 32_635) + bias
        var exponent = 7
        while exponent > 0 && clipped < (128 << exponent) { exponent -= 1 }
        let mantissa = (clipped >> (exponent + 3)) & 0x0f
        return ~(UInt8(sample < 0 ? 0x80 : 0) | UInt8(exponent << 4) | UInt8(mantissa))
    }

    private static func encodeA(_ sample: Int16) -> UInt8 {
        let magnitude = sample < 0 ? ~Int(sample) : Int(sample)
        var exponent = 7
        while exponent > 0 && magnitude < (0x80 << exponent) { exponent -= 1 }
        let mantissa = (magnitude >> (exponent == 0 ? 4 : exponent + 3)) & 0x0f
        return UInt8((sample < 0 ? 0 : 0x80) | exponent << 4 | mantissa) ^ 0x55
    }

    private static func decodeMu(_ byte: UInt8) -> Float {
        let value = ~byte
        let magnitude = ((Int(value & 0x0f) << 3) + 132) << Int((value >> 4) & 7)
        return Float((value & 0x80) != 0 ? 132 - magnitude : magnitude - 132) / 32_768
    }

    private static func decodeA(_ byte: UInt8) -> Float {
        let value = byte ^ 0x55
        let exponent = Int((value >> 4) & 7)
        let mantissa = Int(value & 0x0f) << 4
        let magnitude = exponent == 0 ? mantissa + 8 : (mantissa + 0x108) << (exponent - 1)
        return Float((value & 0x80) != 0 ? magnitude : -magnitude) / 32_768
    }
}
