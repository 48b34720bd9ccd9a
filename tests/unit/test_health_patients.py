"""Matricules and traits (DOMAIN 7.2): keys with their vectors, what is refused and where."""

from datetime import UTC, date, datetime
from uuid import UUID

import msgspec
import pytest

from verticals.health.patients import policy
from verticals.health.patients.errors import PatientInvalid
from verticals.health.patients.models import (
    NIA_OID,
    NIR_OID,
    AddPatient,
    Ins,
    Patient,
    Sex,
    Status,
)
from verticals.health.patients.spelling import key_of

TODAY = date(2026, 12, 1)
NOW = datetime(2026, 12, 1, 9, tzinfo=UTC)
LEA = AddPatient(
    birth_name="Martin-Exemple", first_names="Léa Rose", born="1985-05-12", sex="female",
    birthplace="48095",
)  # fmt: skip
VECTORS = [
    ("2690549588157", 80),
    ("1850578006084", 91),
    ("195052A004123", 51),
    ("195052B004123", 78),
]


@pytest.mark.parametrize(("matricule", "key"), VECTORS)
def test_the_key_of_a_matricule(matricule: str, key: int) -> None:
    assert key_of(matricule) == key
    typed = f"{matricule[:1]} {matricule[1:3]} {matricule[3:]} {key:02}".lower()
    assert policy.read_ins(typed, NIR_OID) == Ins(matricule=matricule, oid=NIR_OID)


@pytest.mark.parametrize(("matricule", "key"), VECTORS)
def test_every_other_key_is_refused(matricule: str, key: int) -> None:
    for wrong in set(range(100)) - {key}:
        with pytest.raises(PatientInvalid, match="key does not fit"):
            policy.read_ins(f"{matricule}{wrong:02}", NIR_OID)


@pytest.mark.parametrize(
    ("typed", "oid", "says", "field"),
    [
        ("2690549588157", NIR_OID, "the key, too", "matricule"),
        ("269054958815781", NIR_OID, "key does not fit", "matricule"),
        ("26905495881578", NIR_OID, "15 signs", "matricule"),
        ("2690549588157800", NIR_OID, "15 signs", "matricule"),
        ("", NIR_OID, "15 signs", "matricule"),
        ("569054958815780", NIR_OID, "15 signs", "matricule"),
        ("269002A58815780", NIR_OID, "15 signs", "matricule"),  # no month 00
        ("269052C00412380", NIR_OID, "15 signs", "matricule"),
        ("²69054958815780", NIR_OID, "15 signs", "matricule"),
        ("2٦9054958815780", NIR_OID, "15 signs", "matricule"),
        ("269054958815780", NIA_OID, "begins", "oid"),
        ("269054958815780", "1.2.250.1.213.1.4.7", "NIR or a NIA", "oid"),
        ("269054958815780", "", "NIR or a NIA", "oid"),
    ],
)
def test_a_matricule_that_cannot_be_is_refused_at_its_field(
    typed: str, oid: str, says: str, field: str
) -> None:
    with pytest.raises(PatientInvalid, match=says) as refused:
        policy.read_ins(typed, oid)
    assert refused.value.extra["field"] == field


def test_a_number_that_waits_is_a_nia_and_no_nir() -> None:
    typed = f"8850548095123{key_of('8850548095123'):02}"
    assert not policy.read_ins(typed, NIA_OID).is_nir
    with pytest.raises(PatientInvalid, match="begins"):
        policy.read_ins(typed, NIR_OID)


@pytest.mark.parametrize(
    ("matricule", "change", "says"),
    [
        ("2850548095123", {}, None),
        ("8850548095123", {}, None),
        ("2853348095123", {}, None),  # a month from 20 on says that none is known
        ("2850599352123", {"birthplace": "99352"}, None),
        ("2850548095123", {"birthplace": ""}, "place of birth first"),
        ("2850548095123", {"birthplace": "99999"}, None),  # where it is not known (RNIV)
        ("2850599352123", {"birthplace": "99999"}, None),
        ("2850513055123", {}, None),  # a commune's code may have changed since
        ("1850548095123", {}, "sex"),
        ("7850548095123", {}, "sex"),
        ("2850548095123", {"sex": Sex.UNKNOWN}, "sex"),
        ("2860548095123", {}, "day of birth"),
        ("2850648095123", {}, "day of birth"),
        ("2850599352123", {}, "place of birth"),
        ("2850548095123", {"birthplace": "99352"}, "place of birth"),
    ],
)
def test_a_matricule_fits_the_traits_or_is_refused(
    matricule: str, change: dict[str, object], says: str | None
) -> None:
    traits = msgspec.structs.replace(policy.check_patient(LEA, TODAY), **change)
    ins = Ins(matricule=matricule, oid=NIR_OID)
    if says is None:
        policy.check_fits(ins, traits)
        return
    with pytest.raises(PatientInvalid, match=says):
        policy.check_fits(ins, traits)


@pytest.mark.parametrize(
    ("typed", "born_on"),
    [
        ("1985-05-12", date(1985, 5, 12)),
        (" 1985-05 ", date(1985, 5, 1)),
        ("1985", date(1985, 12, 31)),
        ("2024-02-29", date(2024, 2, 29)),
        ("2026-12-01", TODAY),
        ("2026", date(2026, 12, 31)),
    ],
)
def test_a_day_of_birth_of_which_not_all_is_known(typed: str, born_on: date) -> None:
    assert policy.read_born(typed, TODAY) == born_on


@pytest.mark.parametrize(
    "typed", ["", "12/05/1985", "1985-13-01", "2023-02-29", "2026-12-02", "1890", "2027", "85"]
)
def test_a_day_of_birth_that_cannot_be(typed: str) -> None:
    with pytest.raises(PatientInvalid) as refused:
        policy.read_born(typed, TODAY)
    assert refused.value.extra["field"] == "born"


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"birth_name": " "}, "birth_name"),
        ({"birth_name": "Martin2"}, "birth_name"),
        ({"birth_name": "<b>"}, "birth_name"),
        ({"first_names": "é" * 101}, "first_names"),
        ({"used_name": "-"}, "used_name"),
        ({"sex": "F"}, "sex"),
        ({"birthplace": "Mende"}, "birthplace"),
        ({"birthplace": "00123"}, "birthplace"),
        ({"birthplace": "9935"}, "birthplace"),
        ({"email": "lea@"}, "email"),
        ({"phone": "call me"}, "phone"),
    ],
)
def test_a_trait_that_cannot_be_is_refused_at_its_field(change: dict[str, str], field: str) -> None:
    with pytest.raises(PatientInvalid) as refused:
        policy.check_patient(msgspec.structs.replace(LEA, **change), TODAY)
    assert refused.value.extra["field"] == field


@pytest.mark.parametrize("place", ["48095", "2A004", "2b033", "97105", "99352", "98818", ""])
def test_places_of_birth_here_overseas_and_abroad(place: str) -> None:
    said = policy.check_patient(msgspec.structs.replace(LEA, birthplace=place), TODAY)
    assert said.birthplace == place.upper()


def patient(**change: object) -> Patient:
    known = Patient(
        id=UUID(int=1), person=None, birth_name="Martin Exemple", first_names="Lea", used_name="",
        born_on=date(1985, 5, 12), sex=Sex.FEMALE, birthplace="", email="", phone="", paper="",
        retrieved_at=None, ins_sealed=None, merged_into=None, revision=0, added_at=NOW,
        changed_at=NOW,
    )  # fmt: skip
    return msgspec.structs.replace(known, **change)


def test_diacritics_and_hyphens_make_no_other_person() -> None:
    traits = policy.check_patient(LEA, TODAY)
    assert policy.find_twin(traits, [patient(id=UUID(int=2), first_names="Zoé"), patient()]) == (
        patient()
    )


def test_twins_are_two_people() -> None:
    traits = policy.check_patient(LEA, TODAY)
    assert policy.find_twin(traits, [patient(first_names="Zoé"), patient(sex=Sex.MALE)]) is None
    assert policy.find_twin(traits, [patient(born_on=date(1985, 5, 13))]) is None
    assert policy.find_twin(traits, [patient(sex=Sex.UNKNOWN)]) is not None


def test_a_compound_first_name_is_one() -> None:
    jean = msgspec.structs.replace(LEA, first_names="Jean-Luc Marie", sex="male")
    traits = policy.check_patient(jean, TODAY)
    same = {"sex": Sex.MALE}
    assert policy.find_twin(traits, [patient(first_names="Jean", **same)]) is None
    assert policy.find_twin(traits, [patient(first_names="JEAN-LUC", **same)]) is not None


@pytest.mark.parametrize(
    ("paper", "retrieved", "status"),
    [
        ("", None, Status.PROVISIONAL),
        ("passport", None, Status.VALIDATED),
        ("", NOW, Status.RETRIEVED),
        ("passport", NOW, Status.QUALIFIED),
    ],
)
def test_the_four_statuses(paper: str, retrieved: datetime | None, status: Status) -> None:
    assert patient(paper=paper, retrieved_at=retrieved).status is status
