// Ties, reports, and on the control socket tokens and bans.

extension OpenAPIDocument {
    static let records = #"""
        {
          "paths": {
            "/v1/ties": {
              "get": {
                "operationId": "listTies", "tags": ["ties"],
                "summary": "Customers and their last successful operators, in the order of the numbers.",
                "parameters": ["operator", "limit", "name-cursor"], "responses": {"200": "TieList"}
              }
            },
            "/v1/ties/{number}": {
              "get": {
                "operationId": "getTie", "tags": ["ties"], "summary": "Whose the customer is.",
                "parameters": ["tie-number"], "responses": {"200": "Tie", "404": "#NotFound"}
              },
              "delete": {
                "operationId": "resetTie", "tags": ["ties"],
                "summary": "The customer is nobody's from now on, until their next successful conversation.",
                "parameters": ["tie-number"], "responses": {"204": "#Done", "404": "#NotFound"}
              }
            },
            "/v1/reports/queues": {
              "get": {
                "operationId": "reportQueues", "tags": ["reports"],
                "summary": "What happened in the queues; with several of them the last row, without a name, is all \#
        together.",
                "parameters": ["from", "to", "threshold"],
                "responses": {
                  "200": {
                    "description": "As JSON, or as CSV for `Accept: text/csv`.",
                    "headers": {"Vary": {"$ref": "#/components/headers/Vary"}},
                    "content": {
                      "application/json": {"schema": {"$ref": "#/components/schemas/QueueReport"}},
                      "text/csv": {"schema": {"type": "string"}}
                    }
                  }
                }
              }
            },
            "/v1/reports/operators": {
              "get": {
                "operationId": "reportOperators", "tags": ["reports"],
                "summary": "What operators did, and where their time went.",
                "parameters": ["from", "to"],
                "responses": {
                  "200": {
                    "description": "As JSON, or as CSV for `Accept: text/csv`.",
                    "headers": {"Vary": {"$ref": "#/components/headers/Vary"}},
                    "content": {
                      "application/json": {"schema": {"$ref": "#/components/schemas/OperatorReport"}},
                      "text/csv": {"schema": {"type": "string"}}
                    }
                  }
                }
              }
            }
          },
          "parameters": {
            "tie-number": {
              "name": "number", "in": "path", "required": true, "description": "The customer's number.",
              "schema": {"type": "string", "minLength": 1}, "example": "+380671234567"
            },
            "from": {
              "name": "from", "in": "query", "description": "Default 24 hours before `to`, and before it in any case.",
              "schema": "@Moment"
            },
            "to": {"name": "to", "in": "query", "description": "Default now.", "schema": "@Moment"},
            "threshold": {
              "name": "threshold", "in": "query",
              "description": "Seconds within which a call should be answered; default 20.",
              "schema": {"type": "integer", "minimum": 1, "maximum": 3600}
            }
          },
          "schemas": {
            "Tie": {
              "$object": {
                "number": "string", "operator": "string",
                "group?": ["string", "Responsible group; absent: the operator's first."],
                "call": ["string", "Whose conversation made it."], "tied_at": "date"
              }
            },
            "TieList": {"$object": {"ties": "[@Tie]", "next?": "string"}},
            "Discrepancy": {
              "description": "Something that does not add up, because rows are missing or damaged.",
              "$object": {"detail": "string"}
            },
            "QueueReport": {
              "$object": {
                "from": "date", "to": "date", "rows": "[@QueueFigures]", "discrepancies": "[@Discrepancy]"
              }
            },
            "QueueFigures": {
              "description": "Shares are 0 to 1, waits are in seconds.",
              "$object": {
                "queue": {"type": ["string", "null"]}, "entered": "integer", "answered": "integer",
                "lost": "integer", "left_otherwise": "integer", "still_up": "integer", "abandoned": "integer",
                "timed_out": "integer", "left_empty": "integer", "lost_by_restart": "integer",
                "lost_share": "number", "service_level": "number",
                "sl": ["number", "Asterisk's ServicelevelPerf."], "sl2": ["number", "Asterisk's ServicelevelPerf2."],
                "wait_average": "number", "wait_p90": "number", "wait_longest": "number",
                "lost_wait_average": "number", "lost_wait_longest": "number",
                "returning": ["integer", "Answered customers with a last successful operator."],
                "reached_own": ["integer", "Those of them whom that operator answered."], "own_share": "number"
              }
            },
            "OperatorReport": {
              "$object": {
                "from": "date", "to": ["date", "Not after now."], "rows": "[@OperatorFigures]",
                "discrepancies": "[@Discrepancy]"
              }
            },
            "OperatorFigures": {
              "type": "object",
              "description": "Times are in seconds, shares 0 to 1. Each reason of a pause has a key of its own, \#
        `pause_` and the reason.",
              "required": ["operator", "calls", "talk", "idle", "paused", "away"],
              "properties": {"operator": {"type": "string"}},
              "additionalProperties": {"type": "number"}
            }
          }
        }
        """#

    static let localOnly = #"""
        {
          "paths": {
            "/v1/tokens": {
              "get": {
                "operationId": "listTokens", "tags": ["tokens"],
                "summary": "All tokens, by name; never the tokens themselves.", "responses": {"200": "TokenList"}
              },
              "post": {
                "operationId": "addToken", "tags": ["tokens"],
                "summary": "Makes a token. The answer is the only time that it is shown.",
                "requestBody": "@NewToken", "responses": {"201": "MadeToken"}
              }
            },
            "/v1/tokens/{name}": {
              "delete": {
                "operationId": "revokeToken", "tags": ["tokens"],
                "summary": "The token is worth nothing from now on, and its streams of events end.",
                "parameters": ["token-name"], "responses": {"204": "#Done", "404": "#NotFound"}
              }
            },
            "/v1/bans": {
              "get": {
                "operationId": "listBans", "tags": ["server"],
                "summary": "Addresses that nothing is taken from for now, the longest first.",
                "responses": {"200": "BanList"}
              }
            },
            "/v1/bans/{address}": {
              "delete": {
                "operationId": "liftBan", "tags": ["server"], "summary": "The address is listened to from now on.",
                "parameters": ["ban-address"], "responses": {"204": "#Done", "404": "#NotFound"}
              }
            }
          },
          "parameters": {
            "ban-address": {
              "name": "address", "in": "path", "required": true, "schema": "string", "example": "192.0.2.7"
            },
            "token-name": {"name": "name", "in": "path", "required": true, "schema": "string", "example": "crm"}
          },
          "schemas": {
            "Token": {
              "$object": {
                "name": "string", "scopes": "[@Scope]", "created_at": "date", "expires_at?": "date",
                "last_used_on?": ["string", "`2026-11-21`, UTC; absent: it was never used."]
              }
            },
            "Scope": {"type": "string", "enum": ["read", "tasks", "operators", "calls", "admin"]},
            "TokenList": {"$object": {"tokens": "[@Token]"}},
            "NewToken": {
              "$request": true,
              "$object": {
                "name": {"type": "string", "pattern": "^[A-Za-z0-9_.-]{1,64}$"},
                "scopes": {"type": "array", "minItems": 1, "items": {"$ref": "#/components/schemas/Scope"}},
                "expires?": "@OptionalDue"
              }
            },
            "BanList": {"$object": {"bans": "[@Ban]"}},
            "Ban": {
              "$object": {
                "address": ["string", "Numeric; of IPv6 the network, as in `2001:db8:0:1::/64`."],
                "seconds": ["integer", "Until it is listened to again."], "times": ["integer", "1 for its first ban."]
              }
            },
            "MadeToken": {"$object": {"token": "string", "about": "@Token"}}
          }
        }
        """#
}
