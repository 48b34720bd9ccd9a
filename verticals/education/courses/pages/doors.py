"""By which door somebody comes to a course: their page of the school, or an open link."""

from collections.abc import Awaitable, Callable, Mapping
from uuid import UUID

import msgspec

from hub.core.db import Database, Tx
from hub.core.errors import HubError
from hub.core.pages import AnyRequest
from hub.core.settings import Settings
from hub.core.tokens import read_reference, sign_reference
from verticals.education.classwork.errors import NothingHere
from verticals.education.classwork.pages.own import OWN, Form, enter_page
from verticals.education.courses import actions as following
from verticals.education.courses.models import Content, Record
from verticals.education.roster import Person

MINE, VISIT = OWN + "/cours/{id:uuid}", "/mon-cours/{token:str}"
OPEN = "/cours-ouverts/{token:str}"
# The kinds of signed links: to an open course, and to what somebody does in one.
COURSE, VISITOR = "school-course", "school-visitor"
Verb = Callable[[Tx, Record, Form], Awaitable[None]]


class Seat(msgspec.Struct, frozen=True, kw_only=True):
    """Where somebody follows a course: `base` is the address of its pages, `record` what they did,
    none before they begin; `pupil` is nobody for who came by an open link."""

    base: str
    space: int
    course: UUID
    content: Content
    record: Record | None
    pupil: Person | None

    @property
    def followed(self) -> Record:
        """What they did. Raises `NothingHere` before they begin."""
        if self.record is None:
            raise NothingHere("Begin this course first.")
        return self.record


async def take_seat(request: AnyRequest, tx: Tx) -> Seat:
    """Who comes to which course. Raises `NothingHere`, `NotFound`."""
    asked: Mapping[str, object] = request.path_params
    token, space, id = asked.get("token"), asked.get("space"), asked.get("id")
    if isinstance(token, str):
        reference = read_reference(settings_of(request).secret_key, VISITOR, token)
        tx.enter(reference.tenant)
        record = await following.find_visit(tx, reference.id)
        return Seat(
            base=f"/mon-cours/{token}",
            space=reference.tenant,
            course=record.enrolment.course,
            content=record.content,
            record=record,
            pupil=None,
        )
    if not isinstance(space, int) or not isinstance(id, UUID):
        raise NothingHere()
    pupil = await enter_page(request, tx, space)
    version, mine = await following.find_given(tx, pupil, id)
    return Seat(
        base=f"/mon-ecole/{space}/cours/{id}",
        space=space,
        course=id,
        content=version.content,
        record=mine,
        pupil=pupil,
    )


async def act(
    request: AnyRequest, verb: Verb, refusals: tuple[type[HubError], ...]
) -> tuple[Form, HubError | None]:
    """Do what a form asks of who follows a course; what was typed, and why it was refused."""
    form = {name: str(value) for name, value in (await request.form()).items()}
    database: Database = request.app.state.database
    try:
        async with database.transaction(None, actor="guest") as tx:
            await verb(tx, (await take_seat(request, tx)).followed, form)
    except refusals as error:
        return form, error
    return form, None


def settings_of(request: AnyRequest) -> Settings:
    return request.app.state.settings


def link_of(request: AnyRequest, kind: str, tenant: int, id: UUID) -> str:
    """The signed part of an address that everybody may open who has it."""
    return sign_reference(settings_of(request).secret_key, kind, tenant, id)
