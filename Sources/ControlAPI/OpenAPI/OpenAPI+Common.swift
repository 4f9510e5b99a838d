// What all parts of the description share.

extension OpenAPIDocument {
    static let head = #"""
        {
          "openapi": "3.1.0",
          "info": {
            "title": "Burdock",
            "version": "1",
            "summary": "A call-centre agent for SIP: calls, operators, tasks, and what happens to them.",
            "description": "Times are RFC 3339 in UTC with milliseconds; telephone numbers are E.164 with a plus \#
        sign where they come from the server, and may be written as people do where they go to it. Lists have \#
        `limit` and `cursor`: what `next` of an answer says is the `cursor` of the next page. Errors are \#
        `application/problem+json` with a stable `type`. A `POST` with an `Idempotency-Key` is carried out once \#
        within 24 hours, however often it is sent. `GET /v1/events` tells what happens as it happens.",
            "license": {"name": "GPL-3.0-or-later", "identifier": "GPL-3.0-or-later"}
          },
          "servers": [{"url": "/"}]
        }
        """#

    static let base = #"""
        {
          "securitySchemes": {
            "token": {
              "type": "http", "scheme": "bearer",
              "description": "`Authorization: Bearer bk_…`, made by `burdock token add`. The scope that an operation \#
        needs stands beside it; `admin` includes all."
            }
          },
          "headers": {
            "WWW-Authenticate": {"schema": {"type": "string"}, "description": "RFC 6750 section 3"},
            "Retry-After": {"schema": {"type": "integer"}, "description": "Seconds until it may be tried again."},
            "Location": {"schema": {"type": "string"}, "description": "Path of what was made."},
            "Vary": {"schema": {"type": "string"}}
          },
          "responses": {
            "BadRequest": {
              "description": "A parameter, a header or the body is wrong: `detail` and `errors` say what, `next` \#
        what to do.",
              "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
            },
            "Unauthorized": {
              "description": "There is no token, or it is unknown, expired or revoked.",
              "headers": {"WWW-Authenticate": {"$ref": "#/components/headers/WWW-Authenticate"}},
              "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
            },
            "MissingScope": {
              "description": "The token has not the scope that is needed, which is named.",
              "headers": {"WWW-Authenticate": {"$ref": "#/components/headers/WWW-Authenticate"}},
              "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
            },
            "NotFound": {
              "description": "There is no such thing: `type` says of which kind.",
              "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
            },
            "Conflict": {
              "description": "It does not go together with how things are, or the `Idempotency-Key` is in use just \#
        now.",
              "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
            },
            "TooLarge": {
              "description": "The body is larger than 1 MiB.",
              "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
            },
            "KeyReused": {
              "description": "The `Idempotency-Key` belongs to another request of the last 24 hours.",
              "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
            },
            "TooManyRequests": {
              "description": "Requests come too fast, or too many programs listen.",
              "headers": {"Retry-After": {"$ref": "#/components/headers/Retry-After"}},
              "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
            },
            "ServerError": {
              "description": "A mistake of the server, which is in its log.",
              "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
            },
            "Unavailable": {
              "description": "The records cannot be read or written now; calls go on.",
              "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
            },
            "Done": {"description": "It is done."}
          }
        }
        """#

    static let common = #"""
        {
          "parameters": {
            "limit": {
              "name": "limit", "in": "query", "description": "Rows of a page at most.",
              "schema": {"type": "integer", "minimum": 1, "maximum": 10000}
            },
            "cursor": {
              "name": "cursor", "in": "query", "description": "What `next` was in the answer before.",
              "schema": {"type": "string", "pattern": "^-?[0-9a-z]{1,12}(\\.-?[0-9a-z]{1,12}){1,3}$"}
            },
            "name-cursor": {
              "name": "cursor", "in": "query", "description": "What `next` was in the answer before.",
              "schema": "string"
            },
            "number": {"name": "number", "in": "query", "description": "The customer's number.", "schema": "@Number"},
            "queue": {"name": "queue", "in": "query", "description": "Name of a queue.", "schema": "string"},
            "operator": {"name": "operator", "in": "query", "description": "Id of an operator.", "schema": "string"},
            "dialer": {"name": "dialer", "in": "query", "description": "Name of a dialer.", "schema": "string"},
            "since": {"name": "since", "in": "query", "description": "From then on.", "schema": "@Moment"},
            "until": {"name": "until", "in": "query", "description": "Before then.", "schema": "@Moment"},
            "Idempotency-Key": {
              "name": "Idempotency-Key", "in": "header",
              "description": "A name for this request, unique among those of the token. The same request with the \#
        same key is answered as it was the first time, with `Idempotency-Replayed: true`.",
              "schema": {"type": "string", "pattern": "^[!-~]{1,255}$"}
            },
            "Demanded-Idempotency-Key": {
              "name": "Idempotency-Key", "in": "header", "required": true,
              "description": "A name for this request, unique among those of the token. Nothing is done without one.",
              "schema": {"type": "string", "pattern": "^[!-~]{1,255}$"}
            }
          },
          "schemas": {
            "Number": {
              "type": "string",
              "description": "A telephone number as people write it. The server brings it to E.164 by the rules \#
        under `numbers` of its configuration.",
              "pattern": "^(\\+[1-9][0-9]{0,14}|[1-9][0-9 ().\\/-]{0,14}|0([1-9 ().\\/-][0-9 ().\\/-]{0,11})?)$",
              "examples": ["+380671234567"]
            },
            "Span": {
              "type": "string", "description": "A span of time: `90s`, `10m`, `2h`, `7d`, `1h30m`.",
              "pattern": "^([0-9]{1,3}[smhd]){1,3}$"
            },
            "Moment": {
              "description": "A date and time, or how long ago.",
              "anyOf": [{"type": "string", "format": "date-time"}, {"$ref": "#/components/schemas/Span"}]
            },
            "Due": {
              "description": "A date and time, or how long from now.",
              "anyOf": [{"type": "string", "format": "date-time"}, {"$ref": "#/components/schemas/Span"}]
            },
            "Flag": {"type": "string", "enum": ["true", "false", "1", "0", ""]},
            "Problem": {
              "description": "An error (RFC 9457).",
              "$object": {
                "type": ["string", "Stable: `urn:burdock:problem:no-such-operator`."],
                "title": ["string", "The same for all problems of a type."],
                "status": "integer",
                "detail": ["string", "What is wrong this time."],
                "next?": ["string", "What to do about it."],
                "instance?": ["string", "The path that was asked for."],
                "errors?": ["[@ProblemItem]", "What is wrong with the body, piece by piece."]
              }
            },
            "ProblemItem": {
              "$object": {"pointer": ["string", "A JSON pointer into the body; empty: all of it."], "detail": "string"}
            }
          }
        }
        """#
}
