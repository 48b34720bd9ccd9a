"""Who looked at what the practice has of a patient, for the patient to read."""

from litestar import Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath

from hub.core.caller import SIGNED_IN, access
from hub.core.db import Tx
from hub.core.pages import AnyRequest, page
from hub.core.web import caller_of
from verticals.health import patients
from verticals.health.agenda.actions import opening
from verticals.health.patients.forms import PRIVATE

LOOKS = "/rendez-vous/{space:int}/miens/regards"


@get(LOOKS, opt=access(SIGNED_IN), response_headers=[PRIVATE], include_in_schema=False)
async def show_looks(
    request: AnyRequest, tx: NamedDependency[Tx], space: FromPath[int]
) -> Response[str]:
    """Who looked at what is here of who is signed in, by day."""
    practice = await opening.enter_practice(tx, space)
    person = caller_of(request).person
    known = None if person is None else await patients.find_of_person(tx, person)
    looks = [] if known is None else await patients.list_looks(tx, known.id)
    return page(request, "agenda/looks.html", practice=practice, looks=looks)


handlers = (show_looks,)
