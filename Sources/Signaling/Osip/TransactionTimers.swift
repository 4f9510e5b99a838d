import COsip2

/// The deadlines that libosip2 keeps in a transaction's public context, as far as they count in its present state.
struct TransactionTimers {
    struct Due {
        var timer: type_t
        /// On libosip2's clock, which is the machine's monotonic one.
        var nanoseconds: Int64
    }

    private(set) var earliest: Due?

    init(_ transaction: UnsafeMutablePointer<osip_transaction_t>) {
        switch transaction.pointee.state {
        case ICT_CALLING:
            guard let context = transaction.pointee.ict_context else { return }
            consider(TIMEOUT_A, context.pointee.timer_a_start)
            consider(TIMEOUT_B, context.pointee.timer_b_start)
        case ICT_COMPLETED:
            guard let context = transaction.pointee.ict_context else { return }
            consider(TIMEOUT_D, context.pointee.timer_d_start)
        case IST_COMPLETED:
            guard let context = transaction.pointee.ist_context else { return }
            consider(TIMEOUT_G, context.pointee.timer_g_start)
            consider(TIMEOUT_H, context.pointee.timer_h_start)
        case IST_CONFIRMED:
            guard let context = transaction.pointee.ist_context else { return }
            consider(TIMEOUT_I, context.pointee.timer_i_start)
        case NICT_TRYING, NICT_PROCEEDING:
            guard let context = transaction.pointee.nict_context else { return }
            consider(TIMEOUT_E, context.pointee.timer_e_start)
            consider(TIMEOUT_F, context.pointee.timer_f_start)
        case NICT_COMPLETED:
            guard let context = transaction.pointee.nict_context else { return }
            consider(TIMEOUT_K, context.pointee.timer_k_start)
        default:
            break
        }
    }

    static var now: timeval {
        var now = timeval()
        osip_gettimeofday(&now, nil)
        return now
    }

    static func nanoseconds(_ time: timeval) -> Int64 {
        Int64(time.tv_sec) &* 1_000_000_000 &+ Int64(time.tv_usec) &* 1_000
    }

    static func instant(_ start: timeval, plus milliseconds: Int32) -> timeval {
        let microseconds = Int64(start.tv_usec) + Int64(milliseconds) * 1_000
        return timeval(
            tv_sec: start.tv_sec + Int(microseconds / 1_000_000), tv_usec: Int(microseconds % 1_000_000))
    }

    private mutating func consider(_ timer: type_t, _ start: timeval) {
        guard start.tv_sec >= 0 else { return }
        let nanoseconds = Self.nanoseconds(start)
        if nanoseconds < earliest?.nanoseconds ?? .max { earliest = Due(timer: timer, nanoseconds: nanoseconds) }
    }
}
