"""The conditions of a stay, for programs."""

from litestar import get
from litestar.di import NamedDependency
from litestar.params import FromPath

from hub.core.caller import ANYBODY, access
from hub.core.db import Tx
from hub.core.pages import AnyRequest
from tourism.booking.actions.reading import find_booking
from tourism.booking.views import BOOKING
from tourism.quoting.doors import enter
from tourism.wording import actions
from tourism.wording.models import TermsView


@get(
    "/api/v1/bookings/{token:str}/terms",
    opt=access(ANYBODY),
    tags=["Booking"],
    summary="Conditions as sold",
)
async def see_terms(
    request: AnyRequest, tx: NamedDependency[Tx], token: FromPath[str]
) -> TermsView:
    """What the stay was sold under, as data and in words of each language; nothing that the house
    changes later touches them."""
    reference = enter(request, tx, BOOKING, token)
    booking = await find_booking(tx, reference.id)
    found = await actions.find_words(tx, booking)
    return TermsView(
        reference=booking.reference,
        version=found.version,
        arrival=booking.arrival,
        departure=booking.departure,
        terms=booking.quote.terms,
        payment=booking.quote.payment,
        words=found.words,
        digest=found.digest,
        kept_at=found.kept_at,
    )
