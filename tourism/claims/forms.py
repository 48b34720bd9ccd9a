"""Forms of claims: what the browser sends, turned into commands."""

from collections.abc import Mapping

from hub.core.db import Reads
from hub.territory import find_place, suggest_places
from tourism.claims.models import AskOffice, BeginClaim, DecideClaim
from tourism.lodging import HouseInvalid, Kind
from tourism.lodging.models import HouseNew

FormValues = Mapping[str, str]


def read_begin(form: FormValues, property: int) -> BeginClaim:
    """What somebody says who claims a house."""
    return BeginClaim(
        property=property,
        siret=form.get("siret", ""),
        quality=form.get("quality", ""),
        phone=form.get("phone", ""),
    )


def read_statement(form: FormValues) -> AskOffice:
    return AskOffice(statement=form.get("statement", ""))


def read_decision(form: FormValues) -> DecideClaim:
    """Confirm only when it was said so."""
    return DecideClaim(grant=form.get("act") == "grant", reason=form.get("reason", ""))


async def read_house(reader: Reads, form: FormValues) -> HouseNew:
    """A lodging to add. Raises `HouseInvalid`, with the field."""
    try:
        kind = Kind(form.get("kind", ""))
    except ValueError:
        raise HouseInvalid("Choose what it is.", field="kind") from None
    code = await read_commune(reader, form)
    return HouseNew(kind=kind, name=form.get("name", ""), commune_code=code)


async def read_commune(reader: Reads, form: FormValues) -> str:
    """The commune that was chosen, or the best one for what was typed. Raises `HouseInvalid`."""
    chosen, _, code = form.get("place", "").partition(":")
    if chosen == "commune" and await find_place(reader, "commune", code):
        return code
    for place in await suggest_places(reader, form.get("commune", ""), wanted=8):
        if place.kind == "commune":
            return place.code
    raise HouseInvalid("Choose the commune from the suggestions.", field="commune")
