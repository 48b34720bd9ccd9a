"""The one place that asks a tool's machine for something: its public keys, at an address that a
school's head typed.

The name is resolved here and the connection goes to the very address that was looked at, so a name
that answers otherwise the second time leads nowhere. No redirect is followed, and no proxy of the
environment is used: it would resolve for itself.
"""

import asyncio
import ipaddress
import socket

import httpx

DEADLINE_S = 5.0
MAX_BYTES = 100_000
HEADERS = {
    "Accept": "application/json",
    "Accept-Encoding": "identity",
    "User-Agent": "usage-hub learning platform",
}
_NAT64 = ipaddress.ip_network("64:ff9b::/96")
Ip = ipaddress.IPv4Address | ipaddress.IPv6Address


async def fetch_keys(
    address: str, *, loopback: bool = False, deadline_s: float = DEADLINE_S
) -> str | None:
    """What stands at an https address on the public internet: at most 100 kB, within `deadline_s`
    in all; with `loopback`, of this very machine by http too. None for anything else: never raises
    for what the other side does."""
    try:
        async with asyncio.timeout(deadline_s):
            return await _fetch(httpx.URL(address), loopback)
    except (httpx.HTTPError, httpx.InvalidURL, OSError, UnicodeError, ValueError):
        return None


def is_public(ip: Ip) -> bool:
    """Whether an address is on the public internet: not private, loopback, link-local, multicast,
    nor an IPv6 form that stands for an IPv4 address."""
    if not ip.is_global or ip.is_multicast or ip.is_reserved or ip.is_unspecified:
        return False
    if isinstance(ip, ipaddress.IPv4Address):
        return True
    disguised = ip.ipv4_mapped or ip.sixtofour or ip.teredo
    return not disguised and ip not in _NAT64


def may_ask(scheme: str, ips: list[Ip], *, loopback: bool) -> bool:
    """Whether every address of a name may be asked by this scheme."""
    if not ips:
        return False
    if loopback and scheme == "http":
        return all(one.is_loopback for one in ips)
    return scheme == "https" and all(is_public(one) for one in ips)


async def _fetch(url: httpx.URL, loopback: bool) -> str | None:
    if not url.host:
        return None
    port = url.port or (443 if url.scheme == "https" else 80)
    loop = asyncio.get_running_loop()
    found = await loop.getaddrinfo(url.raw_host.decode("ascii"), port, type=socket.SOCK_STREAM)
    ips = [ipaddress.ip_address(str(place[4][0]).partition("%")[0]) for place in found]
    if not may_ask(url.scheme, ips, loopback=loopback):
        return None
    async with httpx.AsyncClient(trust_env=False, timeout=None) as client:  # noqa: S113  one deadline
        request = client.build_request(
            "GET",
            url.copy_with(host=str(ips[0]), fragment=None),
            headers={"Host": url.netloc.decode("ascii"), **HEADERS},
            extensions={"sni_hostname": url.raw_host.decode("ascii")},
        )
        response = await client.send(request, stream=True, follow_redirects=False)
        try:
            return await _read(response) if response.status_code == 200 else None
        finally:
            await response.aclose()


async def _read(response: httpx.Response) -> str | None:
    body = bytearray()
    async for chunk in response.aiter_raw():
        body += chunk
        if len(body) > MAX_BYTES:
            return None
    encoding = response.headers.get("content-encoding", "identity").strip().lower()
    return bytes(body).decode() if encoding in {"", "identity"} else None
