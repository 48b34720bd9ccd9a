"""Who really asks, behind a balancer: only proxies that are named are believed."""

from collections.abc import Sequence
from ipaddress import IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

from litestar.enums import ScopeType
from litestar.middleware import ASGIMiddleware
from litestar.types import ASGIApp, Receive, Scope, Send

from hub.core.errors import BadSetting

Network = IPv4Network | IPv6Network


def read_networks(text: str) -> tuple[Network, ...]:
    """The networks of `HUB_TRUSTED_PROXIES`, by commas (`10.0.0.0/8, ::1`). Raises `BadSetting`."""
    try:
        return tuple(ip_network(part.strip()) for part in text.split(",") if part.strip())
    except ValueError as error:
        raise BadSetting(f"HUB_TRUSTED_PROXIES holds networks by commas: {error}.") from error


def find_client(peer: str, forwarded: Sequence[str], trusted: Sequence[Network]) -> str:
    """The address that asks: going back from the peer, the first that is no trusted proxy.

    `forwarded` is the chain of X-Forwarded-For, the oldest first. What stands before the first
    stranger was written by the stranger and is not believed; a word that is no address ends the
    chain, and the proxy that passed it on is told.
    """
    told = peer
    for address in (*reversed(forwarded), None):
        if not _is_trusted(told, trusted) or address is None:
            return told
        try:
            told = str(ip_address(address.strip()))
        except ValueError:
            return told
    return told


def is_everybodys(address: str) -> bool:
    """Whether an address is one of the internet's, and of no machine or network of ours."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return False
    inside = parsed.ipv4_mapped if isinstance(parsed, IPv6Address) else None
    return (inside or parsed).is_global


def _is_trusted(address: str, trusted: Sequence[Network]) -> bool:
    try:
        parsed = ip_address(address)
    except ValueError:
        return False
    return any(parsed in network for network in trusted)


class BehindProxies(ASGIMiddleware):
    """Puts the address that asks into the scope, where limits and figures read it."""

    scopes = (ScopeType.HTTP,)

    def __init__(self, trusted: Sequence[Network]) -> None:
        self._trusted = tuple(trusted)

    async def handle(self, scope: Scope, receive: Receive, send: Send, next_app: ASGIApp) -> None:
        if self._trusted and scope["client"]:
            peer, port = scope["client"]
            chain = [
                part
                for name, value in scope["headers"]
                if name == b"x-forwarded-for"
                for part in value.decode("latin-1").split(",")
            ]
            scope["client"] = (find_client(peer, chain, self._trusted), port)
        await next_app(scope, receive, send)
