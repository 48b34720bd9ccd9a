"""The one place that reads other platforms' addresses, which are given by strangers.

Names are resolved here and the connection goes to the very address that was checked, so a name
that answers differently the second time leads nowhere; every redirect is checked again. Proxies of
the environment are not used: they would resolve for themselves.
"""

import asyncio
import ipaddress
import socket
import zlib
from collections.abc import Awaitable, Callable

import httpx

from tourism.channels.models import Fetched, FetchFailed, Outcome
from tourism.channels.networks import fetchable

DEADLINE_S = 10.0
MAX_BYTES = 2 * 1024 * 1024
MAX_REDIRECTS = 3
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_GZIP_OR_ZLIB = 47  # zlib's window bits for either header

Answer = Fetched | FetchFailed
Fetch = Callable[[str], Awaitable[Answer]]


async def fetch_feed(
    address: str, *, allow_private: bool = False, deadline_s: float = DEADLINE_S
) -> Answer:
    """Read an address within `deadline_s` in all, redirects and trickling included.

    At most 2 MB and 3 redirects, http(s) only, public addresses only unless `allow_private`. Never
    raises for what the other side does.
    """
    try:
        async with asyncio.timeout(deadline_s):
            return await _follow(address, allow_private)
    except TimeoutError:
        return FetchFailed(outcome=Outcome.TIMEOUT)
    except (httpx.InvalidURL, UnicodeError, ValueError):
        return FetchFailed(outcome=Outcome.ADDRESS_REFUSED)
    except httpx.TimeoutException:
        return FetchFailed(outcome=Outcome.TIMEOUT)
    except (httpx.HTTPError, OSError):
        return FetchFailed(outcome=Outcome.UNREACHABLE)


async def _follow(address: str, allow_private: bool) -> Answer:
    url = httpx.URL(address)
    async with httpx.AsyncClient(trust_env=False, timeout=None) as client:  # noqa: S113  one deadline
        for _ in range(MAX_REDIRECTS + 1):
            checked = await _check(url, allow_private)
            if checked is None:
                return FetchFailed(outcome=Outcome.ADDRESS_REFUSED)
            answer = await _ask(client, url, checked)
            if not isinstance(answer, httpx.URL):
                return answer
            url = answer
    return FetchFailed(outcome=Outcome.TOO_MANY_REDIRECTS)


async def _check(url: httpx.URL, allow_private: bool) -> str | None:
    """The numeric address to connect to; None when any address of the name is not public."""
    if url.scheme not in {"http", "https"} or not url.host:
        return None
    port = url.port or (443 if url.scheme == "https" else 80)
    loop = asyncio.get_running_loop()
    found = await loop.getaddrinfo(url.raw_host.decode("ascii"), port, type=socket.SOCK_STREAM)
    addresses = [str(place[4][0]) for place in found]
    allowed = all(fetchable(ipaddress.ip_address(ip.partition("%")[0])) for ip in addresses)
    return addresses[0] if addresses and (allowed or allow_private) else None


async def _ask(client: httpx.AsyncClient, url: httpx.URL, ip: str) -> Answer | httpx.URL:
    """The answer of one hop, or where it redirects to."""
    request = client.build_request(
        "GET",
        url.copy_with(host=ip, fragment=None),
        headers={
            "Host": url.netloc.decode("ascii"),
            "Accept": "text/calendar, */*;q=0.1",
            "Accept-Encoding": "identity",
            "User-Agent": "usage-hub calendar reader",
        },
        extensions={"sni_hostname": url.raw_host.decode("ascii")},
    )
    response = await client.send(request, stream=True, follow_redirects=False)
    try:
        if response.status_code in _REDIRECTS and "location" in response.headers:
            return url.join(response.headers["location"])
        if response.status_code != 200:
            return FetchFailed(outcome=Outcome.HTTP_STATUS, http_status=response.status_code)
        return await _read(response)
    finally:
        await response.aclose()


async def _read(response: httpx.Response) -> Answer:
    body = bytearray()
    async for chunk in response.aiter_raw():
        body += chunk
        if len(body) > MAX_BYTES:
            return FetchFailed(outcome=Outcome.TOO_LARGE)
    encoding = response.headers.get("content-encoding", "identity").strip().lower()
    if encoding in {"", "identity"}:
        return Fetched(body=bytes(body))
    # Some answer compressed whatever was asked: a small bomb must not become a large one.
    return _inflate(bytes(body)) if encoding in {"gzip", "x-gzip", "deflate"} else _BAD_ENCODING


def _inflate(body: bytes) -> Answer:
    inflater = zlib.decompressobj(_GZIP_OR_ZLIB)
    try:
        plain = inflater.decompress(body, MAX_BYTES + 1)
    except zlib.error:
        return _BAD_ENCODING
    if len(plain) > MAX_BYTES:
        return FetchFailed(outcome=Outcome.TOO_LARGE)
    return Fetched(body=plain) if inflater.eof else _BAD_ENCODING


_BAD_ENCODING = FetchFailed(outcome=Outcome.BAD_ENCODING)
