"""Patients: their strict traits, the status of their identity, and the INS, sealed."""

from verticals.health.patients.actions import (
    add_patient,
    check_identity,
    check_mergeable,
    find_of_person,
    find_patient,
    list_alike,
    list_patients,
    merge,
    read_ins,
    take_ins,
)
from verticals.health.patients.errors import PatientInvalid, PatientUnknown, SealedUnreadable
from verticals.health.patients.keys import give_key, seal, shred, take_key, unseal
from verticals.health.patients.models import (
    NIA_OID,
    NIR_OID,
    AddPatient,
    CheckIdentity,
    Ins,
    Patient,
    Sex,
    Sought,
    Status,
    TakeIns,
)

__all__ = [
    "NIA_OID",
    "NIR_OID",
    "AddPatient",
    "CheckIdentity",
    "Ins",
    "Patient",
    "PatientInvalid",
    "PatientUnknown",
    "SealedUnreadable",
    "Sex",
    "Sought",
    "Status",
    "TakeIns",
    "add_patient",
    "check_identity",
    "check_mergeable",
    "find_of_person",
    "find_patient",
    "give_key",
    "list_alike",
    "list_patients",
    "merge",
    "read_ins",
    "seal",
    "shred",
    "take_ins",
    "take_key",
    "unseal",
]
