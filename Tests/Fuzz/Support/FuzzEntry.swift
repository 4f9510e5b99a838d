import Glibc

/// What libFuzzer calls. One binary has the targets of one Swift target; `FUZZ_TARGET` chooses.
@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ data: UnsafePointer<UInt8>?, _ size: Int) -> CInt {
    chosen(Array(UnsafeBufferPointer(start: data, count: size)))
    return 0
}

private let chosen: @Sendable ([UInt8]) -> Void = {
    let name = getenv("FUZZ_TARGET").map { String(cString: $0) } ?? ""
    guard let target = fuzzTargets[name] else {
        print("FUZZ_TARGET must be one of \(fuzzTargets.keys.sorted())")
        exit(2)
    }
    return target
}()
