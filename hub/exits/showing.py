"""A way out as a program of its owners reads it: codes that stay, and plain words in its language;
what the program itself said of a failure is for who runs the hub alone."""

from collections.abc import Mapping

from hub.core.i18n import catalogue
from hub.exits import policy
from hub.exits.models import Course, Exit, Halt, HaltCode, Owed, Seen, SeenStanding, Standing

HALTS: Mapping[HaltCode, str] = {
    HaltCode.STALLED: "Votre départ n'avance pas en ce moment. Rien n'est perdu : il est repris "
    "dans l'heure.",
    HaltCode.ARCHIVE_FAILED: "L'archive n'a pas pu être faite. Rien n'est perdu : elle est refaite "
    "dans l'heure.",
    HaltCode.ERASURE_FAILED: "L'effacement n'a pas abouti. Rien n'est perdu : il est repris dans "
    "l'heure.",
}


def show(exit: Exit, language: str) -> Seen:
    """What a way out says to its owners."""
    code = policy.halt_of(exit)
    halt = Halt(code=code, words=catalogue(language).gettext(HALTS[code])) if code else None
    shown = {name: getattr(exit, name) for name in Course.__struct_fields__}
    return Seen(halt=halt, **shown)


def show_standing(standing: Standing, language: str) -> SeenStanding:
    """The same with what the organisation still has to do for others."""
    words = catalogue(language)
    duties = tuple(
        Owed(
            words=words.gettext(one.says) % {"many": one.many},
            many=one.many, cents=one.cents, until=one.until,
        )
        for one in standing.duties
    )  # fmt: skip
    exit = show(standing.exit, language) if standing.exit else None
    return SeenStanding(exit=exit, duties=duties)
