import COsip2
import CTelephony

/// One SIP message as libosip2 parsed it, and the only owner of the C structure until it is handed over.
///
/// The parser is liberal: every field may be missing. The accessors answer `nil` or an empty list then.
final class OsipMessage {
    private var handle: UnsafeMutablePointer<osip_message_t>?

    /// A message of which nothing is known: every accessor answers that nothing is there.
    init() {}

    /// Parses a whole message that has passed the guard; `nil` if libosip2 refuses it.
    init?(parsing bytes: [UInt8]) {
        ct_osip_setup()
        var parsed: UnsafeMutablePointer<osip_message_t>?
        guard osip_message_init(&parsed) == 0, let parsed else { return nil }
        let status = bytes.withUnsafeBytes { raw in
            osip_message_parse(parsed, raw.baseAddress?.assumingMemoryBound(to: CChar.self), raw.count)
        }
        guard status == 0 else {
            osip_message_free(parsed)
            return nil
        }
        handle = parsed
    }

    deinit {
        if let handle { osip_message_free(handle) }
    }

    /// Gives the C structure to a transaction, which frees it. Afterwards every accessor answers that nothing is there.
    func release() -> UnsafeMutablePointer<osip_message_t>? {
        defer { handle = nil }
        return handle
    }

    /// Scheme of the Request-URI in lower case.
    var requestScheme: String? { text(handle?.pointee.req_uri?.pointee.scheme)?.lowercased() }

    /// User part of the Request-URI, unescaped; of a `tel` URI what follows the scheme.
    var requestUser: String? {
        guard let url = handle?.pointee.req_uri else { return nil }
        return text(requestScheme == "tel" ? url.pointee.string : url.pointee.username).map(SIPText.unescaped)
    }

    var from: OsipAddress? { handle?.pointee.from.flatMap { OsipAddress($0.pointee) } }
    var to: OsipAddress? { handle?.pointee.to.flatMap { OsipAddress($0.pointee) } }

    /// URI of the first Contact.
    var contactURI: String? {
        guard let handle else { return nil }
        var contact: UnsafeMutablePointer<osip_contact_t>?
        guard osip_message_get_contact(handle, 0, &contact) >= 0, let contact else { return nil }
        return OsipAddress(contact.pointee)?.uri
    }

    /// Every Contact with its parameters, at most `limit`; `nil` if there are more, or one of them has no usable URI.
    func contacts(limit: Int) -> [OsipAddress]? {
        guard let handle else { return [] }
        var found: [OsipAddress] = []
        while true {
            var contact: UnsafeMutablePointer<osip_contact_t>?
            guard osip_message_get_contact(handle, Int32(clamping: found.count), &contact) >= 0, let contact else {
                return found
            }
            guard found.count < limit, let address = OsipAddress(contact.pointee) else { return nil }
            found.append(address)
        }
    }

    /// Record-Route values in the order of the message, each as a name-addr.
    var recordRoutes: [String] {
        guard let handle else { return [] }
        var found: [String] = []
        while true {
            var route: UnsafeMutablePointer<osip_record_route_t>?
            let index = Int32(clamping: found.count)
            guard osip_message_get_record_route(handle, index, &route) >= 0, let route,
                let address = OsipAddress(route.pointee)
            else { return found }
            found.append("<\(address.uri)>")
        }
    }
}

/// A name-addr or addr-spec with its parameters: From, To, Contact, Record-Route, P-Asserted-Identity.
struct OsipAddress {
    /// Without quotes and control characters; `nil` if there is none.
    var displayName: String?
    /// In lower case.
    var scheme: String
    /// Unescaped, without parameters; for `tel` the number itself.
    var user: String?
    var host: String?
    var port: UInt16?
    /// The whole URI, safe to be put between angle brackets.
    var uri: String
    /// Header parameters, names in lower case.
    var parameters: [String: String]

    init?(_ header: osip_from_t) {
        guard let url = header.url, let scheme = text(url.pointee.scheme)?.lowercased() else { return nil }
        var raw: UnsafeMutablePointer<CChar>?
        guard osip_uri_to_str(url, &raw) == 0, let raw else { return nil }
        defer { ct_osip_free(raw) }
        let uri = String(cString: raw)
        guard SIPText.isSafeURI(uri) else { return nil }
        self.uri = uri
        self.scheme = scheme
        displayName = text(header.displayname).flatMap(SIPText.plainDisplayName)
        host = text(url.pointee.host)
        port = text(url.pointee.port).flatMap { UInt16($0) }
        let name = scheme == "tel" ? text(url.pointee.string) : text(url.pointee.username)
        user = name.map { SIPText.unescaped(String($0.prefix { $0 != ";" })) }
        parameters = Self.parameters(of: header)
    }

    /// Parses the value of a header that libosip2 keeps as text.
    init?(parsing value: String) {
        ct_osip_setup()
        var parsed: UnsafeMutablePointer<osip_from_t>?
        guard osip_from_init(&parsed) == 0, let parsed else { return nil }
        defer { osip_from_free(parsed) }
        guard osip_from_parse(parsed, value) == 0 else { return nil }
        self.init(parsed.pointee)
    }

    /// The `q` parameter in thousandths; 1,000 without one.
    var q: Int {
        let q = parameters["q"].flatMap(Double.init) ?? 1
        return q.isFinite ? Int(min(max(q, 0), 1) * 1_000) : 1_000
    }

    private static func parameters(of header: osip_from_t) -> [String: String] {
        var list = header.gen_params
        var found: [String: String] = [:]
        var index: Int32 = 0
        while let item = osip_list_get(&list, index) {
            let parameter = item.assumingMemoryBound(to: osip_generic_param_t.self).pointee
            if let name = text(parameter.gname)?.lowercased() { found[name] = text(parameter.gvalue) ?? "" }
            index += 1
        }
        return found
    }
}

/// A C string of libosip2; `nil` for NULL and for the empty one. Bytes that are no UTF-8 are replaced.
private func text(_ pointer: UnsafeMutablePointer<CChar>?) -> String? {
    guard let pointer, pointer.pointee != 0 else { return nil }
    return String(cString: pointer)
}
