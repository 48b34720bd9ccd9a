"""Whoever holds the keys that wrap those of organisations: a folder, a server, the real server."""

import os
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from hub.core.clock import SeededIds
from hub.core.errors import BadSetting
from hub.keys import KeysAway, KeyShredded, KeysRefused, KeyUnknown, SealBroken, find_host
from hub.keys.gateway import Keys, transit
from hub.keys.gateway.files import LocalFiles
from hub.keys.gateway.kept import Kept
from hub.keys.gateway.transit import TransitServer
from hub.keys.sealing import OVERHEAD, Ring
from tests.vaults import TOKEN, FakeTransit, real_transit

NAME, OTHER = "hub-11111111-1111-4111-8111-111111111111", "hub-2"
KEY = bytes(range(32))
ADDRESS = "https://vault.test:8200"
PROGRAM = os.environ.get("HUB_TEST_BAO", "")
KINDS = ("files", "fake", "real") if PROGRAM else ("files", "fake")


@pytest.fixture
def fake(monkeypatch: pytest.MonkeyPatch) -> FakeTransit:
    found = FakeTransit()
    monkeypatch.setitem(transit.TRANSPORTS, ADDRESS, found.transport)
    return found


@pytest.fixture(scope="session")
def real() -> Iterator[str]:
    with real_transit(PROGRAM) as address:
        yield address


@pytest.fixture(params=KINDS)
def host(request: pytest.FixtureRequest, tmp_path: Path) -> Keys:
    if request.param == "files":
        return LocalFiles(tmp_path / "keys")
    if request.param == "real":
        return TransitServer(request.getfixturevalue("real"), "transit", TOKEN)
    request.getfixturevalue("fake")
    return TransitServer(ADDRESS, "transit", TOKEN)


async def test_a_key_is_wrapped_opened_changed_and_destroyed(host: Keys) -> None:
    await host.make(NAME)
    first = await host.wrap(NAME, KEY)
    assert KEY.hex() not in first
    assert await host.unwrap(NAME, first) == KEY
    await host.make(NAME)
    assert await host.unwrap(NAME, first) == KEY, "made again it stays the same"
    await host.rotate(NAME)
    assert await host.unwrap(NAME, first) == KEY, "what an older version wrapped still opens"
    anew = await host.rewrap(NAME, first)
    assert (first.split(":")[1], anew.split(":")[1]) == ("v1", "v2")
    assert await host.unwrap(NAME, anew) == KEY
    await host.destroy(NAME)
    await host.destroy(NAME)
    for wrapped in (first, anew):
        with pytest.raises(KeyUnknown):
            await host.unwrap(NAME, wrapped)
    with pytest.raises(KeyUnknown):
        await host.rotate(NAME)


async def test_what_one_name_wrapped_no_other_opens(host: Keys) -> None:
    await host.make(NAME)
    await host.make(OTHER)
    wrapped = await host.wrap(NAME, KEY)
    for name, text in (
        (OTHER, wrapped),
        ("hub-3", wrapped),
        (NAME, wrapped[:-4] + "AAA="),
        (NAME, wrapped.replace(":v1:", ":v9:")),
        (NAME, "nothing"),
        (NAME, "%:%:%"),
    ):
        with pytest.raises(KeyUnknown):
            await host.unwrap(name, text)


async def test_files_of_keys_are_their_owners_only_and_whole(tmp_path: Path) -> None:
    folder = tmp_path / "deep" / "keys"
    host = LocalFiles(folder)
    await host.make(NAME)
    await host.rotate(NAME)
    [file] = folder.iterdir()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert len(file.read_bytes()) == 64
    file.write_bytes(b"cut off")
    with pytest.raises(KeyUnknown):
        await host.wrap(NAME, KEY)
    with pytest.raises(KeyUnknown):
        await host.make("../elsewhere")
    (tmp_path / "file").write_text("")
    with pytest.raises(KeysAway):
        await LocalFiles(tmp_path / "file").make(NAME)


async def test_a_server_that_is_away_sealed_or_refuses_is_told(
    fake: FakeTransit, caplog: pytest.LogCaptureFixture
) -> None:
    host = TransitServer(ADDRESS, "transit", TOKEN)
    await host.make(NAME)
    wrapped = await host.wrap(NAME, KEY)
    fake.sealed = True
    with pytest.raises(KeysAway, match="Vault is sealed"):
        await host.unwrap(NAME, wrapped)
    fake.sealed, fake.away = False, True
    with pytest.raises(KeysAway, match="does not answer"):
        await host.unwrap(NAME, wrapped)
    fake.away = False
    with pytest.raises(KeysRefused) as refused:
        await TransitServer(ADDRESS, "transit", "another token").unwrap(NAME, wrapped)
    with pytest.raises(KeysRefused, match="elsewhere"):
        await TransitServer(ADDRESS, "elsewhere", TOKEN).unwrap(NAME, wrapped)
    assert "another token" not in str(refused.value)
    assert TOKEN not in caplog.text + repr(host)


async def test_a_key_that_cannot_be_destroyed_is_told(fake: FakeTransit) -> None:
    """An answer of the server that says no is not taken for a key that is gone already."""
    host = TransitServer(ADDRESS, "transit", TOKEN)
    await host.make(NAME)

    class Stubborn(set):
        def add(self, _: object) -> None: ...

    fake.deletable = Stubborn()
    with pytest.raises(KeyUnknown, match="not allowed"):
        await host.destroy(NAME)


def test_the_setting_names_a_folder_or_a_server(tmp_path: Path) -> None:
    home = find_host({"HUB_DATA": str(tmp_path)})
    assert isinstance(home, LocalFiles)
    assert isinstance(find_host({"HUB_KEYS": str(tmp_path / "k")}), LocalFiles)
    for address in ("https://vault.test:8200", "https://v.test/mine/", "http://127.0.0.1:8200"):
        found = find_host({"HUB_KEYS": address, "HUB_KEYS_TOKEN": TOKEN})
        assert isinstance(found, TransitServer)
    for address, token in (
        ("http://vault.test", TOKEN),
        ("https://vault.test", ""),
        ("https://me:secret@vault.test", TOKEN),
        ("ftp://vault.test", TOKEN),
        ("https://", TOKEN),
    ):
        with pytest.raises(BadSetting) as wrong:
            find_host({"HUB_KEYS": address, "HUB_KEYS_TOKEN": token})
        assert "secret" not in str(wrong.value)


def test_opened_keys_are_kept_for_a_short_time_and_few() -> None:
    at = 0.0
    kept: Kept[str] = Kept(most=2, seconds=10, passed=lambda: at)
    kept.put("a", b"1")
    kept.put("b", b"2")
    assert kept.find("a") == b"1"
    kept.put("c", b"3")
    assert (kept.find("b"), kept.find("a"), len(kept)) == (None, b"1", 2)
    at = 10.0
    assert (kept.find("a"), len(kept)) == (None, 1)


def test_what_is_sealed_opens_behind_one_wall_and_in_one_place() -> None:
    ids = SeededIds(1)
    ring = Ring(7, {1: KEY})
    sealed = ring.seal("très privé".encode(), "t.c:1", ids)
    assert len(sealed) == len("très privé".encode()) + OVERHEAD
    assert ring.unseal(sealed, "t.c:1").decode() == "très privé"
    assert ring.seal(b"", "t.c:1", ids) != ring.seal(b"", "t.c:1", ids), "a nonce of its own"
    later = Ring(7, {1: KEY, 2: KEY[::-1]})
    assert later.unseal(sealed, "t.c:1") == ring.unseal(sealed, "t.c:1")
    anew = later.seal(b"x", "t.c:1", ids)
    for other, text, context, error in (
        (ring, sealed, "t.c:2", SealBroken),
        (Ring(8, {1: KEY}), sealed, "t.c:1", SealBroken),
        (Ring(7, {1: KEY[::-1]}), sealed, "t.c:1", SealBroken),
        (ring, sealed[:-1] + bytes([sealed[-1] ^ 1]), "t.c:1", SealBroken),
        (later, sealed[:2] + b"\x02" + sealed[3:], "t.c:1", SealBroken),
        (ring, b"\x02" + sealed[1:], "t.c:1", SealBroken),
        (ring, b"", "t.c:1", SealBroken),
        (ring, anew, "t.c:1", KeyShredded),
        (Ring(7, {}), sealed, "t.c:1", KeyShredded),
    ):
        with pytest.raises(error):
            other.unseal(text, context)
    with pytest.raises(KeyShredded):
        Ring(7, {}).seal(b"", "t.c:1", ids)


def test_a_mark_is_the_same_after_a_rotation_and_of_one_organisation() -> None:
    ring = Ring(7, {1: KEY})
    mark = ring.mark(b"180", "ins")
    assert len(mark) == 32
    assert Ring(7, {1: KEY, 2: KEY[::-1]}).mark(b"180", "ins") == mark
    others = {Ring(8, {1: KEY}).mark(b"180", "ins"), ring.mark(b"180", "x"), ring.mark(b"1", "ins")}
    assert mark not in others
    assert len(others) == 3
