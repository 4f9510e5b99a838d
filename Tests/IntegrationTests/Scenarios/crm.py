"""A CRM in another language: has one customer called back over the HTTP API, and prints what it saw of that.

usage: crm.py BASE_URL TOKEN DIALER NUMBER
"""

import json
import sys
import threading
import time
import urllib.request

BASE, TOKEN, DIALER, NUMBER = sys.argv[1:]
seen = []


def ask(method, path, body=None, key=None):
    request = urllib.request.Request(BASE + path, method=method)
    request.add_header("Authorization", "Bearer " + TOKEN)
    if key:
        request.add_header("Idempotency-Key", key)
    data = None
    if body is not None:
        request.add_header("Content-Type", "application/json")
        data = json.dumps(body).encode()
    with urllib.request.urlopen(request, data, timeout=10) as answer:
        return json.load(answer)


def listen():
    request = urllib.request.Request(BASE + "/v1/events")
    request.add_header("Authorization", "Bearer " + TOKEN)
    with urllib.request.urlopen(request, timeout=60) as stream:
        name = None
        for line in stream:
            text = line.decode().rstrip("\n")
            if text.startswith("event: "):
                name = text[7:]
            elif text.startswith("data: "):
                seen.append((name, json.loads(text[6:])))


def wait(name, **wanted):
    end = time.monotonic() + 20
    while time.monotonic() < end:
        for kind, data in list(seen):
            if kind == name and all(data.get(key) == value for key, value in wanted.items()):
                return data
        time.sleep(0.05)
    sys.exit(f"{name} {wanted} did not come: {[kind for kind, _ in seen]}")


threading.Thread(target=listen, daemon=True).start()
wait("snapshot")
card = {"name": "Oksana", "fields": {"city": "Kyiv"}}
wish = {"dialer": DIALER, "number": NUMBER, "card": card}
task = ask("POST", "/v1/tasks", wish, key="once")["task"]["task"]
again = ask("POST", "/v1/tasks", wish, key="once")["task"]["task"]
shown = wait("card.shown", task=task)
ask("POST", f"/v1/tasks/{task}/preview/end", {"operator": shown["operator"]})
ended = wait("attempt.ended", task=task)
closed = wait("task.closed", task=task)
detail = ask("GET", f"/v1/tasks/{task}")
print(
    json.dumps(
        {
            "same": task == again,
            "card": shown.get("card", {}).get("name"),
            "number": shown["number"],
            "events": [kind for kind, data in seen if data.get("task") == task],
            "state": detail["task"]["state"],
            "result": detail["task"].get("result"),
            "attempts": [one.get("outcome") for one in detail["attempts"]],
        }
    )
)
