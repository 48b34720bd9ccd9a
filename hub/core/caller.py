"""Who calls: nobody in particular, or a person acting for an organisation, or an API key."""

from collections.abc import Iterable
from datetime import datetime, timedelta

import msgspec

from hub.core.errors import FactorMissing, FactorStale, Forbidden, NotSignedIn


class Caller(msgspec.Struct, frozen=True, kw_only=True):
    """The caller of a request. Without a tenant, no tenant's rows can be seen.

    `organisation_kind` is the kind of the organisation that the person acts for (`lodging`,
    `federation`, `office`, `region`, `operator`…), `role` the person's role in it. `factor_at` is
    when this session was last shown the person's second factor.
    """

    person: int | None = None
    name: str | None = None
    email: str | None = None
    tenant: int | None = None
    organisation: str | None = None
    organisation_kind: str | None = None
    role: str | None = None
    has_factor: bool = False
    factor_at: datetime | None = None

    @property
    def actor(self) -> str:
        """How the audit record names this caller."""
        return "guest" if self.person is None else f"person:{self.person}"


ANONYMOUS = Caller()
ANYBODY = "anybody"
SIGNED_IN = "signed-in"
GUARDED = frozenset({"operator"})  # kinds of organisations for which a second factor is asked
FRESH = timedelta(minutes=15)


def access(
    *kinds: str,
    gives_way: bool = False,
    fresh: bool = False,
    writes: bool = True,
    acts: bool = False,
) -> dict[str, object]:
    """A route's `opt`: `access(ANYBODY)`, `access(SIGNED_IN)` or organisation kinds.

    A route that does not say who may use it keeps the application from starting. One that
    `gives_way` is refused first when the service is crowded: looking before booking. One that is
    `fresh` does what cannot be taken back: who has a second factor has shown it lately. One that
    takes a form and keeps nothing of it `writes` nothing: it is not counted. One that is open to
    whoever is signed in but `acts` for their organisation asks for the second factor that the pages
    of such an organisation ask for.
    """
    if not kinds:
        raise ValueError("say who may use the route")
    said = {"gives_way": gives_way, "fresh": fresh, "writes": writes, "acts": acts}
    return {"access": kinds, **said}


def check_access(caller: Caller, kinds: Iterable[str]) -> None:
    """Raise `NotSignedIn` or `Forbidden` unless the caller may use a route open to `kinds`."""
    allowed = tuple(kinds)
    if ANYBODY in allowed:
        return
    if caller.person is None:
        raise NotSignedIn("Sign in to see this page.")
    if SIGNED_IN not in allowed and caller.organisation_kind not in allowed:
        raise Forbidden("Your organisation has no access to this page.")


def check_factor(
    caller: Caller,
    kinds: Iterable[str],
    now: datetime,
    *,
    required: bool,
    fresh: bool,
    acts: bool = False,
) -> None:
    """Raise `FactorMissing` or `FactorStale` unless the caller's second factor is enough for a
    route open to `kinds`, or one that `acts` for the caller's organisation whatever it is. Where it
    is `required`, who acts for an operator must have one."""
    allowed = tuple(kinds)
    if ANYBODY in allowed or (SIGNED_IN in allowed and not acts):
        return
    if not caller.has_factor:
        if required and caller.organisation_kind in GUARDED:
            raise FactorMissing("Set it up first: it takes a minute.")
        return
    if caller.factor_at is None or (fresh and caller.factor_at < now - FRESH):
        raise FactorStale("Type the code that your telephone shows now.")
