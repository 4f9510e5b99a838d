// Calls: those that are up, and the log.

extension OpenAPIDocument {
    static let calls = #"""
        {
          "paths": {
            "/v1/calls": {
              "get": {
                "operationId": "listCalls", "tags": ["calls"],
                "summary": "The call log, newest first; with `live=true` the calls that are up, longest first.",
                "description": "`interrupted`, `until` and `cursor` are for the log only.",
                "parameters": [
                  "live", "vip", "interrupted", "queue", "operator", "number", "since", "until", "limit", "cursor"
                ],
                "responses": {
                  "200": {
                    "description": "A page of the log, or all calls that are up.",
                    "content": {
                      "application/json": {
                        "schema": {
                          "anyOf": [
                            {"$ref": "#/components/schemas/CallList"}, {"$ref": "#/components/schemas/LiveCallList"}
                          ]
                        }
                      }
                    }
                  }
                }
              },
              "post": {
                "operationId": "originateCall", "tags": ["calls"],
                "summary": "An operator who is ready calls a customer now.",
                "description": "Their phone is called, then the customer, as for a task that they start themselves: \#
        the answer is that task, which the call belongs to.",
                "requestBody": "@NewCall",
                "responses": {
                  "202": {
                    "description": "It has begun.",
                    "headers": {"Location": {"$ref": "#/components/headers/Location"}},
                    "content": {"application/json": {"schema": {"$ref": "#/components/schemas/TaskDetail"}}}
                  },
                  "404": "#NotFound"
                }
              }
            },
            "/v1/calls/{id}": {
              "get": {
                "operationId": "getCall", "tags": ["calls"], "summary": "A call that is up, or its row in the log.",
                "parameters": ["call-id"], "responses": {"200": "Call", "404": "#NotFound"}
              },
              "delete": {
                "operationId": "hangUpCall", "tags": ["calls"], "summary": "Ends a call that is up.",
                "parameters": ["call-id"],
                "responses": {"204": "#Done", "404": "#NotFound", "409": "#Conflict"}
              }
            },
            "/v1/calls/{id}/explain": {
              "get": {
                "operationId": "explainCall", "tags": ["calls"], "summary": "Why a call went where it went.",
                "parameters": ["call-id"], "responses": {"200": "Explanation", "404": "#NotFound"}
              }
            }
          },
          "parameters": {
            "call-id": {"name": "id", "in": "path", "required": true, "schema": "string", "example": "1B2XK7P"},
            "live": {"name": "live", "in": "query", "description": "Calls that are up.", "schema": "@Flag"},
            "vip": {"name": "vip", "in": "query", "description": "VIP calls, or others.", "schema": "@Flag"},
            "interrupted": {
              "name": "interrupted", "in": "query",
              "description": "VIP calls that interrupted a conversation, or calls that did not.", "schema": "@Flag"
            }
          },
          "schemas": {
            "NewCall": {
              "$request": true,
              "$object": {
                "operator": "string", "number": "@Number",
                "dialer": ["string", "Through whose trunks, with whose number shown."]
              }
            },
            "Call": {
              "description": "While it is up `live`, then `record`; for a moment both.",
              "$object": {"live?": "@LiveCall", "record?": "@CallRecord"}
            },
            "LiveCallList": {"$object": {"calls": "[@LiveCall]"}},
            "LiveCall": {
              "$object": {
                "call": "string", "queue": "string", "number?": ["string", "Absent if withheld."],
                "name?": ["string", "As the customer's network gave it."], "vip": "boolean",
                "state": "=waiting|ringing|interrupting|talking|held|leaving|dialling|in_scenario",
                "stage?": ["=own|group|anyone", "Who may take it while it waits."],
                "operators": ["[string]", "Whose phones ring, or who talks to it or holds it."],
                "own_operator?": ["string", "The customer's last successful operator."],
                "arrived_at": "date", "seconds": "number",
                "state_seconds": ["number", "Since its state began."]
              }
            },
            "CallList": {"$object": {"calls": "[@CallRecord]", "next?": "string"}},
            "CallRecord": {
              "description": "A row of the call log.",
              "$object": {
                "call": "string", "pool": "string", "line": ["string", "The dialled number."], "queue": "string",
                "number?": ["string", "Absent if withheld."], "name?": "string", "vip": "boolean",
                "interrupted": ["boolean", "It is a VIP call and interrupted a conversation."],
                "announced": ["boolean", "It is a VIP call whose announcement an operator heard."],
                "was_interrupted": ["boolean", "Its conversation was interrupted by a VIP call."],
                "arrived_at": "date", "ended_at": "date",
                "outcome": \#
        "=answered|abandoned|lost_on_hold|timed_out|left_empty|left_by_key|refused|unanswered|scenario|lost_by_restart",
                "ended_by?": ["=customer|operator", "Absent if the server ended it."],
                "status?": ["integer", "The SIP status of its end."], "stage?": "=own|group|anyone",
                "operator?": ["string", "The one who talked to it last."],
                "wait_seconds": "number", "talk_seconds": "number", "held_seconds": "number",
                "segments": "[@Segment]", "rings": "[@Ring]"
              }
            },
            "Segment": {
              "$object": {
                "kind": "=scenario|waiting|ringing|transferred|talking|held|dialling", "from": "date",
                "until": "date", "operator?": "string"
              }
            },
            "Ring": {
              "$object": {
                "operator": "string", "from": "date", "until": "date",
                "outcome": ["string", "`answered`, `declined`, `busy`, `no answer`, `unreachable` or `withdrawn`."],
                "status?": "integer"
              }
            },
            "Explanation": {
              "$object": {
                "call": "string", "candidates?": "[@Candidate]", "live?": "@LiveCall", "record?": "@CallRecord",
                "story": "[@StoryLine]"
              }
            },
            "Candidate": {
              "$object": {
                "operator": "string", "obstacle?": ["string", "What keeps them apart; absent: nothing does."]
              }
            }
          }
        }
        """#
}
