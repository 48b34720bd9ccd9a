"""The one place that asks a video service for the address of a room."""

import asyncio
from importlib.metadata import entry_points

from verticals.health.visits.errors import ProviderSilent
from verticals.health.visits.models import Meeting, Provider

GROUP = "usage_hub.video"
PATIENCE_S = 5.0


def list_providers() -> tuple[str, ...]:
    """The providers that are installed, by name."""
    return tuple(sorted(one.name for one in entry_points(group=GROUP)))


async def find_address(meeting: Meeting) -> str:
    """Where to enter. An address of the practice's own is filled with the room's name; an installed
    provider is asked. Raises `ProviderSilent` when it does not answer in time, or answers nonsense.
    """
    if "{room}" in meeting.provider:
        return meeting.provider.replace("{room}", meeting.room)
    found = [one for one in entry_points(group=GROUP) if one.name == meeting.provider]
    if not found:
        raise ProviderSilent("It is not installed here.")
    provider: Provider = found[0].load()
    try:
        address = await asyncio.wait_for(provider(meeting), PATIENCE_S)
    except Exception as error:  # whatever a provider of somebody else's raises
        raise ProviderSilent("Try again in a moment, or call the practice.") from error
    if not address.startswith("https://"):
        raise ProviderSilent("Try again in a moment, or call the practice.")
    return address
