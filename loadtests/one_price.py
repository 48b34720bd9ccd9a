"""One price everywhere: a random stay is followed from the search to the voucher, by pages and by
programs, and every surface that names its total is read."""

import asyncio
import html
import random
import re
import time
from collections.abc import Awaitable, Callable, Mapping
from datetime import date, timedelta
from io import BytesIO
from typing import Any

import httpx
import msgspec
import pypdf

HTML = {"accept": "text/html", "accept-language": "fr"}
HIDDEN = re.compile(r'type="hidden" name="(\w+)" value="([^"]*)"')
EUROS = re.compile(r"(\d[\d\s]*,\d\d)\s*€")
FORM = re.compile(r'<form method="post" action="/devis">(.*?)</form>', re.S)
LETTER_TRIES = 600
Worker = Callable[[str], Awaitable[None]]


class Wanted(msgspec.Struct, frozen=True, kw_only=True):
    """A stay as somebody might ask for it."""

    place: str
    arrival: date
    departure: date
    adults: int
    child_ages: tuple[int, ...]
    rooms: int

    def asked(self) -> dict[str, Any]:
        return {
            "place": self.place,
            "arrival": str(self.arrival),
            "departure": str(self.departure),
            "adults": self.adults,
            "child_ages": list(self.child_ages),
            "rooms": self.rooms,
        }


def draw_stay(draw: random.Random, today: date, places: tuple[str, ...]) -> Wanted:
    """One to seven nights of the next year; one to five adults and up to three children in one to
    three rooms."""
    arrival = today + timedelta(days=draw.randint(1, 330))
    adults = draw.choice((1, 2, 2, 2, 3, 4, 5))
    return Wanted(
        place=draw.choice(places),
        arrival=arrival,
        departure=arrival + timedelta(days=draw.choice((1, 1, 2, 2, 3, 4, 7))),
        adults=adults,
        child_ages=tuple(draw.randint(0, 17) for _ in range(draw.choice((0, 0, 0, 1, 2, 3)))),
        rooms=draw.randint(1, min(adults, 3)),
    )


def cents_of(text: str) -> int:
    """The first amount of a French text."""
    found = EUROS.search(text.replace("\N{NO-BREAK SPACE}", " ").replace("\u202f", " "))
    assert found, text[:300]
    return int(re.sub(r"\D", "", found[1]))


class Busy(Exception):
    """The service, or its machine, has no time for this stay: it is left, and another one asked."""


class Journey:
    """One stay through all surfaces, each named with the total it told."""

    def __init__(self, client: httpx.AsyncClient, wanted: Wanted) -> None:
        self.client = client
        self.wanted = wanted
        self.told: dict[str, int] = {}
        self.reference = ""

    async def run(self, draw: random.Random, work: Worker | None = None) -> bool:
        """False when nothing is sold for this wish. `work` does what a worker would."""
        hit = await self._search(draw)
        if hit is None:
            return False
        quote = await self._house(hit)
        booking = await self._book(quote)
        if work is not None:
            await work(booking["token"])
        await self._after(booking)
        return True

    async def _search(self, draw: random.Random) -> Mapping[str, Any] | None:
        found = await self._json("/api/v1/search", self.wanted.asked())
        if not found["hits"]:
            return None
        hit = draw.choice(found["hits"])
        self.told["search, program"] = hit["total_cents"]
        page = await self._page("/recherche", self.wanted.asked())
        link = re.search(rf'<a class="button" href="/hebergements/{hit["property"]}\?[^>]*>', page)
        assert link, f"house {hit['property']} is not on the page"
        self.told["search, page"] = cents_of(_total_of_label(link[0]))
        return hit

    async def _house(self, hit: Mapping[str, Any]) -> str:
        asked, path = self.wanted.asked(), f"/hebergements/{hit['property']}"
        seen = await self._json(f"/api/v1/properties/{hit['property']}", asked)
        offers = [*seen["mixed"], *(o for option in seen["options"] for o in option["offers"])]
        totals = [o["gross_cents"] + o["tourist_tax_cents"] for o in offers]
        self.told["house, program"] = min(totals)
        nights = (self.wanted.departure - self.wanted.arrival).days
        days = await self._json(
            f"/api/v1/properties/{hit['property']}/calendar",
            {**asked, "first": asked["arrival"], "days": 1, "nights": nights},
        )
        self.told["house, calendar"] = days["days"][0]["total_cents"]
        page = await self._page(path, asked)
        forms = [dict(HIDDEN.findall(form)) for form in FORM.findall(page)]
        chosen = min(forms, key=lambda form: int(form["shown_total_cents"]))
        self.told["house, page"] = int(chosen["shown_total_cents"])
        label = next(form for form in FORM.findall(page) if dict(HIDDEN.findall(form)) == chosen)
        self.told["house, button"] = cents_of(_total_of_label(label))
        answer = _answered(await self.client.post("/devis", data=chosen, headers=HTML))
        assert answer.status_code == 303, answer.text
        return answer.headers["location"]

    async def _book(self, offer: str) -> Mapping[str, Any]:
        page = await self._page(offer)
        self.told["offer, page"] = cents_of(page.partition('class="big"')[2])
        self.told["offer, parts"] = _sum_of_parts(page)
        token = offer.removeprefix("/devis/")
        quote = await self._json(f"/api/v1/quotes/{token}")
        self.told["offer, program"] = quote["breakdown"]["total_cents"]
        hidden = {"_csrf_token": dict(HIDDEN.findall(page))["_csrf_token"]}
        held = _answered(await self.client.post(f"{offer}/retenir", data=hidden, headers=HTML))
        assert held.status_code == 303, held.text
        stay = held.headers["location"]
        checkout = await self._page(stay)
        self.told["payment, button"] = cents_of(checkout.partition("Réserver et payer")[2])
        paid = await self.client.post(
            f"{stay}/payer", data={**_hidden_of(checkout, stay), **GUEST}, headers=HTML
        )
        assert paid.status_code == 303, paid.text
        return await self._json("/api/v1/bookings/" + stay.removeprefix("/reservation/"))

    async def _after(self, booking: Mapping[str, Any]) -> None:
        stay = f"/reservation/{booking['token']}"
        self.reference = booking["reference"]
        assert booking["state"] == "confirmed"
        self.told["booking, program"] = booking["total_cents"]
        refund = await self._json(f"/api/v1/bookings/{booking['token']}/refund")
        self.told["refund and penalty"] = refund["refund_cents"] + refund["penalty_cents"]
        page = await self._page(stay)
        self.told["booking, page"] = cents_of(page.partition("<tfoot>")[2])
        self.told["booking, parts"] = _sum_of_parts(page)
        voucher = await self.client.get(f"{stay}/bon.pdf", headers=HTML)
        pages = pypdf.PdfReader(BytesIO(voucher.content)).pages
        text = "\n".join(page.extract_text() for page in pages)
        self.told["voucher"] = cents_of(text.partition("Total tout compris")[2])
        self.told["letter"] = await self._letter()

    async def _letter(self) -> int:
        """The worker follows the commit: look again until it has."""
        for _ in range(LETTER_TRIES):
            letters = await self._page("/demo/mail")
            for article in letters.split("<article")[1:]:
                if self.reference in article and "Payé" in article:
                    return cents_of(article.partition("Payé")[2])
            await asyncio.sleep(0.1)
        raise AssertionError(f"no letter of {self.reference}")

    async def _json(self, path: str, asked: Mapping[str, Any] | None = None) -> Any:
        answer = _answered(await self.client.get(path, params=asked))
        assert answer.status_code == 200, (path, answer.text)
        return answer.json()

    async def _page(self, path: str, asked: Mapping[str, Any] | None = None) -> str:
        answer = _answered(await self.client.get(path, params=asked, headers=HTML))
        assert answer.status_code == 200, (path, answer.text)
        return answer.text


GUEST = {
    "first_name": "Ada",
    "last_name": "Martin",
    "email": "ada@demo.example",
    "payment_method": "pm_card_visa",
}


def _answered(answer: httpx.Response) -> httpx.Response:
    if answer.status_code in {409, 429, 503}:  # taken by another guest meanwhile, or no time
        raise Busy(answer.text)
    return answer


def _hidden_of(page: str, stay: str) -> dict[str, str]:
    form = page.partition(f'action="{stay}/payer"')[2].partition("</form>")[0]
    return dict(HIDDEN.findall(form))


def _total_of_label(markup: str) -> str:
    """The amount that ends an `aria-label`: `Choisir …, 1 234,50 €`."""
    label = re.search(r'aria-label="([^"]*)"', markup)
    assert label, markup[:300]
    said = html.unescape(label[1]).replace("\N{NO-BREAK SPACE}", " ").replace("\u202f", " ")
    return said.rpartition(", ")[2]


def _sum_of_parts(page: str) -> int:
    """The parts of the euro, added up."""
    listed = page.partition('<ul class="euro">')[2].partition('class="total"')[0]
    return sum(cents_of(part) for part in re.findall(r"<b>([^<]*)</b>", listed))


class Followed(msgspec.Struct, frozen=True, kw_only=True):
    """What a thousand journeys told: how many were sold, how many surfaces each named, and those
    that disagreed; and those that one surface did not show."""

    stays: int
    unsold: int
    left: int
    surfaces: int
    differing: list[dict[str, int]]
    unread: list[str]


async def follow(
    address: str, stays: int, seed: int, *, guests: int = 6, within_s: float = 3_000
) -> Followed:
    """So many sold stays, by some guests at once, against a served demonstration; fewer when the
    time is over."""
    end = time.monotonic() + within_s
    draw = random.Random(seed)
    today = date.today()  # noqa: DTZ011  the server's own day
    told: list[dict[str, int]] = []
    unread: list[str] = []
    unsold = left = 0

    async def guest() -> None:
        nonlocal unsold, left
        while len(told) < stays and time.monotonic() < end:
            async with httpx.AsyncClient(base_url=address, timeout=60) as client:
                journey = Journey(client, draw_stay(draw, today, ("department:74",)))
                try:
                    if await journey.run(draw):
                        told.append(journey.told)
                    else:
                        unsold += 1
                except (Busy, httpx.TransportError):
                    left += 1
                except AssertionError as wrong:
                    unread.append(f"{journey.wanted}, {journey.told}: {wrong}"[:600])

    await asyncio.gather(*(guest() for _ in range(guests)))
    return Followed(
        stays=len(told),
        unsold=unsold,
        left=left,
        surfaces=min((len(one) for one in told), default=0),
        differing=[one for one in told if len(set(one.values())) > 1],
        unread=unread,
    )
