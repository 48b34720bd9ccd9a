"""Every state of a vote has its letter, to those who decide for each member, in their language."""

from collections.abc import Collection
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import cache
from html import escape
from typing import TypeAlias

from babel import dates, numbers

from hub import members
from hub.agreements import Derogation
from hub.assemblies.models import Proposal, State
from hub.core.db import Tx
from hub.core.i18n import catalogue
from hub.core.mail import Letter, write_mail
from hub.core.pages import format_instant
from hub.core.sentences import Sentence
from hub.core.settings import read_settings

PAGE = "/pro/votes"
# What a letter says beside its sentence; days, instants and figures in the reader's own form.
Values: TypeAlias = dict[str, str | date | datetime | Decimal]
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


SUSPENSION_BODIES = {
    State.ANNOUNCED: "Vote d'urgence : il ouvrira le %(opens)s et fermera le %(closes)s. Il s'agit "
    "de suspendre l'accord en vigueur du %(day)s au %(until)s.",
    State.OPEN: "Vote d'urgence : vous pouvez voter, et changer d'avis, jusqu'au %(closes)s. Il "
    "s'agit de suspendre l'accord en vigueur du %(day)s au %(until)s.",
    State.ADOPTED: "Les membres ont suspendu l'accord en vigueur du %(day)s au %(until)s. La "
    "version d'avant décide des réservations faites pendant ce temps ; celles qui sont faites ne "
    "changent pas.",
    State.REFUSED: "Les membres ont refusé de suspendre l'accord en vigueur : il ne change pas.",
    State.FAILED: "Le quorum n'a pas été atteint : l'accord en vigueur n'est pas suspendu.",
}
TURNS = {
    "version": (
        "En vigueur aujourd'hui : %(title)s",
        "L'accord adopté décide de chaque réservation faite à partir du %(day)s. Celles d'avant "
        "gardent leur partage.",
    ),
    "suspended": (
        "Suspendu aujourd'hui : %(title)s",
        "L'accord est suspendu à partir du %(day)s. La version d'avant décide des réservations.",
    ),
    "resumed": (
        "De nouveau en vigueur : %(title)s",
        "La suspension est terminée : l'accord décide de nouveau à partir du %(day)s.",
    ),
    "derogation": (
        "Fin de la dérogation : %(name)s",
        "La dérogation a pris fin : à partir du %(day)s, l'accord s'applique en entier.",
    ),
}
GRANTED = (
    "Dérogation accordée : %(name)s",
    "Du %(since)s au %(until)s, la part de ce bénéficiaire est d'au plus %(percent)s %% de chaque "
    "base : %(role)s. Raison : %(reason)s",
)
ENDED = (
    "Dérogation retirée : %(name)s",
    "La dérogation prend fin le %(day)s : l'accord s'applique de nouveau en entier. "
    "Raison : %(reason)s",
)
DEROGATIONS = "/pro/derogations"


async def write_members(tx: Tx, proposal: Proposal) -> None:
    """Write to every member what the new state of a vote means."""
    subject = SUBJECTS.get(proposal.state)
    if subject is None:
        return
    values: Values = {
        "title": proposal.title,
        "opens": proposal.opens_at or tx.now,
        "closes": proposal.closes_at or tx.now,
        "day": proposal.effective_on,
    }
    bodies = BODIES
    if proposal.until_on is not None:
        bodies = SUSPENSION_BODIES
        values["until"] = proposal.until_on - timedelta(days=1)
    await write(tx, f"{PAGE}/{proposal.id}", subject, bodies[proposal.state], values)


async def write_granted(tx: Tx, found: Derogation, role: str) -> None:
    """A member owes a role less; `role` is its French name."""
    values: Values = {
        "name": found.name,
        "role": Sentence(role, {}),
        "percent": Decimal(found.at_most_bps) / 100,
        "since": found.since,
        "until": found.until - timedelta(days=1),
        "reason": found.reason,
    }
    await write(tx, DEROGATIONS, *GRANTED, values, {found.member})


async def write_ended(tx: Tx, found: Derogation) -> None:
    """A derogation was taken back before its end."""
    values: Values = {
        "name": found.name,
        "day": found.ends_on,
        "reason": found.ended_reason or "",
    }
    await write(tx, DEROGATIONS, *ENDED, values, {found.member})


async def write(
    tx: Tx,
    path: str,
    subject: str,
    body: str,
    values: Values,
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


def _say(value: str | date | datetime | Decimal, language: str) -> str:
    if isinstance(value, Sentence):
        return catalogue(language).tell(value)
    if isinstance(value, Decimal):
        return str(numbers.format_decimal(value, locale=language))
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
