"""What is decided without looking anything up: is a report complete, is it known already."""

import re
from collections.abc import Mapping, Sequence
from datetime import timedelta

import msgspec

from hub import territory
from hub.core.sentences import say
from verticals.city.reports.errors import ReportInvalid
from verticals.city.reports.models import (
    DATATYPES,
    LISTS,
    Attribute,
    Choice,
    KeepService,
    Report,
    SendReport,
    Service,
    State,
)
from verticals.city.towns import clean

SAME_PLACE_KM = 0.05
NEWEST = 2**31 - 1  # every number is smaller
MOST_AN_HOUR = 200
SHOWN_FOR = timedelta(days=90)
MOST_LETTERS = {"description": 4000, "address": 300, "email": 254, "first_name": 120,
                "last_name": 120, "phone": 40, "media_url": 500}  # fmt: skip
MOST_ANSWER, MOST_TYPED, MOST_CHOICES = 1000, 500, 30
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
_URL = re.compile(r"https?://[^\s<>\"]+")
_NUMBER = re.compile(r"[+-]?\d+([.,]\d+)?")
_DATETIME = re.compile(r"\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2})?(Z|[+-]\d{2}:?\d{2})?)?")
# What a town takes in before it has said anything else.
FIRST = (
    Service(code="voirie", name="Chaussée et trottoirs", group="Voirie",
            description="Nid-de-poule, dalle descellée, trottoir abîmé.",
            keywords=("trou", "chaussée", "trottoir")),
    Service(code="eclairage", name="Éclairage public", group="Voirie",
            description="Lampadaire éteint, clignotant ou abîmé.",
            keywords=("lampadaire", "lumière"),
            attributes=(Attribute(code="lampadaire", datatype="string",
                                  description="Numéro du lampadaire, s'il est lisible"),)),
    Service(code="proprete", name="Propreté", group="Cadre de vie",
            description="Dépôt sauvage, corbeille pleine, tag.",
            keywords=("déchets", "dépôt", "tag"),
            attributes=(Attribute(code="nature", datatype="singlevaluelist", required=True,
                                  description="De quoi s'agit-il ?",
                                  values=(Choice(key="depot", name="Dépôt sauvage"),
                                          Choice(key="corbeille", name="Corbeille pleine"),
                                          Choice(key="tag", name="Tag"),
                                          Choice(key="autre", name="Autre chose"))),)),
    Service(code="vegetation", name="Arbres et espaces verts", group="Cadre de vie",
            description="Branche cassée, haie qui gêne, aire de jeux abîmée.",
            keywords=("arbre", "parc", "jeux")),
    Service(code="signalisation", name="Signalisation", group="Voirie",
            description="Panneau tombé, feu en panne, marquage effacé.",
            keywords=("panneau", "feu")),
)  # fmt: skip


def check_report(command: SendReport, service: Service) -> SendReport:
    """The report as it is kept. Raises `ReportInvalid`, with the field that is wrong."""
    kept = {name: clean(getattr(command, name)) for name in MOST_LETTERS}
    for name, text in kept.items():
        if len(text) > MOST_LETTERS[name]:
            says = say("Write at most %(most)s letters.", most=MOST_LETTERS[name])
            raise ReportInvalid(says, field=name)
    if kept["email"] and not _EMAIL.fullmatch(kept["email"]):
        raise ReportInvalid("Write an e-mail address, such as nom@exemple.fr.", field="email")
    if kept["media_url"] and not _URL.fullmatch(kept["media_url"]):
        raise ReportInvalid("Give an address that begins with https://.", field="media_url")
    answers = _check_answers(command.attributes, service)
    return msgspec.structs.replace(command, **kept, attributes=answers)


def _check_answers(
    given: Mapping[str, Sequence[str]], service: Service
) -> dict[str, tuple[str, ...]]:
    known = {one.code: one for one in service.attributes}
    for code in given:
        if code not in known:
            says = say("%(service)s does not ask for %(code)s.", service=service.code, code=code)
            raise ReportInvalid(says, field="attributes")
    kept: dict[str, tuple[str, ...]] = {}
    for one in service.attributes:
        answers = tuple(text for text in map(clean, given.get(one.code, ())) if text)
        if not answers and one.required:
            raise ReportInvalid("Answer this question.", field=f"attribute[{one.code}]")
        if answers and not _fits(one, answers):
            raise ReportInvalid("This answer is not one of those asked for.",
                                field=f"attribute[{one.code}]")  # fmt: skip
        if answers:
            kept[one.code] = answers
    return kept


def _fits(one: Attribute, answers: Sequence[str]) -> bool:
    if len(answers) > 1 and one.datatype != "multivaluelist":
        return False
    if one.datatype in LISTS:
        return set(answers) <= {choice.key for choice in one.values}
    if len(answers[0]) > MOST_TYPED:
        return False
    form = {"number": _NUMBER, "datetime": _DATETIME}.get(one.datatype)
    return form is None or form.fullmatch(answers[0]) is not None


def around(lat: float, lng: float) -> tuple[float, float, float, float]:
    """South, north, west and east of a square that holds every place that is near."""
    reach = SAME_PLACE_KM / 111.0 * 1.1
    return lat - reach, lat + reach, lng - 3 * reach, lng + 3 * reach


def same_place(lat: float, lng: float, reports: Sequence[Report]) -> list[Report]:
    """Those that lie within 50 m."""
    return [
        one
        for one in reports
        if one.lat is not None
        and one.lng is not None
        and territory.distance_km(lat, lng, one.lat, one.lng) <= SAME_PLACE_KM
    ]


def read_revision(text: str) -> int:
    """The revision that a form names. Raises `ReportInvalid`."""
    if not re.fullmatch(r"[0-9]{1,9}", text):
        raise ReportInvalid("This form is not complete.")
    return int(text)


def number_of(typed: int) -> int:
    """A number as one may have; who asks for others asks for the newest."""
    return typed if 0 < typed < NEWEST else NEWEST


def check_state(text: str) -> State:
    """Raises `ReportInvalid`."""
    try:
        return State(text)
    except ValueError:
        raise ReportInvalid("Choose what becomes of it.", field="state") from None


def check_answer(state: State, text: str) -> str:
    """What is said to who sent it; a refusal says why. Raises `ReportInvalid`."""
    answer = clean(text)
    if len(answer) > MOST_ANSWER:
        raise ReportInvalid(say("Write at most %(most)s letters.", most=MOST_ANSWER),
                            field="answer")  # fmt: skip
    if state is State.REFUSED and not answer:
        raise ReportInvalid("Say why it is refused.", field="answer")
    return answer


def make_service(command: KeepService) -> Service:
    """A kind of report as it is kept; its code is made of its name. Raises `ReportInvalid`."""
    name, description = clean(command.name), clean(command.description)
    code = re.sub(r"[^a-z0-9]+", "-", territory.fold(name).lower()).strip("-")[:40]
    if not code or len(name) > 120:
        raise ReportInvalid("Give it a name of 1 to 120 letters.", field="name")
    if len(description) > MOST_TYPED:
        raise ReportInvalid(say("Write at most %(most)s letters.", most=MOST_TYPED),
                            field="description")  # fmt: skip
    return Service(
        code=code, name=name, description=description, attributes=_make_question(command)
    )


def _make_question(command: KeepService) -> tuple[Attribute, ...]:
    question = clean(command.question)
    choices = list(dict.fromkeys(filter(None, map(clean, command.choices.split("\n")))))
    if not question:
        if choices:
            raise ReportInvalid("Write the question that these answers belong to.",
                                field="question")  # fmt: skip
        return ()
    if len(question) > 120 or len(choices) > MOST_CHOICES or any(len(c) > 120 for c in choices):
        raise ReportInvalid("Ask in 120 letters, with 30 possible answers at most.",
                            field="question")  # fmt: skip
    values = tuple(Choice(key=str(number), name=name) for number, name in enumerate(choices, 1))
    datatype = "singlevaluelist" if values else "string"
    assert datatype in DATATYPES
    return (
        Attribute(
            code="question",
            datatype=datatype,
            description=question,
            required=command.required,
            values=values,
        ),
    )
