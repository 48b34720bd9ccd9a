"""Persons, passwords and sessions. What others may use:"""

from hub.identity.actions import (
    check_password,
    choose_organisation,
    find_person_by_email,
    list_choices,
    open_session,
    register_person,
)
from hub.identity.cookies import NAME as SESSION_COOKIE
from hub.identity.cookies import ended_cookie, read_session
from hub.identity.errors import EmailTaken, PersonInvalid, SignInLocked, WrongCredentials
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
    "SignInLocked",
    "SignedIn",
    "WrongCredentials",
    "check_password",
    "choose_organisation",
    "ended_cookie",
    "find_person_by_email",
    "forget_lost_factor",
    "hash_password",
    "list_choices",
    "open_session",
    "read_session",
    "register_person",
]
