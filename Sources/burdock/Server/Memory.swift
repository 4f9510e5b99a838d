import CTelephony

/// How the process deals with its memory.
enum Memory {
    /// Memory that was freed stays with the process up to this size for each arena: calls come and go all day, and
    /// giving pages back and faulting them in again for each of them costs more than the call's own work.
    static func keepWhatIsFreed() {
        ct_keep_freed_memory(16 << 20)
    }
}
