"""What is decided without looking anything up: is a matricule right, does it fit the traits, is
somebody known already (DOMAIN 7.2, RNIV)."""

import re
import unicodedata
from collections.abc import Iterable
from datetime import date

from hub.core.sentences import say
from verticals.health.patients.errors import NotOnePerson, PatientInvalid
from verticals.health.patients.models import (
    NIA_OID,
    NIR_OID,
    AddPatient,
    CorrectTraits,
    Ins,
    Paper,
    Patient,
    Sex,
    Traits,
)
from verticals.health.patients.spelling import key_of, plain

PLACE_UNKNOWN = "99999"
MOST_LETTERS = 100
MOST_YEARS = 130
_NAME = re.compile(r"[^\W\d_](?:[^\W\d_]|[ '’.-])*")
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
_PHONE = re.compile(r"\+?[0-9][0-9 .-]{5,22}[0-9]")
_PLACE = re.compile(r"(?:0[1-9]|[1-8]\d|9[0-5]|2[AB])\d{3}|9[789]\d{3}", re.ASCII)
_BORN = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?", re.ASCII)
# Sex, year, month (or a code from 20 on where none is known), place, order; the key apart.
_MATRICULE = re.compile(
    r"([1-478])(\d{2})(0[1-9]|1[0-2]|[2-9]\d)((?:\d{2}|2[AB])\d{3})(\d{3})(\d{2})",
    re.ASCII,
)
_MALE, _FEMALE = "137", "248"
_NIR_FIRST = "12"


def read_ins(typed: str, oid: str) -> Ins:
    """A matricule with its key, as INSi gives it. Raises `PatientInvalid` for 13 signs without a
    key, a wrong key, or a number of the kind that the OID is not of."""
    signs = re.sub(r"[\s.-]", "", typed).upper()
    if len(signs) == 13:
        raise PatientInvalid("Write the key, too: 15 signs in all.", field="matricule")
    found = _MATRICULE.fullmatch(signs)
    if found is None:
        raise PatientInvalid("This is no matricule: 15 signs are.", field="matricule")
    if int(found[6]) != key_of(signs[:13]):
        raise PatientInvalid("The key does not fit: a sign is wrong.", field="matricule")
    if oid not in {NIR_OID, NIA_OID}:
        raise PatientInvalid("Choose whether it is a NIR or a NIA.", field="oid")
    if (signs[0] in _NIR_FIRST) != (oid == NIR_OID):
        raise PatientInvalid("A NIR begins with 1 or 2, a NIA with 3, 4, 7 or 8.", field="oid")
    return Ins(matricule=signs[:13], oid=oid)


def check_fits(ins: Ins, traits: Traits | Patient) -> None:
    """Raise `PatientInvalid` where a matricule says another sex, year or month of birth, or says
    that somebody is born abroad who is not; and where a trait that it is compared with is missing.
    """
    number = ins.matricule
    check_complete(traits, "matricule")
    if traits.sex is Sex.UNKNOWN:
        raise PatientInvalid("Complete the sex first: the matricule says it.", field="matricule")
    if (number[0] in _MALE) != (traits.sex is Sex.MALE):
        raise PatientInvalid("The matricule says another sex.", field="matricule")
    month = int(number[3:5])
    other = 1 <= month <= 12 and month != traits.born_on.month
    if int(number[1:3]) != traits.born_on.year % 100 or other:
        raise PatientInvalid("The matricule says another day of birth.", field="matricule")
    abroad = traits.birthplace.startswith("99")
    if traits.birthplace != PLACE_UNKNOWN and (number[5:7] == "99") != abroad:
        raise PatientInvalid("The matricule says another place of birth.", field="matricule")


def check_complete(traits: Traits | Patient, field: str) -> None:
    """Raise `PatientInvalid` where one of the five strict traits is missing (RNIV): nothing that is
    checked can be compared with it."""
    if not traits.birthplace:
        raise PatientInvalid("Complete the place of birth first.", field=field)


def is_same_person(traits: Traits, patient: Patient) -> bool:
    """Whether the strict traits are those that were checked (RNIV: one that is corrected is checked
    again, whatever it was)."""
    return (
        traits.birth_name,
        traits.first_names,
        traits.born_on,
        traits.sex,
        traits.birthplace,
    ) == (
        patient.birth_name,
        patient.first_names,
        patient.born_on,
        patient.sex,
        patient.birthplace,
    )


def read_born(typed: str, today: date) -> date:
    """A day of birth. Where the day is not known it is the first of its month; where the month is
    not either, 31 December (RNIV). Raises `PatientInvalid`."""
    found = _BORN.fullmatch(typed.strip())
    if found is None:
        raise PatientInvalid(
            "Write a day such as 1985-03-12, or what is known of it.", field="born"
        )
    year, month, day = int(found[1]), int(found[2] or 12), int(found[3] or (1 if found[2] else 31))
    try:
        born_on = date(year, month, day)
    except ValueError:
        raise PatientInvalid("There is no such day.", field="born") from None
    unknown = found[3] is None and born_on.year == today.year  # 31 December may lie ahead
    if not (born_on <= today or unknown) or born_on.year < today.year - MOST_YEARS:
        raise PatientInvalid("This day of birth cannot be.", field="born")
    return born_on


def check_patient(command: AddPatient | CorrectTraits, today: date) -> Traits:
    """The traits that may be kept. Raises `PatientInvalid`, with the field that is wrong."""
    place = command.birthplace.strip().upper()
    if place and not _PLACE.fullmatch(place):
        raise PatientInvalid("Write an INSEE code: 48095, 2A004, 99352.", field="birthplace")
    if command.sex not in list(Sex):
        raise PatientInvalid("Choose one.", field="sex")
    email, phone = command.email.strip(), command.phone.strip()
    if email and not (len(email) <= 254 and _EMAIL.fullmatch(email)):
        raise PatientInvalid("Write an e-mail address, such as nom@exemple.fr.", field="email")
    if phone and not _PHONE.fullmatch(phone):
        raise PatientInvalid("Write a telephone number, such as 06 12 34 56 78.", field="phone")
    return Traits(
        birth_name=read_name(command.birth_name, "birth_name"),
        first_names=read_name(command.first_names, "first_names"),
        used_name=read_name(command.used_name, "used_name") if command.used_name.strip() else "",
        born_on=read_born(command.born, today),
        sex=Sex(command.sex),
        birthplace=place,
        email=email,
        phone=phone,
    )


def read_name(typed: str, field: str) -> str:
    """A name as its paper has it, diacritics kept. Raises `PatientInvalid`."""
    text = " ".join(unicodedata.normalize("NFC", typed).split())
    if not 1 <= len(text) <= MOST_LETTERS or not _NAME.fullmatch(text):
        raise PatientInvalid(say("Write 1 to %(most)s letters.", most=MOST_LETTERS), field=field)
    return text


def read_paper(typed: str) -> Paper:
    """Raises `PatientInvalid`."""
    if typed not in list(Paper):
        raise PatientInvalid("Choose the paper that you have looked at.", field="paper")
    return Paper(typed)


def check_mergeable(kept: Patient, gone: Patient, *, same_ins: bool) -> None:
    """Raise `NotOnePerson` for two that nobody may merge: who was merged already, two accounts, two
    matricules (`same_ins` says whether they are equal), two days of birth; and an account whose
    identity nobody has checked: anybody types anybody's traits, and would read what another has."""
    if kept.id == gone.id or kept.merged_into is not None or gone.merged_into is not None:
        raise NotOnePerson("One of them was merged already.")
    if kept.born_on != gone.born_on:
        raise NotOnePerson("They are not born on the same day: correct that first.")
    if kept.person is not None and gone.person is not None:
        raise NotOnePerson("Each has an account of their own.")
    if kept.ins_sealed is not None and gone.ins_sealed is not None and not same_ins:
        raise NotOnePerson("Each has a matricule of their own.")
    if any(one.person is not None and not one.paper for one in (kept, gone)):
        raise NotOnePerson("One has an account: look at their paper first, and check it there.")


def find_twin(traits: Traits, known: Iterable[Patient]) -> Patient | None:
    """Who is known with the same names, day of birth and sex. Twins differ by their first name:
    they are two people."""
    for one in known:
        same_day = (one.born_on, plain(one.birth_name)) == (
            traits.born_on,
            plain(traits.birth_name),
        )
        same_sex = Sex.UNKNOWN in {one.sex, traits.sex} or one.sex is traits.sex
        if same_day and same_sex and _first(one.first_names) == _first(traits.first_names):
            return one
    return None


def _first(names: str) -> str:
    """The first of the first names, a compound one whole: `Jean-Luc Marie` → JEAN LUC."""
    return plain(names.strip().split(" ")[0])
