"""Who asks when schemathesis fuzzes Hearth, and what only Hearth can know (.ci/fuzz).

Nearly everything is asked by one person at home: in a couple that has rituals, logs and a rest, so that there
is something to reach. What can end a session, an account or a couple, and what only somebody without a
partner can do, is asked by somebody else, who is replaced after each success.
"""

import atexit
import itertools
import os

import requests
import schemathesis
from hypothesis import strategies
from schemathesis.auths import GLOBAL_AUTH_STORAGE, AuthContext, set_on_case
from schemathesis.openapi.checks import EnsureResourceAvailability, RejectedPositiveData

HEARTH = os.environ["HEARTH"]
# What the document gives as examples: whoever tries them is let in.
EMAIL, PASSWORD = "ada@example.org", "seven quiet otters"

numbers = itertools.count()


class Person:
    """Somebody with an account."""

    # A request of theirs that succeeds, where chance alone would hardly find one.
    example = None

    def __init__(self, email=None):
        email = email or f"{next(numbers)}@example.org"
        who = {"email": email, "password": PASSWORD, "name": "Ada", "time_zone": "Europe/Oslo"}
        session = self.send("POST", "/v1/accounts", who, token="")
        self.id, self.token = session["account"]["id"], session["token"]

    def send(self, method, path, body=None, token=None):
        headers = {"X-Request-Id": "not-fuzzed"}
        headers["Authorization"] = f"Bearer {self.token if token is None else token}"
        answer = requests.request(method, HEARTH + path, json=body, headers=headers, timeout=30)
        assert answer.ok, f"{method} {path} answered {answer.status_code}: {answer.text}"
        return answer.json()

    def post(self, path, body=None):
        return self.send("POST", path, body)


def founder(email=None):
    """Somebody who is a couple alone."""
    ada = Person(email)
    ada.post("/v1/couple")
    return ada


def inviter():
    """Somebody with an invitation that is open."""
    ada = founder()
    ada.invitation = ada.post("/v1/couple/invitations")
    ada.example = {"path_parameters": {"id": ada.invitation["id"]}}
    return ada


def invited():
    """Somebody who holds the code of an invitation."""
    ben = Person()
    ben.example = {"body": {"code": inviter().invitation["code"]}, "media_type": "application/json"}
    return ben


def awaited(ada=None):
    """Somebody whose invitation was accepted."""
    ada, ben = ada or founder(), Person()
    ben.post("/v1/invitations/accept", {"code": ada.post("/v1/couple/invitations")["code"]})
    ada.partner, ada.example = ben, {"path_parameters": {"id": ben.id}}
    return ada


def at_home(email=None):
    """One of a couple that has begun."""
    ada = awaited(founder(email))
    ada.post(f"/v1/couple/members/{ada.partner.id}/confirm")
    for cadence in {"kind": "daily"}, {"kind": "weekly", "times": 2}, {"kind": "anytime"}:
        ritual = {"title": "Check-in", "practice": "conversation", "cadence": cadence, "rule": "either"}
        path = f"/v1/rituals/{ada.post('/v1/rituals', ritual)['id']}"
        ada.partner.post(f"{path}/agreement")
        for one in ada, ada.partner:
            one.send("PUT", f"{path}/logs/today", {"note": "By the sea"})
    ada.post("/v1/rests", {"from": "2026-12-24"})
    ada.ritual = ada.send("GET", "/v1/rituals")["data"][0]["id"]
    ada.example = None
    return ada


def thanked():
    """Somebody whose partner said thank you; they gave a heart for it."""
    ada = at_home()
    thanks = ada.partner.post("/v1/appreciations", {"text": "For the note by the kettle."})
    ada.send("PUT", f"/v1/appreciations/{thanks['id']}/heart")
    ada.example = {"path_parameters": {"id": thanks["id"]}}
    return ada


def present():
    """Somebody who sits with the phone in another room."""
    ada = at_home()
    session = ada.post("/v1/presence", {"ritual_id": ada.ritual, "minutes": 30})
    ada.example = {"path_parameters": {"id": session["id"]}}
    return ada


def reminded():
    """Somebody who wants to be reminded."""
    ada = at_home()
    times = {"times": [{"at": "21:30"}]}
    reminder = ada.send("PUT", f"/v1/rituals/{ada.ritual}/reminders", times)
    ada.example = {"path_parameters": {"id": reminder["id"]}, "body": {"minutes": 30}, "media_type": "application/json"}
    return ada


def reminded_plainly():
    """The same, for what takes no body."""
    ada = reminded()
    ada.example = {"path_parameters": ada.example["path_parameters"]}
    return ada


def checked_up(body):
    """Somebody whose check-up is opened, and what they send then."""

    def begin():
        ada = at_home()
        names = [one["id"] for one in ada.send("GET", "/v1/checkups/statements")["statements"]]
        whole = {"answers": dict.fromkeys(names, 3), "closeness": 4}
        for one in ada.partner, ada:
            one.checkup = one.post("/v1/checkups")["id"]
            one.send("PUT", f"/v1/checkups/{one.checkup}/answers", whole)
        ada.example = {"path_parameters": {"id": ada.checkup}, "body": body, "media_type": "application/json"}
        return ada

    return begin


def subscribed():
    """Somebody whose calendar app reads their days."""
    ada = at_home()
    ada.example = {"body": {"details": True}, "media_type": "application/json"}
    ada.feed = ada.post("/v1/calendar")["path"].rsplit("/", 1)[1]
    return ada


def subscribed_app():
    """That app."""
    ada = subscribed()
    ada.example = {"path_parameters": {"file": ada.feed}}
    return ada


class Operator:
    """Whoever reads the metrics."""

    example = None
    token = os.environ["HEARTH_METRICS_TOKEN"]


# By operation; all others are asked by the one at home.
WHO = {
    "getMetrics": Operator,
    "foundCouple": Person,
    "acceptInvitation": invited,
    "invite": founder,
    "deleteInvitation": inviter,
    "confirmMember": awaited,
    "turnAwayMember": awaited,
    "leaveCouple": at_home,
    "eraseMe": at_home,
    "changePassword": at_home,
    "changeEmail": at_home,
    "giveHeart": thanked,
    "takeHeartBack": thanked,
    "finishPresence": present,
    "giveUpPresence": present,
    "snoozeReminder": reminded,
    "dismissReminder": reminded_plainly,
    "shareCheckup": checked_up({"share": "themes"}),
    "proposeIdeas": checked_up({"idea_ids": ["sunday_walk"]}),
    "updateCalendar": subscribed,
    "readCalendar": subscribed_app,
    "revokeToken": at_home,
    "revokeTokens": at_home,
}
people = {}


def name_of(operation):
    return operation.definition.raw["operationId"]


def asks(operation):
    name = name_of(operation)
    name = name if name in WHO else "home"
    if name not in people:
        people[name] = at_home(EMAIL) if name == "home" else WHO[name]()
    return people[name]


@schemathesis.auth(refresh_interval=None)
class Bearer:
    def get(self, case, context):
        return asks(context.operation).token

    def set(self, case, token, context):
        case.headers["Authorization"] = f"Bearer {token}"


@schemathesis.hook
def before_add_examples(context, examples):
    operation = context.operation
    example = asks(operation).example
    if example:
        case = operation.Case(**example)
        set_on_case(case, AuthContext(operation=operation, app=None), GLOBAL_AUTH_STORAGE)
        examples.append(case)


unreached = set()


@schemathesis.hook
def after_load_schema(context, schema):
    for path in schema.raw_schema["paths"].values():
        unreached.update(operation["operationId"] for operation in path.values())


@schemathesis.hook
def after_call(context, case, response):
    if response.status_code < 300:
        name = name_of(case.operation)
        people.pop(name, None)
        unreached.discard(name)


@atexit.register
def tell_what_was_not_reached():
    if unreached:
        print("never answered with success:", *sorted(unreached))


# No schema can say which zones there are.
ZONES = ["Europe/Oslo", "America/New_York", "Pacific/Apia", "Asia/Kathmandu", "America/Caracas", "UTC"]
schemathesis.openapi.format("iana-time-zone", strategies.sampled_from(ZONES))

# Nor how one value depends on another, or on what Hearth holds: then 422 tells so by a code of its own, or
# points at one of these.
RULES = {
    "weak_password",
    "idempotency_mismatch",
    "unknown_invitation",
    "own_invitation",
    "start_out_of_range",
    "date_to_come",
    "date_before_start",
    "prompt_closed",
    "plan_of_nothing",
    "rest_ends_before_it_begins",
}
DEPENDENT = {
    ("query", "/cursor"),
    ("query", "/to"),
    ("body", ""),
    ("body", "/times"),
    ("body", "/email"),
    ("body", "/kind"),
    ("body", "/address"),
    ("body", "/url"),
    ("body", "/token"),
    ("body", "/ritual_id"),
    ("body", "/planner"),
    ("body", "/idea_ids/1"),
    ("body", "/idea_ids/2"),
}


def is_a_rule(response):
    problem = response.json()
    places = {(error["in"], error["pointer"]) for error in problem.get("errors", [])}
    return problem["code"] in RULES or bool(places) and places <= DEPENDENT


@schemathesis.hook
def filter_failure(context, failure, case, response):
    if isinstance(failure, RejectedPositiveData):
        return not (response.status_code == 422 and is_a_rule(response))
    # What somebody else has made is not there for this one: contract.md, "whose".
    if isinstance(failure, EnsureResourceAvailability):
        return name_of(case.operation) not in WHO
    return True
