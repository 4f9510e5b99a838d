import Hummingbird

/// `/v1/openapi.json`
struct OpenAPIRoutes {
    let isLocal: Bool

    func add(to group: RouterGroup<ControlContext>) {
        let document = OpenAPIDocument.make(isLocal: isLocal)
        group.get("openapi.json") { request, _ in
            _ = try Query(request, known: [])
            return Response(
                status: .ok, headers: [.contentType: "application/json"],
                body: ResponseBody(byteBuffer: ByteBuffer(bytes: document)))
        }
    }
}
