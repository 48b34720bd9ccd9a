"""Does what a plan says, with locust: `python -m loadtests.peaks.drive PLAN RESULTS`.

Each line of a pool is a locust user with one keep-alive connection; it takes the pool's next act,
waits for its instant and does it. An act that begins late tells by how much: the lines were busy.
"""

import re
import sys
import time
from collections import deque
from datetime import date, timedelta
from pathlib import Path
from typing import Any, ClassVar
from urllib.parse import urlencode
from uuid import NAMESPACE_OID, uuid5

import gevent
import msgspec
from locust import FastHttpUser, constant, task
from locust.env import Environment
from locust.exception import StopUser

from loadtests.peaks.plan import Act, Plan
from loadtests.peaks.results import Asked, Outcome, Results

GUEST = {"first_name": "Ada", "last_name": "Martin", "email": "ada@demo.example"}
OTHER_HOUSES, WAITS = 3, 4
SHEET = {
    "last_name": "Keller",
    "first_names": "Anna",
    "birth_place": "Bern",
    "born_on": "1980-05-31",
    "nationality": "CH",
    "address": "Marktgasse 1, 3011 Bern, Suisse",
    "mobile": "+41 79 123 45 67",
    "email": "anna@demo.example",
    "signed_name": "Anna Keller",
}
MARK = re.compile(r'name="_csrf_token" value="([^"]*)"')
ID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")


class Desk:
    """What a browser keeps of a page with a form: its cookies, and the form's mark."""

    def __init__(self, cookies: str, page: Any) -> None:
        found = MARK.search(page.text or "")
        self.csrf_token = found[1] if found else ""
        given = str((page.headers or {}).get("set-cookie", "")).partition(";")[0]
        self.cookies = f"{cookies}; {given}" if given else cookies


class Stage:
    """What all lines share: the plan's acts by pool, the clock, what was seen."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.waiting = {pool: deque[tuple[int, Act]]() for pool in plan.lines}
        for number, act in enumerate(plan.acts):
            self.waiting[act.pool].append((number, act))
        self.began = time.monotonic() + 1.0
        self.results = Results(began=self.began, seconds=0, cpu_s=0, asked=[], outcomes=[])
        self.ends = plan.seconds

    def now(self) -> float:
        return time.monotonic() - self.began


class Line(FastHttpUser):
    """One connection of a pool."""

    abstract = True
    wait_time = constant(0)
    network_timeout = 30.0
    connection_timeout = 30.0
    stage: ClassVar[Stage]
    pool: ClassVar[str]

    @task
    def play(self) -> None:
        """The next act; a pool without acts is done, and what is late after the end is let go."""
        waiting = self.stage.waiting[self.pool]
        if not waiting or self.stage.now() > self.stage.ends:
            raise StopUser
        number, act = waiting.popleft()
        pause = act.at - self.stage.now()
        if pause > 0:
            gevent.sleep(pause)
        self.key = f"{self.stage.plan.name}-{number}"
        began = self.stage.now()
        outcome, reference = getattr(self, act.kind)(act)
        self.stage.results.outcomes.append(
            Outcome(
                at=act.at,
                late=max(began - act.at, 0),
                seconds=self.stage.now() - began,
                kind=act.kind,
                outcome=outcome,
                reference=reference,
            )
        )

    def ask(
        self, name: str, method: str, path: str, good: tuple[int, ...] = (200,), **more: Any
    ) -> Any:
        """One request; its answer, with what became of it kept."""
        began = self.stage.now()
        with self.client.request(
            method, path, name=name, catch_response=True, allow_redirects=False, **more
        ) as answer:
            status = answer.status_code or 0
            problem = "" if status in good else problem_of(answer, status)
            answer.success()
        self.stage.results.asked.append(
            Asked(
                at=began,
                name=name,
                ms=(self.stage.now() - began) * 1000,
                status=status,
                problem=problem,
                bytes=len(answer.content or b""),
            )
        )
        return answer

    def look(self, act: Act) -> tuple[str, str]:
        return self._plain("result page", act.target)

    def see(self, act: Act) -> tuple[str, str]:
        return self._plain("house page", act.target)

    def sweep(self, act: Act) -> tuple[str, str]:
        name = "search (program)" if "/search?" in act.target else "house (program)"
        return self._plain(name, act.target)

    def _plain(self, name: str, path: str) -> tuple[str, str]:
        return outcome_of(self.ask(name, "GET", path).status_code or 0), ""

    def book(self, act: Act) -> tuple[str, str]:
        """Search, choose, quote, hold, pay; who finds the room gone takes another house, three
        times; who is told to wait waits."""
        assert act.stay is not None
        found = self._patient("search", "GET", f"/api/v1/search?{act.stay.query()}")
        if found.status_code != 200:
            return outcome_of(found.status_code), ""
        hits = found.json()["hits"]
        place = int(act.chance**2 * len(hits))
        for turn, hit in enumerate(hits[place:] + hits[:place]):
            if turn == OTHER_HOUSES:
                return "gone", ""
            booking = self._hold(hit, act, turn)
            if booking is not None:
                return self._pay(booking)
        return "nothing left", ""

    def _hold(self, hit: dict[str, Any], act: Act, turn: int) -> dict[str, Any] | None:
        stay = act.stay
        assert stay is not None
        wish = {
            "property": hit["property"],
            "arrival": str(stay.arrival),
            "departure": str(stay.departure),
            "rate_plan": hit["rate_plan"],
            "rooms": [{"room_type": r["room_type"], **r["party"]} for r in hit["rooms"]],
        }
        quote = self._write("quote", "/api/v1/quotes", wish, turn)
        if quote is None:
            return None
        return self._write("hold", f"/api/v1/quotes/{quote['token']}/hold", {}, turn)

    def _pay(self, booking: dict[str, Any]) -> tuple[str, str]:
        card = {
            "guest": GUEST,
            "payment_method": "pm_card_visa",
            "total_cents": booking["total_cents"],
        }
        paid = self._write("pay", f"/api/v1/bookings/{booking['token']}/payment", card, 0)
        if paid is None or paid["state"] != "confirmed":
            return "unpaid", booking["reference"]
        return "booked", booking["reference"]

    def cancel(self, act: Act) -> tuple[str, str]:
        """The refund is shown, then exactly that is asked for."""
        path = f"/api/v1/bookings/{act.target}"
        shown = self._patient("see refund", "GET", f"{path}/refund")
        if shown.status_code != 200:
            return outcome_of(shown.status_code), ""
        body = {"refund_cents": shown.json()["refund_cents"]}
        gone = self._write("cancel", f"{path}/cancellation", body, 0)
        return ("cancelled", gone["reference"]) if gone else ("kept", "")

    def check_in(self, act: Act) -> tuple[str, str]:
        """The desk: today's page, the booking, the button; for every third guest a police sheet."""
        path = f"/pro/bookings/{act.target}"
        cookies = f"session={act.cookie}"
        self.ask("today", "GET", "/pro/today", headers={"cookie": cookies})
        shown = self.ask("booking page", "GET", path, headers={"cookie": cookies})
        desk = Desk(cookies, shown)
        done = self._form("check in", path, {"act": "check_in"}, desk)
        if done.status_code != 303:
            return outcome_of(done.status_code or 0), ""
        if act.chance < 1 / 3:
            sheets = "/pro/police/sheets"
            begun = self._form("begin sheet", sheets, {"booking": act.target}, desk)
            sheet = ID.search((begun.headers or {}).get("location", ""))
            if sheet is None:
                return "no sheet", ""
            stay = {"arrival": act.body, "departure": after(act.body), "act": "sign"}
            signed = self._form("sign sheet", f"{sheets}/{sheet[0]}", SHEET | stay, desk)
            return ("signed in" if signed.status_code == 303 else "no signature"), act.target
        return "checked in", act.target

    def push(self, act: Act) -> tuple[str, str]:
        answer = self._patient(
            "push",
            "PUT",
            "/api/v1/house/calendar",
            data=act.body,
            headers={
                "content-type": "application/json",
                "idempotency-key": self.key,
                "cookie": f"session={act.cookie}",
            },
        )
        return ("pushed" if answer.status_code == 200 else outcome_of(answer.status_code)), ""

    def _form(self, name: str, path: str, data: dict[str, str], desk: "Desk") -> Any:
        body = urlencode({"_csrf_token": desk.csrf_token, **data})
        headers = {"cookie": desk.cookies, "content-type": "application/x-www-form-urlencoded"}
        return self.ask(name, "POST", path, (303,), data=body, headers=headers)

    def _write(self, name: str, path: str, body: dict[str, Any], turn: int) -> Any:
        """What a write answered, or None when it was refused."""
        key = str(uuid5(NAMESPACE_OID, f"{self.key}-{name}-{turn}"))
        answer = self._patient(name, "POST", path, json=body, headers={"idempotency-key": key})
        return answer.json() if answer.status_code in {200, 201} else None

    def _patient(self, name: str, method: str, path: str, **more: Any) -> Any:
        """Who is told to come again does so, with the same key, as often as people would."""
        answer = self.ask(name, method, path, (200, 201), **more)
        for _ in range(WAITS):
            if answer.status_code not in {429, 503}:
                break
            after = (answer.headers or {}).get("retry-after", "1")
            gevent.sleep(min(float(after), 3.0))
            answer = self.ask(name, method, path, (200, 201), **more)
        return answer


def problem_of(answer: Any, status: int) -> str:
    """Why it was refused: the problem's code, the status, or what cut the line."""
    if status == 0:
        return type(answer.error).__name__ if getattr(answer, "error", None) else "no answer"
    try:
        return str(msgspec.json.decode(answer.content)["type"]).rpartition(":")[2]
    except (msgspec.DecodeError, KeyError, TypeError):
        return str(status)


def outcome_of(status: int) -> str:
    if status == 200:
        return "answered"
    if status in {429, 503}:
        return "told to wait"
    return "refused" if 400 <= status < 500 else "failed"


def after(day: str) -> str:
    return str(date.fromisoformat(day) + timedelta(days=1))


def run(plan: Plan) -> Results:
    """Play a whole plan."""
    stage, used = Stage(plan), time.process_time()
    pools = [
        type(f"Line_{pool}", (Line,), {"stage": stage, "pool": pool, "fixed_count": number})
        for pool, number in plan.lines.items()
        if stage.waiting[pool]
    ]
    environment = Environment(user_classes=pools, host=plan.address)
    runner = environment.create_local_runner()
    total = sum(plan.lines[pool.pool] for pool in pools)
    runner.start(total, spawn_rate=total)
    while runner.user_count or stage.now() < 0:
        gevent.sleep(0.1)
    runner.quit()
    return msgspec.structs.replace(
        stage.results, seconds=stage.now(), cpu_s=time.process_time() - used
    )


def main() -> None:
    plan = msgspec.json.decode(Path(sys.argv[1]).read_bytes(), type=Plan)
    Path(sys.argv[2]).write_bytes(msgspec.json.encode(run(plan)))


if __name__ == "__main__":
    main()
