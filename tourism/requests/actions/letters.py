"""Letters of a request, in the language of who reads; a refusal tells what else there is."""

from functools import cache
from uuid import UUID

from hub import tenancy
from hub.core.db import Reader, Tx
from hub.core.mail import Letter, write_mail
from hub.core.pages import Site, make_url, template_folders
from hub.core.settings import Settings, read_settings
from tourism import lodging
from tourism.booking.actions.reading import find_booking
from tourism.booking.models import Booking, State
from tourism.booking.store import claim_letter
from tourism.booking.views import booking_token
from tourism.quoting.models import Quote
from tourism.requests.models import Elsewhere
from tourism.search.actions import engines, searching
from tourism.search.models import Party, Search, Stay

_PACKAGES = ["hub.core", "tourism.search", "tourism.quoting", "tourism.booking", "tourism.requests"]
_OTHERS = 3
_SAID_OF = {
    "asked": (State.REQUESTED,),
    "accepted": (State.HELD,),
    "refused": (State.DECLINED, State.LAPSED),
}


@cache
def _settings() -> Settings:
    return read_settings()


@cache
def _site() -> Site:
    return Site(template_folders(_PACKAGES), [], demo=_settings().demo)


async def write_asked(tx: Tx, id: UUID) -> None:
    """To the guest that the house is asked, and to the house that it is."""
    booking = await _claim(tx, id, "asked")
    if booking is None:
        return
    await write_mail(tx, make_letter(booking, "asked"))
    link = f"{_settings().public_url}/pro/requests"
    for member in await tenancy.list_members(tx):
        letter = make_letter(
            booking, "house", recipient=member.email, language="fr", link=link, others=[]
        )
        await write_mail(tx, letter)


async def write_accepted(tx: Tx, id: UUID) -> None:
    """To the guest: until when to pay."""
    booking = await _claim(tx, id, "accepted")
    if booking is not None:
        await write_mail(tx, make_letter(booking, "accepted"))


async def write_refused(tx: Tx, reader: Reader, id: UUID) -> None:
    """To the guest whose house declined or did not answer: other houses for the same stay."""
    booking = await _claim(tx, id, "refused")
    if booking is None:
        return
    others = await find_elsewhere(reader, booking.quote, tx)
    await write_mail(tx, make_letter(booking, "refused", others=others))


async def _claim(tx: Tx, id: UUID, kind: str) -> Booking | None:
    booking = await find_booking(tx, id)
    if booking.state not in _SAID_OF[kind] or booking.guest is None:
        return None
    return booking if await claim_letter(tx, id, f"request {kind}") else None


async def find_elsewhere(reader: Reader, quote: Quote, tx: Tx) -> list[Elsewhere]:
    """Other houses around that sell the same stay at once, in the published order."""
    house = await lodging.find_property(reader, quote.property)
    if house is None:
        return []
    rooms = len(quote.breakdown.rooms)
    search = Search(
        place=f"commune:{house.commune_code}",
        radius_km=20.0,
        stay=Stay(arrival=quote.arrival, departure=quote.departure),
        party=Party(adults=quote.adults, child_ages=quote.child_ages, rooms=rooms),
    )
    engine = engines.choose_engine(reader, _settings().data)
    results, _ = await searching.search_stays(engine, reader, search, tx.now)
    return [
        Elsewhere(property=hit.property, name=hit.name, total_cents=hit.total_cents)
        for hit in results.hits
        if hit.property != quote.property
    ][:_OTHERS]


def make_letter(
    booking: Booking,
    kind: str,
    *,
    recipient: str | None = None,
    language: str | None = None,
    link: str | None = None,
    others: list[Elsewhere] | None = None,
) -> Letter:
    """A letter as text and HTML that say the same."""
    assert booking.guest is not None
    settings = _settings()
    spoken = language or booking.guest.language
    context: dict[str, object] = {
        "booking": booking,
        "quote": booking.quote,
        "guest": booking.guest,
        "link": link or f"{settings.public_url}/reservation/{booking_token(settings, booking)}",
        "others": others or [],
        "address": lambda house: settings.public_url + stay_address(house, booking.quote),
    }
    subject = _site().render(spoken, f"requests/letters/{kind}.subject.txt", context)
    text = _tidy(_site().render(spoken, f"requests/letters/{kind}.txt", context))
    html = _site().render(spoken, "booking/letters/letter.html", {"text": text, **context})
    return Letter(
        recipient=recipient or booking.guest.email,
        language=spoken,
        subject=" ".join(subject.split()),
        body_text=text,
        body_html=html,
    )


def stay_address(property: int, quote: Quote) -> str:
    """The page of a house with the same stay."""
    return make_url(
        f"/hebergements/{property}",
        arrival=quote.arrival,
        departure=quote.departure,
        adults=quote.adults,
        child_ages=list(quote.child_ages) or None,
        rooms=len(quote.breakdown.rooms),
    )


def _tidy(text: str) -> str:
    """One empty line between paragraphs, none at the ends."""
    paragraphs = [" ".join(part.split()) for part in text.split("\n\n")]
    return "\n\n".join(part for part in paragraphs if part) + "\n"
