/// Makes a failing list shorter while it goes on failing: first large parts are left out, then smaller ones, at last
/// single elements, until none can be spared (Andreas Zeller's delta debugging, without its complements).
///
/// - Parameters:
///   - attempts: calls of `fails` at most.
///   - fails: whether such a list still fails, for the same reason. Asked of parts only, never of the whole.
func shrink<Element>(_ whole: [Element], attempts: Int = 2_000, while fails: ([Element]) -> Bool) -> [Element] {
    var shortest = whole
    var left = attempts
    var size = max(1, whole.count / 2)
    while true {
        var didShrink = false
        var start = 0
        while start < shortest.count, left > 0 {
            var part = shortest
            part.removeSubrange(start..<min(start + size, part.count))
            left -= 1
            if fails(part) {
                shortest = part
                didShrink = true
            } else {
                start += size
            }
        }
        if left == 0 || size == 1 && !didShrink { return shortest }
        if !didShrink { size = max(1, size / 2) }
    }
}
