"""One request of the API, from its text to its answer: key, check, act, keep, answer."""

import hashlib
from collections.abc import Mapping
from typing import Any

import msgspec

from hub.fake_stripe import checkout, connect, intents, moving
from hub.fake_stripe.books import Books, Thing
from hub.fake_stripe.faults import Fault, Faults
from hub.fake_stripe.routes import expand, find_route
from hub.stripe_form.checking import check
from hub.stripe_form.errors import Refused
from hub.stripe_form.forms import read_form

REQUESTS_KEPT = 10_000
KEYS_KEPT_S = 86_400


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """A request: `text` is its body, or its query."""

    method: str
    path: str
    text: str
    key: str | None
    account: str
    bearer: str


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    status: int
    body: Thing
    replayed: bool = False


class Fake:
    """The books and their faults, behind one door."""

    def __init__(self, books: Books, faults: Faults) -> None:
        self.books, self.faults = books, faults
        books.on_tick(lambda: checkout.look_after_sessions(books))
        books.on_tick(lambda: intents.book_late_charges(books))
        books.on_tick(lambda: moving.look_after_payouts(books))
        books.on_tick(lambda: moving.pay_waiting_refunds(books))

    def answer(self, asked: Asked, fault: Fault | None = None) -> Answer:
        """Do it once for each idempotency key; a fault may forbid or spoil it."""
        self.books.tick()
        spoilt = _spoil(fault)
        if spoilt is not None and fault is not None and fault.what != "error_after":
            return spoilt
        answer = self._keyed(asked, spoilt)
        self.books.save()
        return spoilt or answer

    def _keyed(self, asked: Asked, spoilt: Answer | None) -> Answer:
        """What was answered first under a key is answered again for a day, be it an error of the
        service's own that came after the work was done (`spoilt`)."""
        if not asked.bearer.startswith("Bearer sk_test_"):
            return _refusal(Refused("You did not provide an API key.", status=401))
        if asked.method != "POST" or not asked.key:
            return self._act(asked)[0]
        key = f"{asked.account}:{asked.key}"
        print_ = hashlib.sha256(f"{asked.path}?{asked.text}".encode()).hexdigest()
        known = self.books.replies.get(key)
        if known is not None and self.books.now() < known["at"] + KEYS_KEPT_S:
            if known["print"] != print_:
                return _refusal(
                    Refused(
                        "Keys for idempotent requests can only be used with the same parameters "
                        f"they were first used with. Try using a key other than '{asked.key}'.",
                        type="idempotency_error",
                    )
                )
            return Answer(status=known["status"], body=known["body"], replayed=True)
        answer, began = self._act(asked)
        if began:
            told = spoilt or answer
            self.books.keep_reply(
                key,
                {
                    "print": print_,
                    "status": told.status,
                    "body": told.body,
                    "at": self.books.now(),
                },
            )
        return answer

    def _act(self, asked: Asked) -> tuple[Answer, bool]:
        """The answer, and whether the work had begun: what was refused before is not kept."""
        began = False
        note: Thing = {
            "method": asked.method,
            "path": asked.path,
            "account": asked.account,
            "key": asked.key,
        }
        try:
            route, ids = find_route(asked.method, asked.path)
            for account in (asked.account, *ids):
                connect.check_access(self.books, account)
            note["params"] = values = read_form(asked.text)
            p = check(route.params, values)
            began = True
            thing = route.act(self.books, p, ids, asked.account)
            if thing["object"] == "list":
                thing["url"] = asked.path  # where the next page is asked for
            answer = Answer(status=200, body=expand(self.books, thing, p.get("expand", [])))
        except Refused as refused:
            note["refused"] = refused.body["error"]
            answer = _refusal(refused)
        self._note(note)
        return answer, began

    def _note(self, note: Thing) -> None:
        self.books.requests.append(note)
        del self.books.requests[:-REQUESTS_KEPT]

    def refusals(self) -> list[Thing]:
        """The requests whose form Stripe would not have understood."""
        return [
            note
            for note in self.books.requests
            if str(note.get("refused", {}).get("code", "")).startswith("parameter_")
        ]


def _refusal(refused: Refused) -> Answer:
    return Answer(status=refused.status, body=refused.body)


def _spoil(fault: Fault | None) -> Answer | None:
    """What a fault answers in the place of the truth."""
    said: Mapping[str, tuple[int, str, str | None]] = {
        "error_before": (500, "api_error", None),
        "error_after": (500, "api_error", None),
        "rate_limit": (429, "invalid_request_error", "rate_limit"),
        "poor": (400, "invalid_request_error", "balance_insufficient"),
        "restricted": (400, "invalid_request_error", "insufficient_capabilities_for_transfer"),
    }
    found = said.get(fault.what) if fault else None
    if found is None:
        return None
    status, kind, code = found
    error: dict[str, Any] = {"type": kind, "message": "A fault was asked for."}
    return Answer(status=status, body={"error": {**error, **({"code": code} if code else {})}})
