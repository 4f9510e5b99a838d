import Testing

@testable import Import

@Suite struct MappingTests {
    private func sample(_ rows: [[String]]) -> [CSVRow] {
        rows.enumerated().map { CSVRow(number: $0.offset + 1, cells: $0.element) }
    }

    private func mapping(
        _ rows: [[String]], header: Bool? = nil, map: String = ""
    ) throws -> ColumnMapping {
        try ColumnMapping(
            sample: sample(rows), hasHeader: header, choices: map.isEmpty ? [] : try ColumnChoice.read(map))
    }

    private func fault(_ rows: [[String]], _ map: String = "") -> MappingFault? {
        do {
            _ = try mapping(rows, map: map)
            return nil
        } catch {
            return error as? MappingFault
        }
    }

    @Test(arguments: [
        ["ПІБ", "Номер телефону", "Менеджер", "Дата та час", "Група"],
        ["ФИО клиента", "Телефон", "Ответственный", "Время звонка", "Отдел"],
        ["Full Name", "Phone_Number", "Agent e-mail", "Call at", "TEAM"],
        ["ім’я", "Телефон 1", "E-mail оператора", "КОЛИ", "группа"], ["Ім'я", "тел.", "operator", "due", "group"],
    ])
    func headersAreKnownInThreeLanguages(_ headers: [String]) throws {
        let mapping = try mapping([headers, ["Anna", "0671234567", "a@b.c", "", ""]])
        #expect(mapping.fields == [.name: 0, .number: 1, .operator: 2, .due: 3, .group: 4])
        #expect(mapping.card.isEmpty)
        #expect(mapping.headerRow == 1)
    }

    @Test func everyOtherColumnBecomesAFieldOfTheCard() throws {
        let mapping = try mapping([
            ["Phone", "E-mail", "Date of birth", "", "E-mail", "Телефон 2"],
            ["0671234567", "x@y.z", "1.1.1980", "5", "", ""],
        ])
        #expect(mapping.fields == [.number: 0])
        #expect(mapping.card.map(\.name) == ["E-mail", "Date of birth", "Column D", "E-mail 2", "Телефон 2"])
        #expect(mapping.card.map(\.column) == [1, 2, 3, 4, 5])
    }

    @Test func aFileWithoutHeadersIsKnownByItsCells() throws {
        let rows = [["Anna", "22.11.2026", "067 123 45 67"], ["Ihor", "23.11.2026", "+380501111122"]]
        let mapping = try mapping(rows)
        #expect(mapping.headerRow == nil)
        #expect(mapping.fields == [.number: 2])
        #expect(mapping.card.map(\.name) == ["Column A", "Column B"])
        #expect(try self.mapping([["0671234567"]]).fields == [.number: 0])
    }

    @Test func headersThatNobodyKnowsAreStillHeaders() throws {
        let mapping = try mapping([["Хто", "Куди"], ["Анна", "0671234567"], ["Ігор", "0501111122"]])
        #expect(mapping.headerRow == 1)
        #expect(mapping.fields == [.number: 1])
        let rows = [["Хто", "Куди"], ["Анна", "0671234567"], ["Ігор", "0501111122"]]
        #expect(try self.mapping(rows, header: false).headerRow == nil)
    }

    @Test(arguments: [
        "number=C,name=A", "number=3,name=1", "number=Mobile 2,name=Who", "NUMBER = c , name = a",
        "name=who,number=mobile 2",
    ])
    func columnsAreNamedByLetterPlaceOrHeader(_ map: String) throws {
        let rows = [["Who", "Phone", "Mobile 2"], ["Anna", "0671234567", "0501111122"]]
        let mapping = try mapping(rows, map: map)
        #expect(mapping.fields == [.number: 2, .name: 0])
        #expect(mapping.card.map(\.name) == ["Phone"])
    }

    @Test func aHeaderGoesBeforeALetterAndMayHaveACommaInIt() throws {
        let rows = [["Phone", "A", "Surname, name"], ["0671234567", "x", "y"]]
        let mapping = try mapping(rows, map: "due=A,name=Surname, name")
        #expect(mapping.fields == [.number: 0, .due: 1, .name: 2])
    }

    @Test func aColumnMayBeLeftOut() throws {
        let mapping = try mapping(
            [["Phone", "Manager", "City"], ["0671234567", "x", "y"]], map: "skip=Manager,skip=C")
        #expect(mapping.fields == [.number: 0])
        #expect(mapping.card.isEmpty)
        #expect(mapping.skipped == [1, 2])
    }

    @Test func whatDoesNotFitIsSaid() {
        let rows = [["Phone", "City"], ["0671234567", "Kyiv"]]
        #expect(fault(rows, "phone=A") == .noSuchField("phone"))
        #expect(fault(rows, "A") == .unreadable("A"))
        #expect(fault(rows, "number=") == .unreadable("number="))
        #expect(fault(rows, "number=C") == .noSuchColumn("C", columns: 2))
        #expect(fault(rows, "number=0") == .noSuchColumn("0", columns: 2))
        let least = String(Int.min)
        #expect(fault(rows, "number=" + least) == .noSuchColumn(least, columns: 2))
        #expect(fault(rows, "number=A,name=A") == .columnTwice("A"))
        #expect(fault(rows, "number=A,number=B") == .fieldTwice(.number))
        #expect(fault([["a", "b"], ["c", "d"]]) == .noNumber(headers: ["a", "b"]))
        let wide = [["Phone"] + (0..<51).map { "x\($0)" }, ["0671234567"]]
        #expect(fault(wide) == .tooManyCardFields(51))
        #expect(fault(wide, "skip=B") == nil)
    }

    @Test func whatTheRejectedRowsAddIsNotForTheCard() throws {
        let mapping = try mapping([
            ["rejected row", "rejected because", "Phone"], ["7", "unknown operator", "0671234567"],
        ])
        #expect(mapping.skipped == [0, 1])
        #expect(mapping.card.isEmpty)
    }
}

@Suite struct LeadTests {
    private static let headers = ["Phone", "Operator", "Due", "Name", "Group", "City", "Note"]
    private static let now: Int64 = 1_795_287_902_000  // 2026-11-21T19:05:02Z

    private func read(_ cells: [String], number: Int = 2) throws -> LeadReader.Outcome {
        let sample = [CSVRow(number: 1, cells: Self.headers), CSVRow(number: 2, cells: ["0671234567"])]
        let mapping = try ColumnMapping(sample: sample, hasHeader: nil, choices: [])
        let reader = LeadReader(mapping: mapping, zone: LocalZone("Europe/Kyiv"), now: Self.now)
        return reader.read(CSVRow(number: number, cells: cells))
    }

    @Test func aRowBecomesALead() throws {
        let outcome = try read(["067 123", " a@b.c ", "22.11.2026 09:00", "Anna\nK.", "sales", "Kyiv", ""])
        let lead = Lead(
            row: 2, number: "067123", operator: "a@b.c", due: 1_795_330_800_000, name: "Anna\nK.", group: "sales",
            values: ["Kyiv", ""])
        #expect(outcome == .lead(lead, wasDue: false))
    }

    @Test func whatIsEmptyIsNotSaid() throws {
        let lead = Lead(
            row: 2, number: "0671234567", operator: nil, due: nil, name: nil, group: nil, values: ["", ""])
        #expect(try read(["0671234567", " ", "", "", ""]) == .lead(lead, wasDue: false))
    }

    @Test func thePastMeansNowAndIsCounted() throws {
        guard case .lead(let lead, let wasDue) = try read(["0671234567", "", "2026-11-21 21:05"]) else {
            return #expect(Bool(false))
        }
        #expect(lead.due == nil && wasDue)
    }

    @Test func aFaultNamesTheColumn() throws {
        #expect(try read(["x"]) == .rejected(Rejection("no telephone number", "column A, \"x\"")))
        #expect(
            try read(["0671234567", "", "soon"])
                == .rejected(
                    Rejection(
                        "no date and time", "column C, \"soon\"; write 2026-11-22 09:00 or 22.11.2026 09:00")))
        guard case .rejected(let rejection) = try read(["0671234567", "", "2046-11-21"]) else {
            return #expect(Bool(false))
        }
        #expect(rejection.reason == "due in more than ten years")
    }

    @Test func headersAndBlankRowsAreNothing() throws {
        #expect(try read(Self.headers, number: 1) == .nothing)
        #expect(try read(["", " ", ""]) == .nothing)
        #expect(try read([]) == .nothing)
    }
}

@Suite struct RejectsTests {
    @Test func rejectedRowsCanBeMendedAndImported() throws {
        let folder = try Folder()
        let rejects = RejectsFile(
            path: folder.path + "/r.csv", separator: .semicolon, headers: ["Телефон", "Ім'я; прізвище"])
        try rejects.add(
            CSVRow(number: 7, cells: ["x", "a \"b\"\nc"]), Rejection("no telephone number", "column A, \"x\""))
        try rejects.close()
        #expect(rejects.count == 1)
        let file = try CSVFile(path: rejects.path)
        var reader = try file.reader()
        #expect(try reader.next()?.cells == ["rejected row", "rejected because", "Телефон", "Ім'я; прізвище"])
        #expect(try reader.next()?.cells == ["7", "no telephone number: column A, \"x\"", "x", "a \"b\"\nc"])
        let mapping = try ColumnMapping(sample: file.sample, hasHeader: nil, choices: [])
        #expect(mapping.fields == [.number: 2])
        #expect(mapping.skipped == [0, 1])
    }

    @Test func withoutRejectedRowsThereIsNoFile() throws {
        let folder = try Folder()
        try RejectsFile(path: folder.path + "/r.csv", separator: .comma, headers: []).close()
        #expect(fault { () throws(FileFault) in _ = try CSVFile(path: folder.path + "/r.csv") } != nil)
    }

    @Test func aPlaceThatCannotBeWrittenIsSaid() throws {
        let rejects = RejectsFile(path: "/nowhere/r.csv", separator: .comma, headers: [])
        #expect(
            fault { () throws(FileFault) in try rejects.add(CSVRow(number: 1, cells: []), Rejection("x")) }
                == .cannotWrite(path: "/nowhere/r.csv"))
    }

    @Test func stretchesAreAskedForInOrder() {
        var done = RowStretches([[2, 4], [7, 7], [9], [12, 10], [20, 21]])
        #expect((1...25).filter { done.contains($0) } == [2, 3, 4, 7, 20, 21])
    }
}
