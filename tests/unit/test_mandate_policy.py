"""The mandate: its revisions, its words, who signs; and nothing anywhere looks at other prices."""

import re
from datetime import UTC, date, datetime
from pathlib import Path
from uuid import UUID

import asyncpg
import msgspec
import pytest

from hub.app import compose
from hub.core.i18n import LANGUAGES
from tourism.demo.people import versions
from tourism.mandate.actions.wording import blocks_of, write_text
from tourism.mandate.errors import MandateInvalid, SignerNotAllowed
from tourism.mandate.models import EndMandate, Mandate, MandateFacts, SignMandate, State
from tourism.mandate.policy import standing

ROOT = Path(__file__).parents[2]
SIGNED = datetime(2026, 12, 1, 9, 0, tzinfo=UTC)
FIRST = standing.REVISIONS[0]
SECOND = msgspec.structs.replace(FIRST, number=2, from_on=date(2027, 3, 1))
FACTS = MandateFacts(
    house_name="Hôtel du Lac",
    kind="hotel",
    address="1 quai du Lac",
    postcode="74000",
    commune="Annecy",
    siret="73282932000074",
    registration_number=None,
    agent_name="La centrale",
    agent_identity="société coopérative, 1 rue de Paris, 75001 Paris",
    agreement_number=2,
    agreement_title="Soutenir les hors-saisons",
    agreement_effective_on=date(2026, 1, 1),
    agreement_hash="ab" * 32,
    rules=versions(date(2026, 12, 1))[1].text,
    revision=FIRST,
)
TEXT = write_text(FACTS)


def mandate(**changes: object) -> Mandate:
    signed = Mandate(
        id=UUID(int=1),
        property=1,
        number=1,
        revision=1,
        text=TEXT,
        text_hash=standing.hash_text(TEXT),
        facts=FACTS,
        signed_name="Lou Martin",
        signed_quality="gérante",
        signed_by="person:1",
        signed_at=SIGNED,
    )
    return msgspec.structs.replace(signed, **changes)


@pytest.mark.parametrize(
    ("changes", "today", "state", "active"),
    [
        ({}, date(2026, 12, 1), State.ACTIVE, True),
        ({}, date(2027, 2, 28), State.ACTIVE, True),
        ({}, date(2027, 3, 1), State.TO_RENEW, True),
        ({}, date(2027, 3, 31), State.TO_RENEW, True),
        ({}, date(2027, 4, 1), State.ENDED, False),
        ({"revision": 2}, date(2027, 4, 1), State.ACTIVE, True),
        ({"ends_on": date(2026, 12, 16)}, date(2026, 12, 15), State.NOTICE, True),
        ({"ends_on": date(2026, 12, 16)}, date(2026, 12, 16), State.ENDED, False),
        ({"ended_at": SIGNED}, date(2026, 12, 1), State.ENDED, False),
    ],
)
def test_a_mandate_stands_until_its_notice_or_its_revision_is_over(
    changes: dict[str, object], today: date, state: State, active: bool
) -> None:
    found = standing.standing_of(mandate(**changes), today, (FIRST, SECOND))
    assert (found.state, found.active) == (state, active)


def test_without_a_mandate_nothing_stands() -> None:
    found = standing.standing_of(None, date(2026, 12, 1))
    assert (found.state, found.active) == (State.NONE, False)


@pytest.mark.parametrize(
    ("today", "number", "lowest"),
    [
        (date(2027, 2, 28), 1, 1),
        (date(2027, 3, 1), 2, 1),
        (date(2027, 3, 31), 2, 1),
        (date(2027, 4, 1), 2, 2),
    ],
)
def test_a_new_revision_asks_for_a_signature_within_its_days(
    today: date, number: int, lowest: int
) -> None:
    assert standing.revision_in_force(today, (FIRST, SECOND)).number == number
    assert standing.lowest_standing(today, (FIRST, SECOND)) == lowest


def test_every_revision_gives_at_least_the_days_of_the_law() -> None:
    for revision in standing.REVISIONS:
        assert revision.sign_within_days >= 15  # P2B 2019/1150, art. 3
        assert revision.change_notice_days >= 15
        assert revision.agent_notice_days >= 30  # art. 4


def test_the_words_follow_from_the_data_and_name_the_law() -> None:
    assert write_text(FACTS) == TEXT
    for said in (
        "L311-5-1",
        "Hôtel du Lac (Hôtel), 1 quai du Lac, 74000 Annecy, SIRET 73282932000074",
        "La centrale, société coopérative",
        "tout rabais ou avantage tarifaire",
        "Toute clause contraire est réputée non écrite.",
        "l'accord n° 2, « Soutenir les hors-saisons », en vigueur depuis le 1 janvier 2026",
        "préavis de 15 jours",
        "préavis de 30 jours",
        "3 % de l'hébergement hors taxes",
        "Les séjours réservés avant la fin sont honorés",
    ):
        assert said in TEXT.replace("\xa0", " "), said
    changed = write_text(msgspec.structs.replace(FACTS, house_name="Hôtel du Port"))
    assert standing.hash_text(changed) != standing.hash_text(TEXT)


def test_the_signed_words_of_revision_1_never_change() -> None:
    """Houses have signed them: if this fails, write a next revision instead."""
    words = (ROOT / "tourism/mandate/templates/text/001.txt").read_text()
    assert standing.hash_text(words) == FROZEN_001


FROZEN_001 = "283361c6995da040933f0a31282efb03d5edbab6fc1b4860d58a86bdfc474979"


@pytest.mark.parametrize("language", LANGUAGES)
def test_reading_copies_say_the_same_articles(language: str) -> None:
    french, copy = blocks_of(TEXT), blocks_of(write_text(FACTS, language))
    assert [kind for kind, _ in copy] == [kind for kind, _ in french]
    assert [kind for kind, _ in french].count("heading") == 10
    assert french[0] == ("title", "Contrat de mandat de réservation")
    if language != "fr":
        same = [text for (_, text), (_, other) in zip(french, copy, strict=True) if text == other]
        assert len(same) <= 1, same  # what the members voted keeps its name


def test_a_changed_word_is_seen() -> None:
    assert standing.is_intact(mandate())
    assert not standing.is_intact(mandate(text=TEXT.replace("15 jours", "90 jours")))


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"name": "  "}, "name"),
        ({"name": "x" * 201}, "name"),
        ({"quality": ""}, "quality"),
        ({"read": False}, "read"),
    ],
)
def test_a_signature_needs_a_name_a_quality_and_a_reading(
    change: dict[str, object], field: str
) -> None:
    good = SignMandate(shown_hash="", name="Lou Martin", quality="gérante", read=True)
    standing.check_signature(good)
    with pytest.raises(MandateInvalid) as caught:
        standing.check_signature(msgspec.structs.replace(good, **change))
    assert caught.value.extra["field"] == field


@pytest.mark.parametrize(("name", "reason"), [("", ""), ("Lou Martin", "x" * 1_001)])
def test_a_notice_is_signed_and_short(name: str, reason: str) -> None:
    with pytest.raises(MandateInvalid):
        standing.check_end(EndMandate(name=name, stop_now=True, reason=reason))


@pytest.mark.parametrize("role", ["member", "treasurer", None])
def test_only_owners_and_managers_bind_the_house(role: str | None) -> None:
    with pytest.raises(SignerNotAllowed):
        standing.check_signer(role)
    standing.check_signer("owner")
    standing.check_signer("manager")


# Names under which a price asked elsewhere could be kept or asked for (L311-5-1).
ELSEWHERE = re.compile(
    r"parity|parité|competitor|concurren|elsewhere|ailleurs|best_price|meilleur_prix"
    r"|(other|autre)s?_(site|channel|platform|canal|plateforme)|(booking|expedia|airbnb)_?price"
    r"|price_(on|at|of)_(other|booking|expedia|airbnb)|compared?_price|price_compar",
    re.IGNORECASE,
)


def names_of_fields() -> set[str]:
    """Every name that a form, a Struct or a table gives to what it holds."""
    found: set[str] = set()
    for slice in compose().slices:
        folder = ROOT / slice.package.replace(".", "/")
        for template in folder.rglob("templates/**/*.html"):
            text = template.read_text()
            found |= set(re.findall(r'\bname="([^"{]+)', text))
            found |= set(re.findall(r'f\.(?:text|area|choice|radios|ticks)\("([^"]+)"', text))
        for module in folder.rglob("*.py"):
            found |= set(
                re.findall(r"^    (\w+): [\w\[\]| .,\"]+(?: = .*)?$", module.read_text(), re.M)
            )
        for schema in folder.rglob("schema/*.sql"):
            found |= set(re.findall(r"^\s+(?:add column )?(\w+)\s+\w", schema.read_text(), re.M))
    return found


def test_no_field_anywhere_compares_the_hotelier_s_prices_elsewhere() -> None:
    names = names_of_fields()
    assert {"price_cents", "lat", "shown_hash", "end_reason"} <= names  # the net is not empty
    assert {name for name in names if ELSEWHERE.search(name)} == set()


def test_the_net_would_catch_such_a_field() -> None:
    for name in ("parity_check", "competitor_cents", "prix_ailleurs", "booking_price"):
        assert ELSEWHERE.search(name), name


async def test_no_column_does_either(admin: asyncpg.Connection) -> None:
    rows = await admin.fetch(
        "select distinct column_name from information_schema.columns where table_schema = 'public'"
    )
    assert len(rows) > 100
    assert {row[0] for row in rows if ELSEWHERE.search(row[0])} == set()
