"""The gateway against servers that hang, trickle, redirect and swell: real sockets on loopback."""

import asyncio
import gzip
import ipaddress
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import pytest

from tourism.channels import gateway
from tourism.channels.gateway import MAX_BYTES, Answer, fetch_feed
from tourism.channels.models import Fetched, FetchFailed, Outcome
from tourism.channels.networks import fetchable

Serve = Callable[[bytes, asyncio.StreamWriter], Awaitable[None]]
BODY = b"BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n"


@asynccontextmanager
async def serving(serve: Serve) -> AsyncIterator[str]:
    """A server that gives each request's head to `serve`; its base address."""

    talks: set[asyncio.Task[None]] = set()

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        talk = asyncio.current_task()
        assert talk is not None
        talks.add(talk)
        try:
            await serve(await reader.readuntil(b"\r\n\r\n"), writer)
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    server = await asyncio.start_server(handle, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        server.close()
        for talk in talks:
            talk.cancel()
        await asyncio.gather(*talks, return_exceptions=True)


def answering(status: str, body: bytes = b"", *headers: str) -> Serve:
    async def serve(head: bytes, writer: asyncio.StreamWriter) -> None:
        lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", *headers, "", ""]
        writer.write("\r\n".join(lines).encode() + body)
        await writer.drain()

    return serve


async def fetch(address: str, deadline_s: float = 30) -> Answer:
    return await fetch_feed(address, allow_private=True, deadline_s=deadline_s)


async def test_a_calendar_is_read() -> None:
    async with serving(answering("200 OK", BODY)) as base:
        assert await fetch(f"{base}/a.ics") == Fetched(body=BODY)


async def test_a_server_that_never_answers_is_left_at_the_deadline() -> None:
    async def hang(head: bytes, writer: asyncio.StreamWriter) -> None:
        await asyncio.Event().wait()

    async with serving(hang) as base:
        started = time.monotonic()
        assert await fetch(base, 0.3) == FetchFailed(outcome=Outcome.TIMEOUT)
        assert time.monotonic() - started < 30


async def test_a_server_that_trickles_is_left_at_the_same_deadline() -> None:
    async def trickle(head: bytes, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n")
        while True:
            writer.write(b"x")
            await writer.drain()
            await asyncio.sleep(0.02)

    async with serving(trickle) as base:
        started = time.monotonic()
        assert await fetch(base, 0.4) == FetchFailed(outcome=Outcome.TIMEOUT)
        assert time.monotonic() - started < 30


async def test_redirects_share_the_one_deadline() -> None:
    async def slow(head: bytes, writer: asyncio.StreamWriter) -> None:
        await asyncio.sleep(0.25)
        await answering("302 Found", b"", "Location: /again")(head, writer)

    async with serving(slow) as base:
        assert await fetch(base, 0.4) == FetchFailed(outcome=Outcome.TIMEOUT)


async def test_two_megabytes_are_read_and_not_one_byte_more() -> None:
    async with serving(answering("200 OK", b"x" * MAX_BYTES)) as base:
        assert await fetch(base) == Fetched(body=b"x" * MAX_BYTES)
    async with serving(answering("200 OK", b"x" * (MAX_BYTES + 1))) as base:
        assert await fetch(base) == FetchFailed(outcome=Outcome.TOO_LARGE)


async def test_an_endless_answer_is_cut() -> None:
    async def pour(head: bytes, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\n\r\n")
        while True:
            writer.write(b"x" * 65_536)
            await writer.drain()

    async with serving(pour) as base:
        assert await fetch(base) == FetchFailed(outcome=Outcome.TOO_LARGE)


async def test_a_compressed_answer_is_read_and_a_bomb_is_not() -> None:
    headers = "Content-Encoding: gzip"
    async with serving(answering("200 OK", gzip.compress(BODY), headers)) as base:
        assert await fetch(base) == Fetched(body=BODY)
    bomb = gzip.compress(b"x" * (50 * MAX_BYTES))
    async with serving(answering("200 OK", bomb, headers)) as base:
        assert await fetch(base) == FetchFailed(outcome=Outcome.TOO_LARGE)
    for body in (gzip.compress(BODY)[:-9], b"not compressed"):
        async with serving(answering("200 OK", body, headers)) as base:
            assert await fetch(base) == FetchFailed(outcome=Outcome.BAD_ENCODING)


async def test_an_answer_that_breaks_off_is_not_read() -> None:
    async def break_off(head: bytes, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n" + BODY)
        await writer.drain()

    async with serving(break_off) as base:
        assert await fetch(base) == FetchFailed(outcome=Outcome.UNREACHABLE)


@pytest.mark.parametrize("status", ["404 Not Found", "500 Oops", "304 Not Modified", "204 None"])
async def test_any_other_status_is_told(status: str) -> None:
    async with serving(answering(status)) as base:
        assert await fetch(base) == FetchFailed(
            outcome=Outcome.HTTP_STATUS, http_status=int(status[:3])
        )


def counting_redirects(times: int) -> tuple[Serve, list[bytes]]:
    heads: list[bytes] = []

    async def serve(head: bytes, writer: asyncio.StreamWriter) -> None:
        heads.append(head)
        if len(heads) <= times:
            await answering("301 Moved", b"", f"Location: /{len(heads)}")(head, writer)
        else:
            await answering("200 OK", BODY)(head, writer)

    return serve, heads


async def test_three_redirects_are_followed_and_not_a_fourth() -> None:
    serve, heads = counting_redirects(3)
    async with serving(serve) as base:
        assert await fetch(base) == Fetched(body=BODY)
    assert heads[-1].startswith(b"GET /3 HTTP/1.1\r\n")
    serve, heads = counting_redirects(4)
    async with serving(serve) as base:
        assert await fetch(base) == FetchFailed(outcome=Outcome.TOO_MANY_REDIRECTS)
    assert len(heads) == 4


@pytest.mark.parametrize("location", ["ftp://127.0.0.1/a", "file:///etc/passwd", "javascript:x"])
async def test_a_redirect_to_another_scheme_is_refused(location: str) -> None:
    async with serving(answering("302 Found", b"", f"Location: {location}")) as base:
        assert await fetch(base) == FetchFailed(outcome=Outcome.ADDRESS_REFUSED)


async def test_a_server_that_is_not_there_is_unreachable() -> None:
    async with serving(answering("200 OK")) as base:
        pass
    assert await fetch(base) == FetchFailed(outcome=Outcome.UNREACHABLE)


async def test_our_own_network_is_not_asked_at_all(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[bytes] = []

    async def note(head: bytes, writer: asyncio.StreamWriter) -> None:
        asked.append(head)

    async with serving(note) as base:
        for address in (base, base.replace("127.0.0.1", "localhost")):
            assert await fetch_feed(address) == FetchFailed(outcome=Outcome.ADDRESS_REFUSED)
    assert asked == []


async def test_a_redirect_into_our_own_network_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """A public address that redirects to a private one: each hop is checked for itself."""
    asked: list[bytes] = []

    async def redirect(head: bytes, writer: asyncio.StreamWriter) -> None:
        asked.append(head)
        await answering("302 Found", b"", "Location: http://127.0.0.2/secret")(head, writer)

    # The test's own server plays the public host; every other loopback address stays private.
    def public(ip: ipaddress.IPv4Address | ipaddress.IPv6Address) -> bool:
        return str(ip) == "127.0.0.1" or fetchable(ip)

    monkeypatch.setattr(gateway, "fetchable", public)
    async with serving(redirect) as base:
        assert await fetch_feed(base) == FetchFailed(outcome=Outcome.ADDRESS_REFUSED)
    assert len(asked) == 1


async def test_the_connection_goes_to_the_address_that_was_checked(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A name that resolves once is not resolved again, and the server still hears its name."""
    heads: list[bytes] = []

    async def note(head: bytes, writer: asyncio.StreamWriter) -> None:
        heads.append(head)
        await answering("200 OK", BODY)(head, writer)

    asked: list[object] = []
    loop = asyncio.get_running_loop()
    real = loop.getaddrinfo

    async def resolve(host: object, port: object, **more: object):
        asked.append(host)
        return await real("127.0.0.1" if host == "calendars.example" else host, port, **more)

    monkeypatch.setattr(loop, "getaddrinfo", resolve)
    async with serving(note) as base:
        port = base.rpartition(":")[2]
        answer = await fetch(f"http://calendars.example:{port}/a.ics?s=1")
    assert answer == Fetched(body=BODY)
    assert asked.count("calendars.example") == 1
    assert f"host: calendars.example:{port}".encode() in heads[0].lower()
    assert heads[0].startswith(b"GET /a.ics?s=1 ")


async def test_a_name_with_one_private_address_among_public_ones_is_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def resolve(host: object, port: object, **more: object):
        return [(2, 1, 6, "", (ip, port)) for ip in ("1.1.1.1", "10.0.0.1")]

    monkeypatch.setattr(asyncio.get_running_loop(), "getaddrinfo", resolve)
    answer = await fetch_feed("https://calendars.example/a.ics")
    assert answer == FetchFailed(outcome=Outcome.ADDRESS_REFUSED)


@pytest.mark.parametrize("address", ["", "nonsense", "http://", "http://\x00/", "http://[::1"])
async def test_nonsense_is_refused_and_never_raises(address: str) -> None:
    assert await fetch(address) == FetchFailed(outcome=Outcome.ADDRESS_REFUSED)
