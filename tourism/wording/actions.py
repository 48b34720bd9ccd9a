"""Write down the conditions of a stay in words, once it is booked or changed: after the commit, so
that whoever books does not wait for it."""

from functools import cache
from uuid import UUID

from hub.core.db import Tx
from hub.core.i18n import LANGUAGES
from hub.core.pages import Site, template_folders
from tourism.booking.actions.reading import find_booking
from tourism.booking.models import Booking
from tourism.quoting.models import Quote
from tourism.wording import policy, store
from tourism.wording.models import Wording

_PACKAGES = ["hub.core", "tourism.search", "tourism.quoting", "tourism.wording"]


@cache
def _site() -> Site:
    return Site(template_folders(_PACKAGES), [], demo=False)


def make_words(quote: Quote) -> dict[str, str]:
    """What the guest was shown of an offer's conditions, in each language, from its data alone."""
    said = {"quote": quote}
    return {
        language: policy.tidy(_site().render(language, "wording/terms.txt", said))
        for language in LANGUAGES
    }


async def keep_words(tx: Tx, booking_id: UUID) -> None:
    """Keep the words of the stay as it stands; those of the same version again change nothing."""
    booking = await find_booking(tx, booking_id)
    if await store.find_words(tx, booking.id, booking.version) is None:
        words = make_words(booking.quote)
        digest = policy.digest_of(words)
        await store.keep_words(tx, booking.id, booking.version, words, digest)


async def find_words(tx: Tx, booking: Booking) -> Wording:
    """The words of the stay as it stands, as they were kept, or as they would be."""
    kept = await store.find_words(tx, booking.id, booking.version)
    if kept is not None:
        return kept
    words = make_words(booking.quote)
    return Wording(
        booking=booking.id,
        version=booking.version,
        words=words,
        digest=policy.digest_of(words),
        kept_at=None,
    )
