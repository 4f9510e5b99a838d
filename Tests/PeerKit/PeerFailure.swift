/// Something that should have happened between the peers did not, said so that a person can act on it.
package struct PeerFailure: Error, CustomStringConvertible {
    package let description: String

    package init(_ description: String) {
        self.description = description
    }
}
