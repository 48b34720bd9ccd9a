"""Letters about claims."""

from functools import cache

from hub.core.db import Tx
from hub.core.mail import Letter, write_mail
from hub.core.pages import Site, template_folders
from hub.core.settings import Settings, read_settings
from tourism.claims.models import ClaimToDecide, DecideClaim
from tourism.lodging import Property


@cache
def _settings() -> Settings:
    return read_settings()


@cache
def _site() -> Site:
    folders = template_folders(["hub.core", "tourism.search", "tourism.claims"])
    return Site(folders, [], demo=_settings().demo)


async def write_code(tx: Tx, house: Property, email: str, code: str, language: str) -> None:
    """The code, to the address at the house's domain."""
    await _write(tx, "code", email, language, house=house, code=f"{code[:3]} {code[3:]}")


async def write_asked(tx: Tx, house: Property, email: str, kind: str) -> None:
    """A claim waits: to who decides (`asked`), or to who runs the house (`disputed`)."""
    await _write(tx, kind, email, "fr", house=house)


async def write_decision(
    tx: Tx, house: Property, asked: ClaimToDecide, said: DecideClaim, leaving: list[str]
) -> None:
    """What was decided, to the claimant and to those whose hands the house leaves."""
    kind = "granted" if said.grant else "refused"
    reason = said.reason.strip()
    again = "/pro/onboarding/control" if asked.confirms else "/pro/claim"
    await _write(tx, kind, asked.claimant_email, "fr", house=house, reason=reason, again=again)
    for email in leaving:
        await _write(tx, "left", email, "fr", house=house, reason=reason)


async def _write(tx: Tx, kind: str, email: str, language: str, **said: object) -> None:
    context = {**said, "site": _settings().public_url}
    subject = _site().render(language, f"claims/letters/{kind}.subject.txt", context)
    body = _site().render(language, f"claims/letters/{kind}.txt", context)
    paragraphs = [" ".join(part.split()) for part in body.split("\n\n")]
    text = "\n\n".join(part for part in paragraphs if part) + "\n"
    html = _site().render(language, "claims/letters/letter.html", {"text": text})
    letter = Letter(
        recipient=email,
        language=language,
        subject=" ".join(subject.split()),
        body_text=text,
        body_html=html,
    )
    await write_mail(tx, letter)
