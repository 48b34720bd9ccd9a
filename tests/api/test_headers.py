"""What every answer says to the browser, whatever it answers."""

from collections.abc import AsyncIterator

import msgspec
import pytest
from litestar.testing import AsyncTestClient
from structlog.testing import capture_logs

from hub.app import create_app
from hub.core import web
from hub.core.settings import Settings
from tests.people import HTML, sign_up

POLICY = {"default-src 'self'", "object-src 'none'", "base-uri 'none'", "frame-ancestors 'none'"}


@pytest.fixture
async def client(settings: Settings) -> AsyncIterator[AsyncTestClient]:
    async with AsyncTestClient(create_app(settings), base_url="http://testserver.local") as client:
        client.follow_redirects = False
        yield client


async def test_every_answer_carries_the_headers_of_safety(client: AsyncTestClient) -> None:
    asked = {"origin": "https://example.com", "accept": "text/html"}
    for path, status in [
        ("/sign-in", 200),
        ("/pro/operations", 303),
        ("/api/v1/me", 401),
        ("/health/live", 200),
        ("/static/app.css", 200),
        ("/nowhere", 404),
    ]:
        answer = await client.get(path, headers=asked)
        assert answer.status_code == status, path
        said = answer.headers
        assert {part.strip() for part in said["content-security-policy"].split(";")} >= POLICY
        assert "unsafe" not in said["content-security-policy"]
        assert said["x-content-type-options"] == "nosniff"
        assert said["referrer-policy"] == "same-origin"
        assert not [name for name in said if name.startswith("access-control-")], path
        assert (await client.request("TRACE", path)).status_code in {404, 405}, path


@pytest.mark.parametrize(
    ("address", "below", "said"),
    [
        ("https://hub.example.fr", False, "max-age=31536000"),
        ("https://hub.example.fr", True, "max-age=31536000; includeSubDomains"),
        ("http://hub.example.fr", True, None),
    ],
)
async def test_https_is_asked_for_a_year_and_of_names_below_where_it_is_set(
    settings: Settings, address: str, below: bool, said: str | None
) -> None:
    chosen = msgspec.structs.replace(settings, public_url=address, hsts_subdomains=below)
    async with AsyncTestClient(create_app(chosen), base_url=address) as client:
        client.follow_redirects = False
        for path in ("/sign-in", "/api/v1/me", "/static/app.css", "/nowhere"):
            answer = await client.get(path)
            assert answer.headers.get("strict-transport-security") == said, path


async def test_what_somebody_signed_in_is_shown_stays_on_no_disk(client: AsyncTestClient) -> None:
    open_to_all = await client.get("/catalogue", headers=HTML)
    assert (open_to_all.status_code, open_to_all.headers.get("cache-control")) == (200, None)
    await sign_up(client)
    for path in ("/pro", "/organisations", "/account/access", "/api/v1/me", "/catalogue"):
        answer = await client.get(path, headers=HTML)
        assert answer.status_code == 200, path
        assert answer.headers.get_list("cache-control") == ["no-store"], path
    refused = await client.get("/pro/operations", headers=HTML)
    assert refused.headers.get_list("cache-control") == ["no-store"]
    style = await client.get("/static/app.css")
    assert "no-store" not in style.headers.get("cache-control", "")


async def test_a_folder_is_not_listed(client: AsyncTestClient) -> None:
    for path in ("/static", "/static/", "/static/vendor", "/static/vendor/"):
        answer = await client.get(path)
        assert answer.status_code in {404, 405}, path
        assert "woff2" not in answer.text


async def test_an_address_is_decoded_once(client: AsyncTestClient) -> None:
    once = await client.get("/sign-in?next=%2Fbookings%2F1", headers=HTML)
    assert 'name="next" value="/bookings/1"' in once.text
    twice = await client.get("/sign-in?next=%252Fbookings%252F1", headers=HTML)
    assert twice.status_code == 200
    assert "bookings" not in twice.text.partition("<main")[2].partition("</main")[0]
    for path in ("/static/..%2fapp.py", "/static/%2e%2e/app.py", "/static/..%252fapp.py"):
        assert (await client.get(path)).status_code == 404, path


async def test_who_is_not_let_do_something_is_written_down(client: AsyncTestClient) -> None:
    await sign_up(client)
    with capture_logs() as lines:
        assert (await client.get("/api/v1/operator/audit-entries")).status_code == 403
        assert (await client.get("/api/v1/me")).status_code == 200
    [line] = [one for one in lines if one["event"] == "refused"]
    assert line["code"] == "forbidden"
    assert line["caller"].startswith("person:")
    assert line["path"] == "/api/v1/operator/audit-entries"


async def test_the_counters_are_not_for_the_internet(
    client: AsyncTestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Which addresses are everybody's: `tests/unit/test_database_line.py`."""
    assert "hub_requests_total" in (await client.get("/metrics")).text
    asked: list[str] = []

    def is_everybodys(address: str) -> bool:
        asked.append(address)
        return True

    monkeypatch.setattr(web, "is_everybodys", is_everybodys)
    refused = await client.get("/metrics")
    assert refused.status_code == 404
    assert "hub_requests_total" not in refused.text
    assert asked == ["testclient"]
