"""Behind a balancer the guest's own address counts, and nobody can invent another."""

import pytest

from hub.core.errors import BadSetting
from hub.core.proxies import BehindProxies, find_client, read_networks
from hub.core.settings import read_settings

TRUSTED = read_networks("10.0.0.0/8, ::1")


@pytest.mark.parametrize(
    ("peer", "forwarded", "client"),
    [
        ("203.0.113.7", ["198.51.100.1"], "203.0.113.7"),  # a stranger's word is not believed
        ("10.0.0.2", [], "10.0.0.2"),
        ("10.0.0.2", ["198.51.100.1"], "198.51.100.1"),
        ("10.0.0.2", ["192.0.2.66", "198.51.100.1"], "198.51.100.1"),  # the first is invented
        ("10.0.0.2", ["198.51.100.1", " 10.9.9.9"], "198.51.100.1"),  # two proxies
        ("10.0.0.2", ["10.1.1.1", "10.2.2.2"], "10.1.1.1"),  # all are ours: the farthest
        ("::1", ["2001:db8::5"], "2001:db8::5"),
        ("10.0.0.2", ["198.51.100.1", "not an address"], "10.0.0.2"),
        ("unix", ["198.51.100.1"], "unix"),
    ],
)
def test_the_address_that_asks(peer: str, forwarded: list[str], client: str) -> None:
    assert find_client(peer, forwarded, TRUSTED) == client


def test_without_a_named_proxy_only_the_peer_counts() -> None:
    assert find_client("10.0.0.2", ["198.51.100.1"], ()) == "10.0.0.2"


def test_a_network_that_cannot_be_is_told_by_its_setting() -> None:
    with pytest.raises(BadSetting, match="HUB_TRUSTED_PROXIES"):
        read_settings({"HUB_TRUSTED_PROXIES": "10.0.0.0/33", "HUB_SECRET_KEY": "x" * 32})


async def test_limits_and_figures_read_the_address_that_asks() -> None:
    seen: list[object] = []

    async def site(scope, receive, send) -> None:
        seen.append(scope["client"])

    app = BehindProxies(TRUSTED)(site)
    for peer, chain in (("10.0.0.2", b"192.0.2.66, 198.51.100.1"), ("203.0.113.7", b"10.0.0.1")):
        scope = {
            "type": "http",
            "client": (peer, 4711),
            "headers": [(b"x-forwarded-for", chain)],
            "route_handler": None,
        }
        await app(scope, None, None)  # pyright: ignore[reportArgumentType]
    assert seen == [("198.51.100.1", 4711), ("203.0.113.7", 4711)]
