"""Every state of a vote has its letter, to those who decide for each member, in their language."""

from collections.abc import Collection, Mapping
from datetime import date, datetime
from functools import cache
from html import escape

from babel import dates

from hub import members
from hub.assemblies.models import Proposal, State
from hub.core.db import Tx
from hub.core.i18n import catalogue
from hub.core.mail import Letter, write_mail
from hub.core.pages import format_instant
from hub.core.settings import read_settings

PAGE = "/pro/votes"
SUBJECTS = {
    State.ANNOUNCED: "Vote annoncé : %(title)s",
    State.OPEN: "Le vote est ouvert : %(title)s",
    State.RECALLED: "Seconde convocation : %(title)s",
    State.SECOND: "Le second vote est ouvert : %(title)s",
    State.ADOPTED: "Adopté : %(title)s",
    State.REFUSED: "Refusé : %(title)s",
    State.FAILED: "Sans quorum : %(title)s",
}
BODIES = {
    State.ANNOUNCED: "Le vote ouvrira le %(opens)s et fermera le %(closes)s. Le texte, ses raisons "
    "et ce qu'il changerait sont sur la page de la proposition.",
    State.OPEN: "Vous pouvez voter, et changer d'avis, jusqu'au %(closes)s.",
    State.RECALLED: "Le quorum n'a pas été atteint dans un collège. Un second vote est convoqué : "
    "ses dates sont sur la page de la proposition.",
    State.SECOND: "Vous pouvez voter, et changer d'avis, jusqu'au %(closes)s.",
    State.ADOPTED: "Les membres ont adopté la proposition. Elle s'appliquera aux réservations à "
    "partir du %(day)s ; les réservations d'avant ne changent pas.",
    State.REFUSED: "Les membres ont refusé la proposition. L'accord en vigueur ne change pas.",
    State.FAILED: "Le quorum n'a pas été atteint non plus à la seconde convocation. L'accord en "
    "vigueur ne change pas.",
}


async def write_members(tx: Tx, proposal: Proposal) -> None:
    """Write to every member what the new state of a vote means."""
    subject = SUBJECTS.get(proposal.state)
    if subject is None:
        return
    values = {
        "title": proposal.title,
        "opens": proposal.opens_at or tx.now,
        "closes": proposal.closes_at or tx.now,
        "day": proposal.effective_on,
    }
    await write(tx, f"{PAGE}/{proposal.id}", subject, BODIES[proposal.state], values)


async def write(
    tx: Tx,
    path: str,
    subject: str,
    body: str,
    values: Mapping[str, str | date | datetime],
    to: Collection[int] | None = None,
) -> None:
    """One letter to each person who decides for the members (`to`, else all of them), in the
    language they read, with the address of a page of ours. Days and instants are said in words."""
    readers = {one.email: one.language for one in await members.list_readers(tx, to)}
    link = f"{_public_url()}{path}"
    for email, language in sorted(readers.items()):
        words = catalogue(language)
        said = {name: _say(value, language) for name, value in values.items()}
        text = words.gettext(body) % said
        await write_mail(
            tx,
            Letter(
                recipient=email,
                language=language,
                subject=words.gettext(subject) % said,
                body_text=f"{text}\n\n{link}\n",
                body_html=_page(language, text, link),
            ),
        )


@cache
def _public_url() -> str:
    return read_settings().public_url


def _say(value: str | date | datetime, language: str) -> str:
    if isinstance(value, datetime):
        return format_instant(value, language)
    if isinstance(value, date):
        return dates.format_date(value, "full", locale=language)
    return value


def _page(language: str, text: str, link: str) -> str:
    paragraphs = "".join(f"<p>{escape(part)}</p>" for part in text.split("\n\n"))
    return (
        f'<!doctype html><html lang="{language}"><head><meta charset="utf-8"></head>'
        f'<body>{paragraphs}<p><a href="{escape(link)}">{escape(link)}</a></p></body></html>'
    )
