"""What is decided without looking anything up: which hours may be opened, what may be booked."""

import re
import unicodedata
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from stdnum import luhn

from hub.core.sentences import say
from hub.tenancy import Role
from verticals.health.agenda.errors import (
    AccountNotYours,
    AgendaInvalid,
    AppointmentOver,
    SlotTaken,
)
from verticals.health.agenda.models import (
    AddPractitioner,
    Appointment,
    Mode,
    OpenSlots,
    Practitioner,
    Slot,
    State,
)

# The professions of the RPPS that this agenda names (code de la santé publique, 4th part).
PROFESSIONS = ("physician", "midwife", "dentist", "nurse", "physiotherapist", "psychologist",
               "speech-therapist", "pharmacist")  # fmt: skip
AHEAD = timedelta(days=366)
MOST_COMING = 5  # so many times of one practice a patient takes by themselves
LEAST_MINUTES, MOST_MINUTES, MOST_A_TIME = 5, 240, 100
MODES = {"place": ("place",), "video": ("video",), "both": ("place", "video")}
_TIME = re.compile(r"([01]\d|2[0-3]):([0-5]\d)", re.ASCII)
_RPPS = re.compile(r"\d{11}", re.ASCII)


def check_asks_account(role: str | None) -> None:
    """Raise `AccountNotYours` for who does not decide about members: an account opens what patients
    share."""
    if not may_ask_account(role):
        raise AccountNotYours()


def may_ask_account(role: str | None) -> bool:
    """Whether the page offers it."""
    return role in {Role.OWNER, Role.MANAGER}


def check_practitioner(command: AddPractitioner) -> dict[str, str]:
    """Names, profession and number. Raises `AgendaInvalid`."""
    names = {"family": _name(command.family, "family"), "given": _name(command.given, "given")}
    if command.profession not in PROFESSIONS:
        raise AgendaInvalid("Choose a profession.", field="profession")
    number = re.sub(r"\s", "", command.rpps)
    if not _RPPS.fullmatch(number) or not luhn.is_valid(number):
        raise AgendaInvalid("Write the 11 digits of the RPPS: this number is wrong.", field="rpps")
    return {**names, "profession": command.profession, "rpps": number}


def _name(typed: str, field: str) -> str:
    text = " ".join(unicodedata.normalize("NFC", typed).split())
    if not 1 <= len(text) <= 100 or not text.isprintable():
        raise AgendaInvalid(say("Write 1 to %(most)s letters.", most=100), field=field)
    return text


def cut_slots(
    command: OpenSlots, zone: str, now: datetime
) -> tuple[list[tuple[datetime, datetime]], tuple[str, ...]]:
    """The times that some hours are cut into, and their modes; what is left at the end is too
    short for one more. Raises `AgendaInvalid`, also for an hour that clocks leave out."""
    if command.modes not in MODES:
        raise AgendaInvalid("Choose how you receive.", field="modes")
    try:
        day = date.fromisoformat(command.day.strip())
    except ValueError:
        raise AgendaInvalid("Choose a day.", field="day") from None
    begins = _instant(day, command.begins, "begins", zone)
    ends = _instant(day, command.ends, "ends", zone)
    if not now < begins <= now + AHEAD:
        raise AgendaInvalid("Choose a day within the next year.", field="day")
    minutes = command.minutes.strip()
    good = minutes.isascii() and minutes.isdecimal() and len(minutes) < 4
    if not good or not LEAST_MINUTES <= int(minutes) <= MOST_MINUTES:
        says = say("From %(least)s to %(most)s minutes.", least=LEAST_MINUTES, most=MOST_MINUTES)
        raise AgendaInvalid(says, field="minutes")
    step = timedelta(minutes=int(minutes))
    if begins + step > ends:
        raise AgendaInvalid("The end comes after the beginning, and one time fits.", field="ends")
    found: list[tuple[datetime, datetime]] = []
    while begins + step <= ends:
        found.append((begins, begins + step))
        begins += step
    if len(found) > MOST_A_TIME:
        says = say("At most %(most)s times at once.", most=MOST_A_TIME)
        raise AgendaInvalid(says, field="minutes")
    return found, MODES[command.modes]


def _instant(day: date, typed: str, field: str, zone: str) -> datetime:
    """An hour of a day by a clock; of one that a night has twice the first. Raises `AgendaInvalid`
    for one that the night in which clocks go forward leaves out."""
    found = _TIME.fullmatch(typed.strip())
    if found is None:
        raise AgendaInvalid("Write an hour, such as 09:30.", field=field)
    local = datetime(day.year, day.month, day.day, int(found[1]), int(found[2]))  # noqa: DTZ001
    at = local.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)
    if at.astimezone(ZoneInfo(zone)).replace(tzinfo=None, fold=0) != local:
        raise AgendaInvalid("This hour does not exist: clocks go forward.", field=field)
    return at


def check_bookable(slot: Slot, practitioner: Practitioner, mode: str, now: datetime) -> Mode:
    """How they will meet. Raises `SlotTaken` for a time that is over, closed or taken, or whose
    practitioner receives no more; `AgendaInvalid` for a mode that it is not offered in."""
    if slot.taken or slot.closed or slot.begins_at <= now or not practitioner.active:
        raise SlotTaken("Choose another time.")
    return check_mode(slot, mode)


def check_mode(slot: Slot, mode: str) -> Mode:
    """Raises `AgendaInvalid` for a mode that a time is not offered in."""
    if mode not in slot.modes:
        raise AgendaInvalid("Choose how you come.", field="mode")
    return Mode(mode)


def check_changeable(appointment: Appointment, now: datetime) -> None:
    """Raises `AppointmentOver` once it has begun, or was given up."""
    if appointment.state is State.CANCELLED:
        raise AppointmentOver("It was cancelled.")
    if appointment.begins_at <= now:
        raise AppointmentOver("It has begun: call the practice.")
