/// What one message may cost the parsers behind the guard, whose work grows with the square of these.
enum GuardLimits {
    /// Bytes of a datagram.
    static let datagram = 8_192
    /// Bytes of start line and headers, on any transport.
    static let head = 8_192
    /// Lines of the head after the start line; a folded header has several.
    static let headerLines = 64
    /// Bytes of one header with its folded lines, and of the start line, without the line end.
    static let line = 2_048
    /// Bytes of a header's name.
    static let name = 256
    static let commasPerHeader = 64
    static let semicolonsPerHeader = 32
    static let commas = 128
    static let semicolons = 128
    /// Between the headers of URIs (`?a=b&c=d`), which libosip2 keeps in lists.
    static let ampersands = 32
    /// Via values, in whatever number of headers. RFC 4475 section 3.1.1.7 has a legal message with 34.
    static let vias = 40
    /// Bytes of a body that is handed to a parser.
    static let body = 4_096
    /// Lines of a body that is handed to a parser.
    static let bodyLines = 100
    /// Bytes of a body that a stream may announce before the connection is given up.
    static let streamBody = 65_536
    /// Bytes of an answer without state, over UDP, to one of the request. No request that somebody means is so short.
    static let answerRatio = 5
    /// RFC 3261 section 8.1.1.5: a CSeq number is below this.
    static let cseq: UInt64 = 1 << 31
}
