"""Reads the calendar feed of a running Hearth with parsers that know nothing of it (.ci/calendar).

What comes when is worked out here once more, from docs/rules.md and the zones' data of another package.
"""

import json
import os
import urllib.request
from datetime import date, datetime, time, timedelta, timezone
from zoneinfo import ZoneInfo

import icalendar
import recurring_ical_events

HEARTH = os.environ["HEARTH"]
DAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
# A day begins at four: what comes before is still the day before's.
DAY_START = time(4)
# Rules for north and south, one of half an hour, dates that follow the moon, and no change at all.
ZONES = [
    "Europe/Oslo",
    "America/New_York",
    "Australia/Lord_Howe",
    "Africa/Casablanca",
    "Asia/Kathmandu",
    "UTC",
]
# Through each change of the clocks that a year has, and then some.
SPAN = timedelta(days=400)
YEARS = 10


class Person:
    """Somebody with an account."""

    def __init__(self, name):
        who = {"email": f"{name}@example.org", "password": "seven quiet otters", "name": name, "time_zone": "UTC"}
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


def couple():
    ada, ben = Person("Ada"), Person("Ben")
    ada.send("POST", "/v1/couple")
    ben.send("POST", "/v1/invitations/accept", {"code": ada.send("POST", "/v1/couple/invitations")["code"]})
    ada.send("POST", f"/v1/couple/members/{ben.id}/confirm")
    return ada


class Ritual:
    """A ritual of Ada's, and when she is reminded of it."""

    def __init__(self, ada, title, begins, cadence, times, minutes=None):
        self.title, self.begins, self.cadence, self.minutes = title, begins, cadence, minutes or 15
        self.times = [(time.fromisoformat(one["at"]), one.get("days")) for one in times]
        wish = {"title": title, "practice": "rituals", "cadence": cadence, "rule": "both"}
        wish |= {"starts_on": str(begins), "target_minutes": minutes}
        self.path = f"/v1/rituals/{ada.send('POST', '/v1/rituals', wish)['id']}/reminders"
        ada.send("PUT", self.path, {"times": times})

    def is_on(self, day, chosen):
        weekday = DAYS[day.weekday()]
        if self.cadence["kind"] == "weekdays" and weekday not in self.cadence["days"]:
            return False
        if self.cadence["kind"] == "every" and not chosen:
            return (day - self.begins).days % self.cadence["days"] == 0
        return not chosen or weekday in chosen

    def moments(self, zone, first, last, rest):
        """When each reminder comes from one date to another."""
        for days in range((last - first).days + 1):
            day = first + timedelta(days)
            if day < self.begins or rest[0] <= day <= rest[1]:
                continue
            for at, chosen in self.times:
                if self.is_on(day, chosen):
                    shown = day + timedelta(1) if at < DAY_START else day
                    moment = datetime.combine(shown, at, zone).astimezone(timezone.utc)
                    yield moment, self.title, timedelta(minutes=self.minutes)


def rituals(ada, today):
    long_ago, lately = today - timedelta(days=900), today - timedelta(days=5)
    every = {"kind": "every", "days": 3}
    some = {"kind": "weekdays", "days": ["mon", "wed", "fri", "sat"]}
    weekly = {"kind": "weekly", "times": 1}
    late = {"at": "00:15", "days": ["fri", "sun"]}
    return [
        Ritual(ada, "Each night", long_ago, {"kind": "daily"}, [{"at": "21:30"}, late]),
        Ritual(ada, "Date night; the two of us, \\o/", lately, weekly, [{"at": "17:00", "days": ["tue"]}], 120),
        Ritual(ada, "Grüße " + "ü" * 60, long_ago, every, [{"at": "06:45"}, {"at": "03:45"}], 5),
        Ritual(ada, "Some days", lately, some, [{"at": "12:00"}, {"at": "23:59", "days": ["fri", "sun"]}]),
    ]


def read(path):
    """The feed, whole and without a fault that the parser would forgive."""
    with urllib.request.urlopen(HEARTH + path, timeout=30) as answer:
        assert answer.headers["Content-Type"] == "text/calendar; charset=utf-8", answer.headers
        text = answer.read()
    lines = text.split(b"\r\n")
    assert lines[-1] == b"" and all(len(line) <= 75 and b"\n" not in line for line in lines)
    calendar = icalendar.Calendar.from_ical(text)
    assert [(one.name, one.errors) for one in calendar.walk() if one.errors] == []
    uids = [event["UID"] for event in calendar.events]
    assert len(set(uids)) == len(uids), "an event's name stands twice"
    assert all("DTSTAMP" in event and "SUMMARY" in event for event in calendar.events)
    return calendar


def check_zone(calendar, name, today):
    """The zone as the feed tells it is the zone as others know it."""
    [told] = calendar.timezones
    assert told.tz_name == name, told.tz_name
    told, known = told.to_tz(lookup_tzid=False), ZoneInfo(name)
    first = datetime.combine(today - timedelta(days=20), time())
    for hours in range(0, YEARS * 365 * 24, 6):
        # At half past four no clock is set, nor every six hours from then.
        shown = first + timedelta(hours=hours, minutes=270)
        assert shown.replace(tzinfo=told).utcoffset() == shown.replace(tzinfo=known).utcoffset(), (name, shown)


def check_times(calendar, name, kept, today, rest):
    """What the parser makes of the feed is what the rules say, from the month before on."""
    zone = ZoneInfo(name)
    first = (today.replace(day=1) - timedelta(days=1)).replace(day=1)
    last = today + SPAN
    wanted = sorted(moment for ritual in kept for moment in ritual.moments(zone, first, last, rest))
    begin = datetime.combine(first, DAY_START, zone)
    end = datetime.combine(last + timedelta(1), DAY_START, zone)
    found = []
    for event in recurring_ical_events.of(calendar, skip_bad_series=False).between(begin, end):
        start = event["DTSTART"].dt
        if "RRULE" in event or getattr(start, "tzinfo", None):
            length = event.end - event.start
            found.append((start.astimezone(timezone.utc), str(event["SUMMARY"]), length))
    found = sorted(one for one in found if begin <= one[0] < end)
    assert found == wanted, f"{name}: {sorted(set(found) ^ set(wanted))[:4]}"
    return found


def check_next(ada, kept, found, now):
    """What Hearth will do next, by its own word, is what the calendar shows next."""
    for ritual in kept:
        if ritual.cadence["kind"] in ("daily", "weekly"):
            said = datetime.fromisoformat(ada.send("GET", ritual.path)["next_at"])
            shown = min(moment for moment, title, _ in found if title == ritual.title and moment > now)
            assert said == shown, (ritual.title, said, shown)


def check_plans(calendar, today):
    plans = [event for event in calendar.events if "RRULE" not in event]
    shown = {str(event["SUMMARY"]): event["DTSTART"].dt for event in plans}
    dinner = datetime.combine(today + timedelta(days=8), time(19, 30))
    assert shown == {"Each night: dinner": dinner, "You land in Oslo": today + timedelta(days=60)}, shown


def main():
    ada = couple()
    today = date.fromisoformat(ada.send("GET", "/v1/today")["date"])
    kept = rituals(ada, today)
    rest = today + timedelta(days=20), today + timedelta(days=29)
    ada.send("POST", "/v1/rests", {"from": str(rest[0]), "to": str(rest[1])})
    night = ada.send("GET", "/v1/rituals")["data"][0]["id"]
    dinner = {"ritual_id": night, "date": str(today + timedelta(days=8)), "at": "19:30", "title": "dinner"}
    ada.send("POST", "/v1/plans", dinner)
    ada.send("POST", "/v1/plans", {"date": str(today + timedelta(days=60)), "title": "You land in Oslo"})
    path = ada.send("POST", "/v1/calendar", {"details": True})["path"]
    print("secret:", path.removeprefix("/v1/calendar/").removesuffix(".ics"))
    count = 0
    for name in ZONES:
        ada.send("PATCH", "/v1/me", {"time_zone": name})
        here = date.fromisoformat(ada.send("GET", "/v1/today")["date"])
        calendar = read(path)
        check_zone(calendar, name, here)
        found = check_times(calendar, name, kept, here, rest)
        check_next(ada, kept, found, datetime.now(timezone.utc))
        check_plans(calendar, today)
        count += len(found)
    print(f"calendar: {count} occasions in {len(ZONES)} zones, each as the rules say; {YEARS} years of each zone")


main()
