"""Persons, passwords and sessions. What others may use:"""

from hub.identity.actions import (
    choose_organisation,
    find_person_by_email,
    list_choices,
    open_session,
    register_person,
)
from hub.identity.cookies import NAME as SESSION_COOKIE
from hub.identity.errors import EmailTaken, PersonInvalid
from hub.identity.factors import forget_lost as forget_lost_factor
from hub.identity.models import HashCost, Person, RegisterPerson, SignedIn
from hub.identity.passwords import hash_password

__all__ = [
    "SESSION_COOKIE",
    "EmailTaken",
    "HashCost",
    "Person",
    "PersonInvalid",
    "RegisterPerson",
    "SignedIn",
    "choose_organisation",
    "find_person_by_email",
    "forget_lost_factor",
    "hash_password",
    "list_choices",
    "open_session",
    "register_person",
]
