/// A customer and their last successful operator.
package struct TieDTO: Codable, Hashable, Sendable {
    /// E.164 with its plus sign.
    package var number: String
    package var `operator`: String
    /// Responsible group; absent: the operator's first.
    package var group: String?
    /// Whose conversation made it.
    package var call: String
    package var tiedAt: Timestamp
}

/// `GET /v1/ties`: ties in the order of their numbers.
package struct TieListDTO: Codable, Hashable, Sendable {
    package var ties: [TieDTO]
    /// What `cursor` has to be for the next page; absent: this is the last.
    package var next: String?
}
