import AsyncHTTPClient
import ControlAPI
import NIOCore

/// Many requests to a server, one after the other, over one connection.
final class ControlSession: Sendable {
    /// A server that is restarting or whose disk is slow is waited for.
    private static let timeout: TimeAmount = .seconds(60)

    private let client: ControlClient
    private let http: HTTPClient

    init(socket: String) {
        client = ControlClient(socket: socket)
        var configuration = HTTPClient.Configuration()
        configuration.connectionPool.retryConnectionEstablishment = false
        http = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
    }

    /// - Throws: `ClientFailure`
    func answer<Answer: Decodable>(to request: ControlRequest, _ type: Answer.Type) async throws -> Answer {
        let result: Result<String, ClientFailure>
        do {
            result = try await client.exchange(request, http, within: Self.timeout)
        } catch {
            throw client.failure(error, within: Self.timeout)
        }
        return try ControlClient.decode(type, from: try result.get())
    }

    /// Nothing can be asked any more.
    func close() async {
        // What is not closed ends with the process.
        try? await http.shutdown()
    }
}
