"""Letters to who waits, in their language: the place on the list, the offer, its end."""

from functools import cache
from uuid import UUID

from hub.core.db import Reads, Tx
from hub.core.mail import Letter, write_mail
from hub.core.pages import Site, make_url, template_folders
from hub.core.settings import Settings, read_settings
from tourism import lodging
from tourism.booking.models import Booking
from tourism.waiting import store
from tourism.waiting.actions.offering import find_offer
from tourism.waiting.models import Wish, WishState
from tourism.waiting.views import wish_token

_PACKAGES = ["hub.core", "tourism.search", "tourism.quoting", "tourism.booking", "tourism.waiting"]
_SAID_OF = {
    "joined": WishState.WAITING,
    "offer": WishState.OFFERED,
    "passed": WishState.PASSED,
}


@cache
def _settings() -> Settings:
    return read_settings()


@cache
def _site() -> Site:
    return Site(template_folders(_PACKAGES), [], demo=_settings().demo)


async def write_letter(tx: Tx, reader: Reads, id: UUID, kind: str) -> None:
    """The letter of a kind, if it is still true; once, however often its task runs."""
    wish = await store.lock_wish(tx, id)
    if wish is None or wish.state is not _SAID_OF[kind]:
        return
    if not await store.claim_letter(tx, wish.id, kind):
        return
    house = await lodging.find_property(reader, wish.property)
    if house is not None:
        await write_mail(tx, make_letter(kind, wish, house, await find_offer(tx, wish)))


def make_letter(kind: str, wish: Wish, house: lodging.Property, booking: Booking | None) -> Letter:
    """A letter as text and HTML that say the same."""
    settings, language = _settings(), wish.guest.language
    context: dict[str, object] = {
        "wish": wish,
        "house": house,
        "guest": wish.guest,
        "booking": booking,
        "quote": booking.quote if booking else None,
        "link": f"{settings.public_url}/attente/{wish_token(settings, wish)}",
        "again": settings.public_url + join_address(wish),
    }
    subject = _site().render(language, f"waiting/letters/{kind}.subject.txt", context)
    text = _tidy(_site().render(language, f"waiting/letters/{kind}.txt", context))
    html = _site().render(language, "waiting/letters/letter.html", {"text": text, **context})
    return Letter(
        recipient=wish.guest.email,
        language=language,
        subject=" ".join(subject.split()),
        body_text=text,
        body_html=html,
    )


def join_address(wish: Wish) -> str:
    """The page where the same stay is waited for again."""
    return make_url(
        f"/hebergements/{wish.property}/attente",
        arrival=wish.arrival,
        departure=wish.departure,
        adults=wish.adults,
        child_ages=list(wish.child_ages) or None,
        rooms=wish.rooms,
    )


def _tidy(text: str) -> str:
    """One empty line between paragraphs, none at the ends."""
    paragraphs = [" ".join(part.split()) for part in text.split("\n\n")]
    return "\n\n".join(part for part in paragraphs if part) + "\n"
