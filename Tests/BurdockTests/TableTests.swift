import Testing

@testable import burdock

@Suite struct TableTests {
    private func table() -> Table {
        var table = Table([.flexible("operator", least: 5), .number("calls"), .fixed("now")])
        table.add("Анна", "31", "-")
        table.add("Ihor Bondar", "2", "+380 67 … 45 67")
        return table
    }

    @Test func columnsAreAlignedAlsoInCyrillic() {
        #expect(
            table().render(width: 80, color: false) == """
                operator     calls  now
                Анна            31  -
                Ihor Bondar      2  +380 67 … 45 67
                """)
    }

    @Test func theWidestFlexibleColumnGivesWay() {
        let lines = table().render(width: 32, color: false).split(separator: "\n").map(String.init)
        #expect(lines.map(\.displayWidth).max() == 32)
        #expect(lines[2] == "Ihor Bo…      2  +380 67 … 45 67")
    }

    @Test func aFlexibleColumnKeepsItsLeastWidth() {
        let lines = table().render(width: 10, color: false).split(separator: "\n").map(String.init)
        #expect(lines[2].hasPrefix("Ihor… "))
    }

    @Test func noLineEndsInSpaces() {
        var table = Table([.fixed("a"), .fixed("b"), .number("c")])
        table.add("1", "", "")
        table.add("22", "x", "3")
        for line in table.render(width: 80, color: true).split(separator: "\n") { #expect(line.last != " ") }
    }

    @Test func aColumnWithoutTextIsLeftOut() {
        var table = Table([.fixed("a"), .fixed("b"), .fixed("c")])
        table.add("1", "", "3")
        #expect(table.render(width: 80, color: false) == "a  c\n1  3")
    }

    @Test func theIndentCounts() {
        let lines = table().render(width: 40, color: false, indent: 2).split(separator: "\n").map(String.init)
        #expect(lines.allSatisfy { $0.hasPrefix("  ") && $0.displayWidth <= 40 })
    }

    @Test func colourIsOnlyThereWhenAllowedAndTakesNoRoom() {
        var table = Table([.fixed("state"), .fixed("b")])
        table.add(Table.Cell("ready", .green), "x")
        #expect(table.render(width: 80, color: false) == "state  b\nready  x")
        #expect(table.render(width: 80, color: true).hasSuffix("\u{1B}[32mready\u{1B}[0m  x"))
    }

    @Test func namesOfStrangersCannotSteerTheTerminal() {
        let cell = Table.Cell("Ox\u{1B}[2Jana\u{202E}\n")
        #expect(cell.text == "Ox\u{FFFD}[2Jana\u{FFFD}\u{FFFD}")
    }
}

@Suite struct DisplayWidthTests {
    @Test(
        arguments: [
            ("", 0), ("anna", 4), ("Їжак", 4), ("и\u{306}", 1), ("漢字", 4), ("한", 2), ("😀", 2), ("…", 1),
            ("a\u{200B}b", 2),
        ]) func widthIsThatOfATerminal(_ text: String, _ width: Int)
    {
        #expect(text.displayWidth == width)
    }

    @Test(
        arguments: [
            ("Олена", 5, "Олена"), ("Олена", 4, "Оле…"), ("Олена", 1, "…"), ("Олена", 0, ""), ("漢字漢字", 6, "漢字…"),
            ("Anna Bo", 6, "Anna…"),
        ]) func aTextIsCutWithAnEllipsis(_ text: String, _ columns: Int, _ fitted: String)
    {
        #expect(text.fitted(into: columns) == fitted)
    }
}

@Suite struct TextsTests {
    @Test(
        arguments: [
            (0.0, "0:00"), (9.99, "0:09"), (72, "1:12"), (3_599, "59:59"), (3_600, "1:00:00"), (86_399, "23:59:59"),
            (273_600, "3 d 4 h"), (-5, "0:00"), (.nan, "?"), (.infinity, "?"), (1e300, "?"),
        ]) func durations(_ seconds: Double, _ text: String)
    {
        #expect(Texts.duration(seconds) == text)
    }

    @Test(
        arguments: [
            ("+380671234567", "+380 67 … 45 67"), ("+48221239010", "+48 22 … 90 10"), ("+12025550123", "+1 20 … 01 23"),
            ("+79161234567", "+7 91 … 45 67"), ("+380123456", "+380 123456"), ("+48", "+48 "),
            ("anonymous", "anonymous"),
            ("sip:a-very-long-user", "sip:a-very-lon…"), ("+", "+ "), ("1\u{1B}2", "1\u{FFFD}2"),
        ]) func numbersAreShortened(_ number: String, _ text: String)
    {
        #expect(Texts.shortened(number) == text)
    }

    @Test func aWithheldNumberIsCalledSo() {
        #expect(Texts.shortened(nil) == "withheld")
    }

    @Test(arguments: [(0, "0"), (999, "999"), (1_000, "1,000"), (1_234_567, "1,234,567"), (-1_000, "-1,000")])
    func counts(_ number: Int, _ text: String) {
        #expect(Texts.count(number) == text)
    }

    @Test func linesBreakAtSpaces() {
        #expect(Texts.wrapped("ring anna because", columns: 9) == ["ring anna", "because"])
        #expect(Texts.wrapped("unbreakable", columns: 4) == ["unbreakable"])
        #expect(Texts.wrapped("", columns: 4) == [""])
    }
}
