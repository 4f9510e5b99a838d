import Routing

/// How long customers wait before they hang up, from customers of whom only some were seen to.
///
/// Whoever was answered would have waited longer, nobody knows how much longer. To leave them out would make customers
/// look impatient, to take them as waiting without end would make everybody patient whose call was answered late. So it
/// is estimated as Kaplan and Meier do (1958): of those who were still waiting at some moment, the share that hung up
/// then. Nobody is taken to hang up later than anybody was seen to.
struct ObservedPatience: Sendable {
    /// The share of customers who wait longer than that, where it falls.
    private var steps: [(wait: Duration, staying: Double)] = []

    /// - Parameter seen: how long each waited, and whether they hung up then.
    init(_ seen: [(wait: Duration, hungUp: Bool)]) {
        let sorted = seen.sorted { $0.wait < $1.wait }
        var staying = 1.0
        for (index, customer) in sorted.enumerated() where customer.hungUp {
            let present = Double(sorted.count - index)
            staying *= 1 - 1 / present
            if steps.last?.wait == customer.wait { steps.removeLast() }
            steps.append((customer.wait, staying))
        }
    }

    /// When a customer hangs up who was seen to wait for so long; `nil`: never.
    ///
    /// - Parameter fraction: drawn from [0, 1).
    func patience(beyond wait: Duration, at fraction: Double) -> Duration? {
        let next = firstStep { $0.wait > wait }
        let staying = next > 0 ? steps[next - 1].staying : 1
        let drawn = staying * (1 - fraction)
        let step = max(next, firstStep { $0.staying < drawn })
        return step < steps.count ? steps[step].wait : nil
    }

    /// Waits grow and shares fall: whatever holds for one step holds for all later ones.
    private func firstStep(where holds: ((wait: Duration, staying: Double)) -> Bool) -> Int {
        var (low, high) = (0, steps.count)
        while low < high {
            let middle = (low + high) / 2
            if holds(steps[middle]) { high = middle } else { low = middle + 1 }
        }
        return low
    }
}
