"""Receives the webhooks of a running Hearth, and believes only what the reference library believes (.ci/webhook)."""

import json
import os
import queue
import threading
import time
import urllib.error
import urllib.request
from datetime import datetime, timezone
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from standardwebhooks import Webhook, WebhookVerificationError

HEARTH = os.environ["HEARTH"]
# How long a message may take.
PATIENCE = 30


class Listener:
    """A program that listens for messages, and answers with a status of its own."""

    def __init__(self, host):
        self.heard, self.status, self.location = queue.Queue(), 204, None
        listener = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                listener.heard.put((dict(self.headers.items()), body.decode()))
                self.send_response(listener.status)
                if listener.location:
                    self.send_header("Location", listener.location)
                self.end_headers()

            do_GET = do_POST

            def log_message(self, *_):
                pass

        self.server = ThreadingHTTPServer((host, 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.url = f"http://{host}:{self.server.server_port}/hook"

    def hears(self):
        return self.heard.get(timeout=PATIENCE)


class Person:
    """Somebody with an account, where it is noon."""

    def __init__(self, name):
        ahead = 12 - datetime.now(timezone.utc).hour
        # These names count westward.
        zone = f"Etc/GMT{-ahead:+d}" if ahead else "UTC"
        who = {"email": f"{name}@example.org", "password": "seven quiet otters", "name": name, "time_zone": zone}
        self.token = None
        session = self.send("POST", "/v1/accounts", who)
        self.id, self.token = session["account"]["id"], session["token"]

    def send(self, method, path, body=None):
        headers = {"Content-Type": "application/json"} if body is not None else {}
        if self.token:
            headers["Authorization"] = f"Bearer {self.token}"
        body = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(HEARTH + path, body, headers, method=method)
        with urllib.request.urlopen(request, timeout=30) as answer:
            said = answer.read()
        return json.loads(said) if said else None

    def refused(self, method, path, body):
        try:
            self.send(method, path, body)
        except urllib.error.HTTPError as error:
            return error.code
        raise AssertionError(f"{path} took {body}")

    def channel(self, made):
        all_of_them = self.send("GET", "/v1/channels")["data"]
        return next(one for one in all_of_them if one["id"] == made["id"])

    def settled(self, made):
        """What became of the first message to a channel."""
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            channel = self.channel(made)
            if channel["last_success_at"] or channel["last_failure"]:
                return channel
            time.sleep(0.1)
        raise AssertionError("nothing became of it")


def is_believed(secret, headers, body):
    try:
        Webhook(secret).verify(body, headers)
    except WebhookVerificationError:
        return False
    return True


def changed(headers, name, value):
    return {key: value if key.lower() == name else old for key, old in headers.items()}


def main():
    ada, ben = Person("Ada"), Person("Ben")
    ada.send("POST", "/v1/couple")
    ben.send("POST", "/v1/invitations/accept", {"code": ada.send("POST", "/v1/couple/invitations")["code"]})
    ada.send("POST", f"/v1/couple/members/{ben.id}/confirm")
    wish = {"title": "Check-in", "practice": "conversation", "cadence": {"kind": "daily"}, "rule": "both"}
    ritual = ada.send("POST", "/v1/rituals", wish)["id"]
    ben.send("POST", f"/v1/rituals/{ritual}/agreement")

    hook, canary = Listener("127.0.0.2"), Listener("127.0.0.1")
    made = ada.send("POST", "/v1/channels", {"kind": "webhook", "url": hook.url, "details": True})
    secret = made["secret"]
    ada.send("POST", f"/v1/channels/{made['id']}/test")
    headers, body = hook.hears()
    assert is_believed(secret, headers, body), headers
    assert json.loads(body)["type"] == "test", body
    other = ada.send("POST", "/v1/channels", {"kind": "webhook", "url": hook.url})["secret"]
    for secret_, headers_, body_ in [
        (other, headers, body),
        (secret, headers, body.replace("test", "rest")),
        (secret, changed(headers, "webhook-id", "another"), body),
        (secret, changed(headers, "webhook-timestamp", str(int(time.time()) - 1)), body),
    ]:
        assert not is_believed(secret_, headers_, body_), (headers_, body_)

    # Ben taps Ada's shoulder: both of her webhooks hear of it, each in its own words.
    ada.send("PUT", f"/v1/rituals/{ritual}/reminders", {"times": [], "nudges": True})
    ben.send("POST", f"/v1/rituals/{ritual}/nudge")
    told = [hook.hears(), hook.hears()]
    for secret_, has_details in [(secret, True), (other, False)]:
        [mine] = [json.loads(body) for headers, body in told if is_believed(secret_, headers, body)]
        assert mine["type"] == "reminder", mine
        assert ("Check-in" in json.dumps(mine)) == has_details, mine
    assert told[0][0]["webhook-id"] == told[1][0]["webhook-id"]

    # Where nobody is allowed: by its number, by a name for it, and by a way around.
    assert ada.refused("POST", "/v1/channels", {"kind": "webhook", "url": canary.url}) == 422
    by_name = canary.url.replace("http://127.0.0.1", "https://localhost")
    hook.status, hook.location = 307, canary.url
    for url in by_name, hook.url:
        around = ada.send("POST", "/v1/channels", {"kind": "webhook", "url": url})
        ada.send("POST", f"/v1/channels/{around['id']}/test")
        channel = ada.settled(around)
        assert channel["last_success_at"] is None, channel
        print("refused:", channel["last_failure"]["text"])
    assert canary.heard.empty(), canary.heard.get()

    # Whoever wants no more gets no more.
    hook.status, hook.location = 410, None
    ended = ada.send("POST", "/v1/channels", {"kind": "webhook", "url": hook.url})
    ada.send("POST", f"/v1/channels/{ended['id']}/test")
    assert not ada.settled(ended)["enabled"]
    print("the reference library believed every message, and nothing that was changed; the canary heard nothing")


main()
