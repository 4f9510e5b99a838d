/// A part of a whole, 0…1; 0 if there is no whole.
func share(_ part: Int, of whole: Int) -> Double {
    whole > 0 ? Double(part) / Double(whole) : 0
}

extension Duration {
    /// In seconds, for figures that people read.
    package var inSeconds: Double {
        let (seconds, attoseconds) = components
        return Double(seconds) + Double(attoseconds) / 1e18
    }
}
