"""A video provider that somebody installed: asked with little, waited for shortly, not trusted."""

import asyncio
from datetime import UTC, datetime

import pytest

from verticals.health.visits import gateway
from verticals.health.visits.errors import ProviderSilent
from verticals.health.visits.models import Meeting, Provider, Role

MEETING = Meeting(
    provider="acme", room="a1b2", role=Role.PATIENT, until_at=datetime(2026, 12, 4, 10, tzinfo=UTC)
)


class Installed:
    """An entry point."""

    def __init__(self, provider: Provider) -> None:
        self.name, self._provider = "acme", provider

    def load(self) -> Provider:
        return self._provider


def install(monkeypatch: pytest.MonkeyPatch, provider: Provider) -> None:
    monkeypatch.setattr(gateway, "entry_points", lambda group: [Installed(provider)])


async def test_an_installed_provider_is_asked_for_the_address(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    seen: list[Meeting] = []

    async def answer(meeting: Meeting) -> str:
        seen.append(meeting)
        return f"https://acme.example/{meeting.room}?as={meeting.role}"

    install(monkeypatch, answer)
    assert gateway.list_providers() == ("acme",)
    assert await gateway.find_address(MEETING) == "https://acme.example/a1b2?as=patient"
    assert seen == [MEETING]


async def raises(_: Meeting) -> str:
    raise RuntimeError("broken")


async def sleeps(_: Meeting) -> str:
    await asyncio.Event().wait()
    return ""


async def lies(_: Meeting) -> str:
    return "javascript:alert(1)"


@pytest.mark.parametrize("provider", [raises, sleeps, lies])
async def test_one_that_fails_sleeps_or_lies_leads_nowhere(
    monkeypatch: pytest.MonkeyPatch, provider: Provider
) -> None:
    install(monkeypatch, provider)
    monkeypatch.setattr(gateway, "PATIENCE_S", 0.01)
    with pytest.raises(ProviderSilent):
        await gateway.find_address(MEETING)
