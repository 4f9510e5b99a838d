extension Reading {
    func reminder(_ fields: inout Fields, sounds: SoundCatalogue, isNeeded: Bool) -> Configuration.Reminder {
        var reminder = Configuration.Reminder()
        let entry = fields.take("every")
        if let entry, entry.text != "none" {
            reminder.every = duration(entry, in: .seconds(60) ... .seconds(7 * 86_400))
        }
        reminder.startKey = fields.optional("key", default: reminder.startKey, telephoneKey)
        reminder.keyWait = fields.value("key_wait", default: reminder.keyWait) {
            duration($0, in: .seconds(1) ... .seconds(60))
        }
        reminder.ringTimeout = fields.value("ring_timeout", default: reminder.ringTimeout) {
            duration($0, in: .seconds(1) ... .seconds(600))
        }
        guard isNeeded || reminder.every != nil else { return reminder }
        let missing = sounds.useWords(SpokenWords.ofReminders)
        if let entry, reminder.every != nil, let first = missing.first {
            error(
                "a reminder is spoken, and \(missing.count) of its words are missing, \(first) first", at: entry,
                next: "add \(sounds.file(of: first)) and the others; scripts/sounds makes them")
        }
        return reminder
    }
}
