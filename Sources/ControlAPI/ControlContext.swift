package import Hummingbird

/// What Hummingbird keeps for one request.
package struct ControlContext: RequestContext {
    /// No request of the API needs more; a lead with its whole history is some 2 kB.
    package static let bodyLimit = 65_536

    package var coreContext: CoreRequestContextStorage

    package init(source: Source) {
        coreContext = CoreRequestContextStorage(source: source)
    }

    package var maxUploadSize: Int { Self.bodyLimit }
}
