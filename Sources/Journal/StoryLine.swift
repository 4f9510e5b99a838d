package import Routing

/// One thing that happened or was decided, in plain words.
package struct StoryLine: Hashable, Sendable {
    package enum Kind: String, Hashable, Sendable, CaseIterable {
        case event, decision
    }

    package var at: WallTime
    package var kind: Kind
    /// `nil`: it is about no call.
    package var call: CallID?
    /// `nil`: it is about no operator.
    package var `operator`: OperatorID?
    package var text: String

    package init(at: WallTime, kind: Kind, call: CallID?, operator: OperatorID? = nil, text: String) {
        self.at = at
        self.kind = kind
        self.call = call
        self.operator = `operator`
        self.text = text
    }
}
