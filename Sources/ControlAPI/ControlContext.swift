package import Hummingbird
import NIOCore

/// What Hummingbird keeps for one request.
package struct ControlContext: RequestContext {
    /// No request needs more; a thousand leads with their cards are the largest.
    package static let bodyLimit = 1_048_576

    package var coreContext: CoreRequestContextStorage
    /// The name of the token that asks; `nil`: it came over the control socket, or needs none.
    var token: String?
    /// The connection.
    let channel: any Channel

    package init(source: Source) {
        coreContext = CoreRequestContextStorage(source: source)
        channel = source.channel
    }

    package var maxUploadSize: Int { Self.bodyLimit }
}
