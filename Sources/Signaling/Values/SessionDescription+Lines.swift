extension SessionDescription {
    /// The body in the form that libosip2 takes: it knows lines in the order of the grammar only, and refuses the
    /// whole for an empty session name, an unknown letter or a doubled blank, all of which phones send.
    ///
    /// Lines that offer/answer does not need are left out, so that as little C code as possible sees hostile bytes.
    /// `nil` if the body is beyond the limits or has a zero in it.
    static func normalized(_ body: [UInt8]) -> [UInt8]? {
        guard !body.isEmpty, body.count <= maxBytes, !body.contains(0) else { return nil }
        let lines = body.split { $0 == Ascii.lineFeed || $0 == Ascii.carriageReturn }
        // Empty lines do not count here; the guard has counted them.
        guard lines.count <= maxLines, lines.allSatisfy({ $0.count <= maxLineBytes }) else { return nil }
        guard lines.first?.starts(with: "v=".utf8) == true else { return nil }

        var sections: [[UInt8: [[UInt8]]]] = [[:]]
        for line in lines where line.dropFirst().first == Ascii.equal {
            guard let type = line.first else { continue }
            if type == UInt8(ascii: "m") { sections.append([:]) }
            sections[sections.count - 1][type, default: []].append(tidied(line, type))
        }
        if sections[0][UInt8(ascii: "s")] == nil { sections[0][UInt8(ascii: "s")] = [Array("s=-".utf8)] }
        if sections[0][UInt8(ascii: "t")] == nil { sections[0][UInt8(ascii: "t")] = [Array("t=0 0".utf8)] }

        var output: [UInt8] = []
        for (index, section) in sections.enumerated() {
            for type in (index == 0 ? "vosct" : "mc").utf8 {
                // One of each is all that counts.
                if let line = section[type]?.first { output += line + [Ascii.carriageReturn, Ascii.lineFeed] }
            }
            for line in section[UInt8(ascii: "a")] ?? [] where line.count > 2 {
                output += line + [Ascii.carriageReturn, Ascii.lineFeed]
            }
        }
        return output
    }

    /// Without blanks at the end, with single blanks between fields, and attributes without an empty value.
    private static func tidied(_ line: ArraySlice<UInt8>, _ type: UInt8) -> [UInt8] {
        var line = line
        while line.count > 2, line.last == Ascii.space || line.last == Ascii.tab { line = line.dropLast() }
        switch type {
        case UInt8(ascii: "m"), UInt8(ascii: "c"), UInt8(ascii: "t"):
            return Array(line.split(separator: Ascii.space).joined(separator: CollectionOfOne(Ascii.space)))
        case UInt8(ascii: "s"):
            // Not used, and libosip2 wants one.
            return Array("s=-".utf8)
        case UInt8(ascii: "a"):
            while line.count > 2, line.last == Ascii.colon { line = line.dropLast() }
            return Array(line)
        default:
            return Array(line)
        }
    }
}
