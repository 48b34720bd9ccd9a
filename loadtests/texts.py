"""Rule texts by the thousand: well-formed ones, and ones that somebody's cat walked over."""

import random
from datetime import date

from hub.rules import (
    Base,
    Component,
    Condition,
    Role,
    Rule,
    RuleText,
    Season,
    Span,
    SubjectKind,
    Tier,
    Yearly,
    check,
    check_rules,
    write_text,
)
from hub.rules.reading.lexing import split_lines
from tourism.agreement import VOCABULARY

AS_OF = date(2026, 12, 1)
NAMES = {"college": {"hotels": "Hôtels", "campsites": "Campings"}}
PLACES = {
    "commune": ("74010", "17300", "2A004", "75101", "97105"),
    "department": ("74", "2A", "974", "75"),
    "region": ("84", "94", "11"),
}
PIECES = (
    "accord agreement saison season règle rule quand when et and ou or sinon otherwise le reste "
    "à l'hébergeur the rest to the lodging : , % € « » \" ( ) = 3 1,5 2.50 1 000 999999999999 29 "
    "février november au moins at least jusqu'à par an puis au-delà TVA prix plancher remise "
    "Annecy 74010 ٣ ½ \u200b \u0000 \u2028 ﬁ œ É̂ 🏨 \t # // ; -- ' ’ [ ] { } %s %(found)s"
).split(" ")


def draw_text(draw: random.Random) -> RuleText:
    """A text that an assembly might write; its rules may hide each other."""
    seasons = tuple(_season(draw, n) for n in range(draw.randint(0, 3)))
    rules = [
        Rule(
            name=f"Règle {n}",
            conditions=_conditions(draw, seasons),
            components=_components(draw),
        )
        for n in range(draw.randint(0, 4))
    ]
    rules.append(Rule(name="Partout", components=_components(draw), catch_all=True))
    return RuleText(
        title=draw.choice(["Lac d'Annecy", "Accord n° 8", "L’accord des « deux » rives"]).replace(
            "«", "("
        ).replace("»", ")"),
        vocabulary=VOCABULARY.code,
        seasons=seasons,
        rules=tuple(rules),
        remainder=Role.LODGING,
    )  # fmt: skip


def _season(draw: random.Random, n: int) -> Season:
    first = date(2027, draw.randint(1, 12), draw.randint(1, 28))
    span = Span(first=first, last=date(2028, draw.randint(1, 12), 28))
    days = sorted(f"{draw.randint(1, 12):02}-{draw.randint(1, 28):02}" for _ in range(2))
    return Season(
        name=f"saison {n}",
        spans=(span,) if draw.random() < 0.5 else (),
        yearly=(Yearly(first=days[draw.randint(0, 1)], last=days[0]),),
    )


def _conditions(draw: random.Random, seasons: tuple[Season, ...]) -> tuple[Condition, ...]:
    subjects = draw.sample(VOCABULARY.subjects, draw.randint(1, 4))
    found: list[Condition] = []
    for subject in subjects:
        match subject.kind:
            case SubjectKind.DATE:
                if seasons:
                    names = draw.sample([s.name for s in seasons], draw.randint(1, len(seasons)))
                    found.append(Condition(subject=subject.code, seasons=tuple(names)))
            case SubjectKind.NUMBER:
                low, high = sorted(draw.sample(range(subject.low, subject.high + 1), 2))
                bounds = draw.choice([(low, None), (None, high), (low, high)])
                found.append(
                    Condition(subject=subject.code, at_least=bounds[0], at_most=bounds[1])
                    if draw.random() < 0.7
                    else Condition(subject=subject.code, any_of=(low, high))
                )
            case SubjectKind.FLAG:
                found.append(Condition(subject=subject.code, holds=draw.random() < 0.5))
            case kind:
                known = {
                    SubjectKind.PLACE: PLACES.get(subject.code, ()),
                    SubjectKind.NAME: tuple(NAMES["college"]),
                }.get(kind, tuple(value.code for value in subject.values))
                values = draw.sample(known, draw.randint(1, min(3, len(known))))
                found.append(Condition(subject=subject.code, any_of=tuple(values)))
    return tuple(found) or (Condition(subject="member", holds=True),)


def _components(draw: random.Random) -> tuple[Component, ...]:
    roles = draw.sample([role for role in Role if role is not Role.LODGING], draw.randint(0, 6))
    return tuple(draw_component(draw, role) for role in roles)


def draw_component(draw: random.Random, role: Role) -> Component:
    """A share of any form, small enough that six of them fit."""
    floor = draw.choice([None, draw.randint(0, 5_000)])
    form = draw.random()
    return Component(
        beneficiary=role,
        base=draw.choice([Base.LODGING_NET, Base.SUPPLEMENTS_NET, Base.PENALTY]),
        percent_bps=draw.randint(0, 1_500) if form < 0.6 else None,
        tiers=(
            Tier(percent_bps=draw.randint(0, 1_500), upto_cents=draw.randint(1, 9_999_999)),
            Tier(percent_bps=draw.randint(0, 1_500)),
        )
        if 0.6 <= form < 0.75
        else (),
        fixed_cents=draw.randint(0, 100_000) if form >= 0.75 else None,
        per=draw.choice(["booking", "nights"]) if form >= 0.75 else "booking",
        floor_cents=floor,
        cap_cents=draw.choice([None, draw.randint(floor or 0, 100_000)]),
        vat_bps=draw.choice([0, 1_000, 2_000]),
    )


def spoil(draw: random.Random, source: str) -> str:
    """The text after one to six careless changes."""
    for _ in range(draw.randint(1, 6)):
        at, end = sorted((draw.randint(0, len(source)), draw.randint(0, len(source))))
        match draw.randint(0, 5):
            case 0:
                source = source[:at] + source[min(end, at + 12) :]
            case 1:
                source = source[:at] + draw.choice(PIECES) + source[at:]
            case 2:
                source = source[:at] + chr(draw.randint(1, 0x2FFF)) + source[at:]
            case 3:
                words = source.split(" ")
                draw.shuffle(words) if draw.random() < 0.1 else words.reverse()
                source = " ".join(words) if draw.random() < 0.1 else source
            case 4:
                lines = source.split("\n")
                lines.insert(draw.randint(0, len(lines)), draw.choice(lines))
                source = "\n".join(lines)
            case _:
                source = source[:at] + " ".join(draw.choices(PIECES, k=5)) + source[end:]
    return source


def look_for_trouble(count: int, seed: int) -> tuple[int, list[str]]:
    """Check `count` spoiled texts. How many were refused, and everything that must not be: a
    crash, a refusal without its place in the text, an accepted text that does not survive being
    written and read again."""
    draw = random.Random(seed)
    refused, wrong = 0, []
    good = [write_text(draw_text(draw), VOCABULARY, lang, NAMES) for lang in ("fr", "en") * 20]
    for _ in range(count):
        source = spoil(draw, draw.choice(good))
        try:
            checked = check(source, VOCABULARY, as_of=AS_OF, names=NAMES)
            lines = split_lines(source)
            for fault in checked.faults:
                inside = 1 <= fault.line <= len(lines)
                if not (inside and 1 <= fault.column <= len(lines[fault.line - 1]) + 1):
                    wrong.append(f"no place: {fault} in {source!r}")
                fault.say()
            if not checked.faults:
                again = check_rules(checked.text, VOCABULARY, as_of=AS_OF, names=NAMES)
                if again.faults or again.text != checked.text:
                    wrong.append(f"not the same again: {source!r}: {again.faults}")
        except Exception as error:
            wrong.append(f"{error!r} at {source!r}")
            continue
        refused += bool(checked.faults)
    return refused, wrong
