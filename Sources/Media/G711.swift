/// G.711 in its two laws, by tables that are computed once from the recommendation's definition.
///
/// Linear samples are 16 bit: the 14 bit (µ-law) and 13 bit (A-law) values of the recommendation, scaled to the left.
enum G711 {
    /// Linear value of each µ-law octet (ITU-T G.711 table 2).
    static let muLawValues: [Int16] = (0...255).map { muLawValue(of: UInt8($0)) }
    /// Linear value of each A-law octet (ITU-T G.711 table 1).
    static let aLawValues: [Int16] = (0...255).map { aLawValue(of: UInt8($0)) }
    /// By the sample's bit pattern.
    static let muLawOctets: [UInt8] = (0...UInt16.max).map { muLawOctet(of: Int16(bitPattern: $0)) }
    static let aLawOctets: [UInt8] = (0...UInt16.max).map { aLawOctet(of: Int16(bitPattern: $0)) }
    static let aLawOfMuLaw: [UInt8] = muLawValues.map { aLawOctet(of: $0) }
    static let muLawOfALaw: [UInt8] = aLawValues.map { muLawOctet(of: $0) }

    static func values(of codec: MediaCodec) -> [Int16] {
        switch codec {
        case .pcmu: muLawValues
        case .pcma: aLawValues
        }
    }

    static func encode(_ sample: Int16, as codec: MediaCodec) -> UInt8 {
        switch codec {
        case .pcmu: muLawOctets[Int(UInt16(bitPattern: sample))]
        case .pcma: aLawOctets[Int(UInt16(bitPattern: sample))]
        }
    }

    static func encode(_ samples: [Int16], as codec: MediaCodec) -> [UInt8] {
        samples.map { encode($0, as: codec) }
    }

    /// The octet of silence, for padding.
    static func silence(of codec: MediaCodec) -> UInt8 {
        encode(0, as: codec)
    }

    // MARK: The definition

    /// Offset of the segments in 14 bit values (G.711 §3.1): it makes each segment twice as wide as the one before.
    private static let muLawBias = 33

    private static func muLawValue(of octet: UInt8) -> Int16 {
        let code = Int(~octet)
        let segment = (code >> 4) & 7
        let step = code & 15
        let magnitude = (((step << 1) + muLawBias) << segment) - muLawBias
        return Int16((code & 0x80 != 0 ? -magnitude : magnitude) << 2)
    }

    private static func muLawOctet(of sample: Int16) -> UInt8 {
        // Rounded towards zero, so that both signs are treated alike.
        let negative = sample < 0
        let magnitude = min((negative ? -Int(sample) : Int(sample)) >> 2, 8_158) + muLawBias
        let segment = max(0, Int.bitWidth - magnitude.leadingZeroBitCount - 6)
        let step = (magnitude >> (segment + 1)) & 15
        return ~UInt8((negative ? 0x80 : 0) | segment << 4 | step)
    }

    /// Even bits are inverted on the line (G.711 table 1, note).
    private static let aLawInversion = 0x55

    private static func aLawValue(of octet: UInt8) -> Int16 {
        let code = Int(octet) ^ aLawInversion
        let segment = (code >> 4) & 7
        let step = code & 15
        let magnitude = segment == 0 ? (step << 1) + 1 : ((step << 1) + 33) << (segment - 1)
        return Int16((code & 0x80 != 0 ? magnitude : -magnitude) << 3)
    }

    private static func aLawOctet(of sample: Int16) -> UInt8 {
        let negative = sample < 0
        // One's complement of negative values: -1 is the first step below zero, as 0 is the first above.
        let magnitude = min(Int(negative ? ~sample : sample) >> 3, 4_095)
        let segment = max(0, Int.bitWidth - magnitude.leadingZeroBitCount - 5)
        let step = segment == 0 ? (magnitude >> 1) & 15 : (magnitude >> segment) & 15
        return UInt8(((negative ? 0 : 0x80) | segment << 4 | step) ^ aLawInversion)
    }
}
