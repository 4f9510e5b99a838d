extension Reading {
    func api(_ fields: inout Fields) -> Configuration.API? {
        let listen = fields.optional("listen", default: nil) { endpoint($0, example: "127.0.0.1:8080") }
        var api = Configuration.API(listen: listen ?? Configuration.Endpoint(address: "127.0.0.1", port: 0))
        api.connections = fields.value("connections", default: api.connections) { integer($0, in: 1...10_000) }
        api.requests = fields.value("requests", default: api.requests) { integer($0, in: 1...10_000) }
        api.burst = fields.value("burst", default: api.burst) { integer($0, in: 1...10_000) }
        api.strangers = fields.value("strangers", default: api.strangers) { integer($0, in: 1...10_000) }
        return listen == nil ? nil : api
    }
}
