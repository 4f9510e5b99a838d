// The stream of events.

extension OpenAPIDocument {
    static let events = #"""
        {
          "paths": {
            "/v1/events": {
              "get": {
                "operationId": "listen", "tags": ["events"],
                "summary": "What happens, as it happens, as server-sent events.",
                "description": "The first event is `snapshot` (schema EventSnapshot): how things stand. Those after \#
        it have the name of their `type` and the schema Event. Each has an `id`, a whole number that only grows; who \#
        comes back with the last one in `Last-Event-ID` goes on from there, without a snapshot. If that is too long \#
        ago, `reset` (schema EventReset) and a `snapshot` come first. While nothing happens there is a comment every \#
        15 seconds. A listener that reads too slowly is cut off, and comes back. Events that somebody does not know \#
        are to be left out: there will be more.",
                "parameters": ["event-operator", "event-queue", "event-types", "last-event-id", "Last-Event-ID"],
                "responses": {
                  "200": {
                    "description": "A stream without end.",
                    "content": {"text/event-stream": {"schema": {"type": "string"}}}
                  }
                }
              }
            }
          },
          "parameters": {
            "event-operator": {
              "name": "operator", "in": "query", "description": "Only what this operator has to do with.",
              "schema": "string"
            },
            "event-queue": {
              "name": "queue", "in": "query", "description": "Only calls of this queue.", "schema": "string"
            },
            "event-types": {
              "name": "types", "in": "query", "description": "Only these, separated by commas.",
              "style": "form", "explode": false,
              "schema": {"type": "array", "minItems": 1, "items": {"$ref": "#/components/schemas/EventType"}}
            },
            "last-event-id": {
              "name": "last_event_id", "in": "query", "description": "In place of the header, for who cannot set one.",
              "schema": {"type": "integer", "minimum": 0, "maximum": 9007199254740991}
            },
            "Last-Event-ID": {
              "name": "Last-Event-ID", "in": "header", "description": "The `id` of the last event that is known.",
              "schema": {"type": "integer", "minimum": 0, "maximum": 9007199254740991}
            }
          },
          "schemas": {
            "EventType": {
              "type": "string",
              "description": "call.waiting: waits in its queue, new or again. call.ringing: phones of `operators` \#
        ring. call.dialling: the customer of `task` is dialled for `operator`. call.connected: customer and \#
        `operator` hear each other. call.held: on hold while `operator` talks with a VIP. call.ended: over. \#
        operator.changed: what `operator` does or wants. task.opened, task.changed, task.closed. task.wait_expired: \#
        the responsible did not come in time. attempt.started: `operator` is reserved for `task`. attempt.ended. \#
        card.shown: `operator` is to see the customer for `for_ms`, then their phone is called. card.hidden: they \#
        are not to call after all; after a call the card goes with attempt.ended.",
              "enum": [
                "call.waiting", "call.ringing", "call.dialling", "call.connected", "call.held", "call.ended",
                "operator.changed", "task.opened", "task.changed", "task.closed", "task.wait_expired",
                "attempt.started", "attempt.ended", "card.shown", "card.hidden"
              ]
            },
            "Event": {
              "description": "Keys that say nothing about an event are absent.",
              "$object": {
                "type": "@EventType", "at": "date",
                "call?": "string", "direction?": "=inbound|outbound", "number?": "string", "name?": "string",
                "queue?": "string", "vip?": "boolean", "operator?": "string",
                "operators?": ["[string]", "call.ringing: whose phones ring."],
                "state?": [
                  "=ready|ringing|talking|wrap_up|preparing|own_call|paused|offline",
                  "operator.changed; `preparing` is from a card until the customer has answered."
                ],
                "reason?": ["string", "Of a pause."], "wish?": "=ready|paused|off", "registered?": "boolean",
                "outcome?": ["string", "call.ended: as in the call log; attempt.ended: as in the attempts log."],
                "ended_by?": "=customer|operator", "status?": ["integer", "The SIP status of the end."],
                "interrupted?": "boolean", "wait_seconds?": "number", "talk_seconds?": "number",
                "task?": "string", "dialer?": "string", "due?": "date", "responsible?": "string", "group?": "string",
                "stage?": "=own|group|anyone", "attempt?": ["integer", "From 1."],
                "result?": "=resolved|cancelled|given_up|handed_to_crm|merged", "result_detail?": "string",
                "for_ms?": ["integer", "card.shown: how long until the phone is called."], "card?": "@TaskCard"
              }
            },
            "EventSnapshot": {
              "$object": {
                "at": "date", "operators": "[@Operator]", "calls": "[@LiveCall]",
                "cards": ["[@Card]", "Those that operators are shown now."]
              }
            },
            "Card": {
              "$object": {"operator": "string", "task": "string", "number?": "string", "dialer?": "string"}
            },
            "EventReset": {"$object": {"reason": "string"}}
          }
        }
        """#
}
