// The server, its queues, operators and dialers.

extension OpenAPIDocument {
    static let house = #"""
        {
          "paths": {
            "/v1/openapi.json": {
              "get": {
                "operationId": "describe", "tags": ["server"], "summary": "This description.",
                "responses": {
                  "200": {
                    "description": "OpenAPI 3.1", "content": {"application/json": {"schema": {"type": "object"}}}
                  }
                }
              }
            },
            "/v1/status": {
              "get": {
                "operationId": "getStatus", "tags": ["server"], "summary": "The server in a few figures.",
                "responses": {"200": "Status"}
              }
            },
            "/v1/reload": {
              "post": {
                "operationId": "reload", "tags": ["server"],
                "summary": "Reads the configuration again, and takes it over unless `dry_run`.",
                "requestBody": "@ReloadRequest",
                "responses": {"200": "Reload"}
              }
            },
            "/v1/queues": {
              "get": {
                "operationId": "listQueues", "tags": ["queues"], "summary": "All queues, by name.",
                "parameters": ["limit", "name-cursor"], "responses": {"200": "QueueList"}
              }
            },
            "/v1/queues/{name}": {
              "get": {
                "operationId": "getQueue", "tags": ["queues"], "summary": "A queue with its people.",
                "parameters": ["queue-name"], "responses": {"200": "QueueDetail", "404": "#NotFound"}
              }
            },
            "/v1/operators": {
              "get": {
                "operationId": "listOperators", "tags": ["operators"], "summary": "All operators, by id.",
                "parameters": ["limit", "name-cursor"], "responses": {"200": "OperatorList"}
              }
            },
            "/v1/operators/{name}": {
              "get": {
                "operationId": "getOperator", "tags": ["operators"], "summary": "One operator as they are now.",
                "parameters": ["operator-name"], "responses": {"200": "Operator", "404": "#NotFound"}
              }
            },
            "/v1/operators/{name}/explain": {
              "get": {
                "operationId": "explainOperator", "tags": ["operators"],
                "summary": "Why an operator is, or is not, getting calls.",
                "parameters": ["operator-name", "since"],
                "responses": {"200": "OperatorExplanation", "404": "#NotFound"}
              }
            },
            "/v1/operators/{name}/wish": {
              "post": {
                "operationId": "setWish", "tags": ["operators"],
                "summary": "What the operator wants from now on; a conversation is always brought to its end.",
                "parameters": ["operator-name"], "requestBody": "@Wish",
                "responses": {"200": "Operator", "404": "#NotFound"}
              }
            },
            "/v1/operators/{name}/remind": {
              "post": {
                "operationId": "remind", "tags": ["operators"],
                "summary": "Rings the operator to say how many requests wait for them; a key starts the first.",
                "parameters": ["operator-name"],
                "responses": {"200": "Operator", "404": "#NotFound"}
              }
            },
            "/v1/operators/{name}/interruption": {
              "post": {
                "operationId": "setInterruption", "tags": ["operators"],
                "summary": "Whether a VIP call may take the operator out of the present conversation.",
                "parameters": ["operator-name"], "requestBody": "@Interruption",
                "responses": {"200": "Operator", "404": "#NotFound"}
              }
            },
            "/v1/dialers": {
              "get": {
                "operationId": "listDialers", "tags": ["dialers"],
                "summary": "All dialers, in the order of the configuration.",
                "parameters": ["limit", "name-cursor"], "responses": {"200": "DialerList"}
              }
            },
            "/v1/dialers/{name}": {
              "get": {
                "operationId": "getDialer", "tags": ["dialers"], "summary": "A dialer with its people.",
                "parameters": ["dialer-name"], "responses": {"200": "DialerDetail", "404": "#NotFound"}
              }
            },
            "/v1/dialers/{name}/wish": {
              "post": {
                "operationId": "setDialerWish", "tags": ["dialers"],
                "summary": "Pauses a dialer or lets it go on; attempts that have begun are brought to their end.",
                "parameters": ["dialer-name"], "requestBody": "@DialerWish",
                "responses": {"200": "DialerDetail", "404": "#NotFound"}
              }
            }
          },
          "parameters": {
            "queue-name": {
              "name": "name", "in": "path", "required": true, "schema": "string", "example": "sales"
            },
            "operator-name": {
              "name": "name", "in": "path", "required": true, "schema": "string", "example": "anna"
            },
            "dialer-name": {
              "name": "name", "in": "path", "required": true, "schema": "string", "example": "back"
            }
          },
          "schemas": {
            "Status": {
              "$object": {
                "version": "string", "started_at": "date", "uptime_seconds": "number",
                "draining": ["boolean", "About to stop: running calls go on, new ones are refused."],
                "listeners": ["[string]", "Addresses on which SIP is received."],
                "operators": "@OperatorCounts", "calls": "@CallCounts", "rtp_ports": "@Ports",
                "database": ["string", "Path of the file."]
              }
            },
            "OperatorCounts": {
              "$object": {
                "total": "integer", "registered": ["integer", "Their phones can be called."], "ready": "integer",
                "busy": "integer", "wrap_up": "integer", "paused": "integer", "offline": "integer"
              }
            },
            "CallCounts": {
              "$object": {
                "waiting": ["integer", "Not talking to anybody yet."], "talking": "integer",
                "held": ["integer", "On hold for a VIP call."]
              }
            },
            "Ports": {"$object": {"in_use": "integer", "total": "integer"}},
            "ReloadRequest": {
              "$request": true, "$object": {"dry_run": ["boolean", "Only look what would change."]}
            },
            "Reload": {
              "$object": {
                "outcome": "=applied|checked|refused", "configuration": ["string", "Path of the file."],
                "changes": "[@Change]", "findings": ["[@Finding]", "Errors and warnings."],
                "new_secrets": ["[string]", "Operators for whom a secret was made just now."]
              }
            },
            "Change": {
              "$object": {
                "key": ["string", "`queues.sales.max_wait`"], "old?": "string", "new?": "string",
                "needs_restart": ["boolean", "The server goes on with the old value."]
              }
            },
            "Finding": {
              "$object": {
                "file": "string", "line": ["integer", "From 1; 0 for the file as a whole."], "column": "integer",
                "is_error": "boolean", "message": "string", "next?": "string"
              }
            },
            "Queue": {
              "description": "One queue in figures; counts are those since the start of the server.",
              "$object": {
                "name": "string", "vip": "boolean",
                "strategy": "=weighted|linear|round_robin|fewest_calls|random|ring_all",
                "max_length": ["integer", "One more waiting call is refused."], "waiting": "integer",
                "longest_wait_seconds?": "number", "talking": "integer", "held": "integer", "entered": "integer",
                "answered": "integer", "lost": "integer", "operators": "@OperatorCounts"
              }
            },
            "QueueList": {"$object": {"queues": "[@Queue]", "next?": "string"}},
            "QueueDetail": {
              "$object": {
                "queue": "@Queue", "members": ["[@QueueMember]", "By priority, highest first."],
                "callers": ["[@LiveCall]", "The longest in the house first."]
              }
            },
            "QueueMember": {"$object": {"operator": "@Operator", "priority": "@Priority"}},
            "Priority": {
              "type": "integer", "minimum": 0, "maximum": 10,
              "description": "10: most calls, 1: fewest, 0: none arrive."
            },
            "Operator": {
              "$object": {
                "id": "string", "name": ["string", "As people call them."], "wish": "=ready|paused|off",
                "registered": ["boolean", "Their phone can be called."],
                "state": "=offline|ready|paused|ringing|talking|interrupted|wrap_up|previewing|\#
        dialling|reminded|own_call",
                "reason?": ["string", "Why they are paused, or want to be."],
                "call?": ["string", "The call that rings or that they talk to."], "number?": "string",
                "held_call?": ["string", "On hold while they talk to a VIP."], "held_number?": "string",
                "since": "date", "state_seconds": "number",
                "calls": ["integer", "Conversations since the start of the server."], "missed_in_a_row": "integer",
                "assignments": "[@Assignment]"
              }
            },
            "Assignment": {"$object": {"queue": "string", "priority": "@Priority"}},
            "OperatorList": {"$object": {"operators": "[@Operator]", "next?": "string"}},
            "Wish": {
              "type": "object",
              "description": "A pause may have a reason of up to 100 characters, none of them a control character.",
              "oneOf": [
                {
                  "type": "object", "required": ["wish"], "additionalProperties": false,
                  "properties": {
                    "wish": {"type": "string", "enum": ["ready", "off"]}, "reason": {"type": "null"}
                  }
                },
                {
                  "type": "object", "required": ["wish"], "additionalProperties": false,
                  "properties": {
                    "wish": {"type": "string", "const": "paused"},
                    "reason": {"type": ["string", "null"], "maxLength": 100, "pattern": "^[ -~]*$"}
                  }
                }
              ]
            },
            "Interruption": {"$request": true, "$object": {"forbidden": "boolean"}},
            "OperatorExplanation": {
              "$object": {
                "operator": "string", "standing": ["[string]", "How things stand now, most important first."],
                "since": "date", "story": "[@StoryLine]"
              }
            },
            "StoryLine": {
              "$object": {"at": "date", "kind": "=event|decision", "text": "string"}
            },
            "Dialer": {
              "$object": {
                "name": "string", "mode": "=callback|personal",
                "paused": ["boolean", "Nothing new begins; what is under way goes on."], "reason?": "string",
                "rules_of": ["string", "The queue whose wrap-up and hold audio hold for its conversations."],
                "open": "integer", "due": "integer", "first_due?": "date",
                "in_progress": ["integer", "Operators who are busy with one of its tasks."],
                "operators": "@OperatorCounts"
              }
            },
            "DialerWish": {
              "type": "object",
              "description": "A pause may have a reason of up to 100 characters, none of them a control character.",
              "oneOf": [
                {
                  "type": "object", "required": ["wish"], "additionalProperties": false,
                  "properties": {
                    "wish": {"type": "string", "enum": ["running"]}, "reason": {"type": "null"}
                  }
                },
                {
                  "type": "object", "required": ["wish"], "additionalProperties": false,
                  "properties": {
                    "wish": {"type": "string", "const": "paused"},
                    "reason": {"type": ["string", "null"], "maxLength": 100, "pattern": "^[ -~]*$"}
                  }
                }
              ]
            },
            "DialerList": {"$object": {"dialers": "[@Dialer]", "next?": "string"}},
            "DialerDetail": {"$object": {"dialer": "@Dialer", "members": "[@DialerMember]"}},
            "DialerMember": {
              "$object": {"operator": "@Operator", "priority": "@Priority", "is_busy_here": "boolean"}
            }
          }
        }
        """#
}
