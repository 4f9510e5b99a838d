// Tasks and attempts.

extension OpenAPIDocument {
    static let tasks = #"""
        {
          "paths": {
            "/v1/tasks": {
              "get": {
                "operationId": "listTasks", "tags": ["tasks"], "summary": "Tasks, the last due first.",
                "parameters": [
                  "task-state", "responsible", "dialer", "number", "due-since", "due-until", "limit", "cursor"
                ],
                "responses": {"200": "TaskList"}
              },
              "post": {
                "operationId": "addTask", "tags": ["tasks"],
                "summary": "A customer to be called; if they have an open task in the dialer, that is updated.",
                "requestBody": "@NewTask", "responses": {"200": "TaskDetail", "404": "#NotFound"}
              }
            },
            "/v1/tasks/{id}": {
              "get": {
                "operationId": "getTask", "tags": ["tasks"],
                "summary": "A task with all that was done for it: was the customer called, when, by whom, with what \#
        result.",
                "parameters": ["task-id"], "responses": {"200": "TaskDetail", "404": "#NotFound"}
              }
            },
            "/v1/tasks/{id}/cancel": {
              "post": {
                "operationId": "cancelTask", "tags": ["tasks"],
                "summary": "The customer is not to be called any more. A conversation that has begun goes on.",
                "parameters": ["task-id"], "responses": {"200": "TaskDetail", "404": "#NotFound"}
              }
            },
            "/v1/tasks/{id}/postpone": {
              "post": {
                "operationId": "postponeTask", "tags": ["tasks"],
                "summary": "Puts the task off, or brings it forward; also while its card is shown.",
                "parameters": ["task-id"], "requestBody": "@Postponement",
                "responses": {"200": "TaskDetail", "404": "#NotFound"}
              }
            },
            "/v1/tasks/{id}/start": {
              "post": {
                "operationId": "startTask", "tags": ["tasks"],
                "summary": "The operator does it now, whoever it is for; if they are busy, as soon as they are not.",
                "parameters": ["task-id"], "requestBody": "@TaskOperator",
                "responses": {"200": "TaskDetail", "404": "#NotFound"}
              }
            },
            "/v1/tasks/{id}/preview/end": {
              "post": {
                "operationId": "endPreview", "tags": ["tasks"],
                "summary": "The operator has seen enough of the customer's card: their phone is called at once.",
                "parameters": ["task-id"], "requestBody": "@TaskOperator",
                "responses": {"200": "TaskDetail", "404": "#NotFound"}
              }
            },
            "/v1/tasks/{id}/preview/skip": {
              "post": {
                "operationId": "skipPreview", "tags": ["tasks"],
                "summary": "The operator leaves the task to others, if its dialer allows that.",
                "parameters": ["task-id"], "requestBody": "@TaskOperator",
                "responses": {"200": "TaskDetail", "404": "#NotFound"}
              }
            },
            "/v1/attempts": {
              "get": {
                "operationId": "listAttempts", "tags": ["tasks"], "summary": "The attempts log, newest first.",
                "parameters": ["task", "operator", "dialer", "number", "since", "until", "limit", "cursor"],
                "responses": {"200": "AttemptList", "404": "#NotFound"}
              }
            }
          },
          "parameters": {
            "task-id": {"name": "id", "in": "path", "required": true, "schema": "string", "example": "1B2XK7Q"},
            "task": {"name": "task", "in": "query", "description": "Id of a task.", "schema": "string"},
            "task-state": {"name": "state", "in": "query", "schema": "=open|closed"},
            "responsible": {
              "name": "responsible", "in": "query", "description": "Id of the responsible operator.",
              "schema": "string"
            },
            "due-since": {"name": "due_since", "in": "query", "description": "Due from then on.", "schema": \#
        "@DueMoment"},
            "due-until": {"name": "due_until", "in": "query", "description": "Due before then.", "schema": "@DueMoment"}
          },
          "schemas": {
            "DueMoment": {
              "description": "A date and time, how long ago, or with a plus sign how long from now.",
              "anyOf": [
                {"type": "string", "format": "date-time"},
                {"type": "string", "pattern": "^\\+?([0-9]{1,3}[smhd]){1,3}$"}
              ]
            },
            "Task": {
              "$object": {
                "task": "string", "dialer": "string", "number": "string", "state": "=open|closed",
                "due": ["date", "When the customer is, or was, to be called."],
                "responsible?": ["string", "Whose task it is first."],
                "group?": ["string", "The skill group behind them."],
                "source": "=lost_call|customer|hang_up|form|click|import|program", "source_call?": "string",
                "stage": ["=own|group|anyone", "How far it has been released."],
                "attempts": ["integer", "Attempts that have begun."],
                "operator?": ["string", "Who has an attempt of it under way."], "opened_at": "date",
                "updated_at": ["date", "When somebody last asked for it."],
                "result?": "=resolved|cancelled|given_up|handed_to_crm|merged",
                "result_detail?": [
                  "string", "The call that resolved it, the outcome with which it was given up, or the task that it \#
        became part of."
                ],
                "closed_at?": "date"
              }
            },
            "TaskList": {"$object": {"tasks": "[@Task]", "next?": "string"}},
            "TaskDetail": {
              "$object": {
                "task": "@Task", "now?": "@TaskNow", "attempts": ["[@Attempt]", "Newest first, at most 100."],
                "card?": "@TaskCard"
              }
            },
            "TaskNow": {
              "description": "What goes on with an open task.",
              "$object": {
                "state": "=scheduled|waiting|number_in_use|previewing|ringing|dialling|talking|pending|parked",
                "operator?": "string", "stage?": "=own|group|anyone",
                "until?": ["date", "When this ends if nothing happens."],
                "opens?": ["date", "The calling hours, as far as they are known."], "closes?": "date"
              }
            },
            "Attempt": {
              "$object": {
                "kind": "=attempt|responsible_wait_expired", "number?": ["integer", "From 1; absent for a wait."],
                "operator": "string", "outcome?": "=ANSWER|NOANSWER|BUSY|CANCEL|DROP|FAILED",
                "status?": ["integer", "The SIP status with which the customer's network ended the dial."],
                "call?": "string", "began": "date", "dialled_at?": "date", "rang_at?": "date",
                "answered_at?": "date", "ended_at": "date"
              }
            },
            "AttemptList": {"$object": {"attempts": "[@AttemptRow]", "next?": "string"}},
            "AttemptRow": {
              "$object": {"task": "string", "dialer?": "string", "customer?": "string", "attempt": "@Attempt"}
            },
            "NewTask": {
              "$request": true,
              "$object": {
                "dialer": "string", "number": "@Number", "due?": "@OptionalDue",
                "responsible?": {"type": ["string", "null"], "description": "Id of an operator."},
                "group?": {
                  "type": ["string", "null"], "description": "Absent: the responsible operator's first group."
                },
                "card?": {"anyOf": [{"$ref": "#/components/schemas/TaskCard"}, {"type": "null"}]}
              }
            },
            "TaskCard": {
              "description": "What the operator is to see of the customer. No control characters.",
              "type": "object",
              "properties": {
                "name": {"type": ["string", "null"], "maxLength": 200},
                "fields": {
                  "type": ["object", "null"], "maxProperties": 50,
                  "propertyNames": {"maxLength": 100},
                  "additionalProperties": {"type": "string", "maxLength": 2000}
                },
                "order": {
                  "type": ["array", "null"], "items": {"type": "string"}, "maxItems": 50,
                  "description": "Names of fields in the order in which they are shown; the others follow by name."
                }
              }
            },
            "OptionalDue": {
              "description": "A date and time, or how long from now; absent: now.",
              "anyOf": [
                {"type": "string", "format": "date-time"}, {"$ref": "#/components/schemas/Span"}, {"type": "null"}
              ]
            },
            "Postponement": {"$request": true, "$object": {"due": "@Due"}},
            "TaskOperator": {"$request": true, "$object": {"operator": ["string", "Id of the operator who does it."]}}
          }
        }
        """#
}
