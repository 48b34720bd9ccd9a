"""The hook to an accredited platform (plateforme agréée): the service is compatible with one, and
is none itself.

An installed package offers a platform by an entry point of the group `usage_hub.invoice_platforms`
whose object makes a `Platform`; `HUB_INVOICE_PLATFORM` names the one to use. Nothing here opens a
transaction.
"""

import os
from collections.abc import Callable, Sequence
from datetime import datetime
from importlib.metadata import entry_points
from typing import Protocol

from hub.billing.models import Code, Deposit, Told
from hub.core.errors import BadSetting, Busy, Conflict

GROUP, VARIABLE = "usage_hub.invoice_platforms", "HUB_INVOICE_PLATFORM"


class PlatformAway(Busy):
    """The invoicing platform does not answer"""

    code = "invoice-platform-away"


class DepositRefused(Conflict):
    """The invoicing platform refuses this invoice"""

    code = "invoice-refused"


class Platform(Protocol):
    """What is asked of a platform. The same key deposits once, however often it is asked."""

    name: str

    async def deposit(self, deposit: Deposit) -> str:
        """What the platform calls the invoice. Raises `DepositRefused`, `PlatformAway`."""
        ...

    async def report(self, reference: str, code: Code, at: datetime) -> None:
        """Tell a status that the seller knows, such as cashed. Raises `PlatformAway`."""
        ...

    async def listen(self, since: datetime) -> Sequence[Told]:
        """The statuses told since an instant. Raises `PlatformAway`."""
        ...


# What is installed here and needs no package: tests put their own platform in.
PLATFORMS: dict[str, Callable[[], Platform]] = {}


def open_platform() -> Platform | None:
    """The platform that the environment names; none without a name. Raises `BadSetting`."""
    name = os.environ.get(VARIABLE, "")
    if not name:
        return None
    if name in PLATFORMS:
        return PLATFORMS[name]()
    for entry in entry_points(group=GROUP, name=name):
        return entry.load()()
    raise BadSetting(f"{VARIABLE} names {name!r}, which is not installed.")
