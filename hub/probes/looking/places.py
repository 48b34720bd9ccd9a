"""Where data lie and whom this hub calls (LOC-01, SEC-09): what the operator wrote down, against
what is really so."""

import asyncio
import os
import socket
from collections.abc import Iterable, Iterator
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from pathlib import Path
from typing import TypeAlias
from urllib.parse import urlsplit

import msgspec

from hub.core.files import read_place
from hub.probes import store
from hub.probes.models import Network, Place, Places
from hub.probes.world import World
from hub.trust import Found

Address: TypeAlias = IPv4Address | IPv6Address
UNTOLD = "Il n'est dit nulle part où sont les données."
MISSING = "Le lieu manque pour : %(names)s."
ELSEWHERE = "La base est à l'adresse %(address)s, qui n'est dans aucun lieu déclaré."
FILES_ELSEWHERE = "Les fichiers sont à l'adresse %(address)s, qui n'est dans aucun lieu déclaré."
BACKUPS_ELSEWHERE = (
    "Les sauvegardes sont à l'adresse %(address)s, qui n'est dans aucun lieu déclaré."
)
OUTSIDE = "Hors de l'Espace économique européen : %(names)s."
LIES = "Données en %(countries)s ; la base est bien à l'adresse déclarée."
UNLISTED = "Aucune liste ne dit qui ce service peut appeler."
CALLED = "Appels hors de la liste : %(names)s."
INSIDE = "%(count)s connexions sortantes, toutes dans la liste."
SENTENCES = (
    UNTOLD, MISSING, ELSEWHERE, FILES_ELSEWHERE, BACKUPS_ELSEWHERE, OUTSIDE, LIES, UNLISTED, CALLED,
    INSIDE,
)  # fmt: skip
BACKUPS_TO = "HUB_BACKUPS_TO"

WANTED = ("database", "files", "backups")
EU = frozenset(
    "AT BE BG HR CY CZ DK EE FI FR DE GR HU IE IT LV LT LU MT NL PL PT RO SK SI ES SE".split()
)
EEA = EU | {"IS", "LI", "NO"}
HOME = ip_address("127.0.0.1")
_ESTABLISHED = "01"
_LISTENING = "0A"


def read_places(path: Path) -> Places | None:
    """The operator's file (TOML); none when it is not there. Raises `msgspec.ValidationError`."""
    if not path.is_file():
        return None
    return msgspec.toml.decode(path.read_bytes(), type=Places)


async def look_at_places(world: World) -> Found:
    """Every kind of data has a place, in Europe, and the database really is in its own; so are the
    files and the backups that stand on a server."""
    if world.places is None:
        return Found(rank=0, says=UNTOLD)
    async with world.database.transaction() as tx:
        told = await store.find_server_address(tx)
    found = judge_places(world.places.place, ip_address(told) if told else HOME)
    if not found.rank:
        return found
    for holds, named, says in (
        ("files", world.settings.files, FILES_ELSEWHERE),
        ("backups", os.environ.get(BACKUPS_TO), BACKUPS_ELSEWHERE),
    ):
        if elsewhere := await _find_elsewhere(_server_of(named), holds, world.places):
            return Found(rank=0, says=says, filled={"address": elsewhere})
    return found


async def _find_elsewhere(host: str | None, holds: str, places: Places) -> str | None:
    """An address of a server that is in no place of what it holds; its name, when nobody knows its
    address."""
    if host is None:
        return None
    networks = [
        ip_network(net) for one in places.place if one.holds == holds for net in one.networks
    ]
    found = await _resolve([host])
    return next((str(one) for one in found if not _within(one, networks)), None if found else host)


def _server_of(named: str | None) -> str | None:
    """The server of a place of files; none of a folder."""
    return read_place(named).host if named and "://" in named else None


def judge_places(places: Iterable[Place], database: Address) -> Found:
    known = tuple(places)
    missing = [kind for kind in WANTED if all(one.holds != kind for one in known)]
    if missing:
        return Found(rank=0, says=MISSING, filled={"names": ", ".join(missing)})
    own = [ip_network(net) for one in known if one.holds == "database" for net in one.networks]
    if not _within(database, own):
        return Found(rank=0, says=ELSEWHERE, filled={"address": str(database)})
    outside = [f"{one.holds} ({one.country})" for one in known if one.country not in EEA]
    if outside:
        return Found(rank=0, says=OUTSIDE, filled={"names": ", ".join(outside)})
    countries = sorted({one.country for one in known})
    rank = 3 if all(one.country in EU for one in known) else 2
    return Found(
        rank=rank,
        says=LIES,
        filled={"countries": ", ".join(countries)},
        detail={one.holds: one.country for one in known},
    )


def _within(address: Address, networks: Iterable[Network]) -> bool:
    return any(address.version == net.version and address in net for net in networks)


async def look_at_egress(world: World) -> Found:
    """Every connection that goes out of this hub's processes now, and every address that its
    settings name, is in the list."""
    if world.places is None or not world.places.egress:
        return Found(rank=0, says=UNLISTED)
    names = [name for name in world.places.egress if not _is_network(name)]
    networks = [ip_network(name) for name in world.places.egress if _is_network(name)]
    networks += [ip_network(str(one)) for one in await _resolve(names)]
    strange = sorted(
        host
        for host in _configured(world)
        if host not in names and not (_is_network(host) and _within(ip_address(host), networks))
    )
    calls = await asyncio.to_thread(lambda: list(outgoing(list(_family()))))
    strange += sorted({str(one) for one in calls if not _within(one, networks)})
    if strange:
        return Found(
            rank=0,
            says=CALLED,
            filled={"names": ", ".join(strange[:5])},
            detail={"names": strange[:100]},
        )
    return Found(rank=3, says=INSIDE, filled={"count": len(calls)})


def _is_network(text: str) -> bool:
    try:
        ip_network(text)
    except ValueError:
        return False
    return True


async def _resolve(names: Iterable[str]) -> list[Address]:
    loop = asyncio.get_running_loop()
    found: list[Address] = []
    for name in names:
        try:
            rows = await loop.getaddrinfo(name, None, type=socket.SOCK_STREAM)
        except OSError:
            continue
        found += [ip_address(str(row[4][0]).partition("%")[0]) for row in rows]
    return found


def _configured(world: World) -> set[str]:
    """Whom the settings make this hub call."""
    settings = world.settings
    named = (settings.smtp_url, settings.stripe_api_base, settings.database_url)
    hosts = {urlsplit(url).hostname for url in named if url} | {_server_of(settings.files)}
    hosts.add(_server_of(os.environ.get(BACKUPS_TO)))
    hosts.add(urlsplit(os.environ.get("HUB_KEYS", "")).hostname)
    if settings.stripe_secret_key and settings.stripe_api_base is None:
        hosts.add("api.stripe.com")
    return {host for host in hosts if host}


def _family() -> Iterator[int]:
    """This process and those that the same supervisor started."""
    parent = os.getppid()
    yield os.getpid()
    for entry in Path("/proc").iterdir():
        if entry.name.isdecimal() and parent > 1 and int(entry.name) != os.getpid():
            try:
                stat = (entry / "stat").read_text()
            except OSError:
                continue
            if int(stat.rpartition(")")[2].split()[1]) == parent:
                yield int(entry.name)


def outgoing(processes: Iterable[int]) -> Iterator[Address]:
    """Where the established connections of processes go that they began themselves."""
    inodes: set[str] = set()
    for process in processes:
        inodes.update(_sockets(process))
    rows = [row for name in ("tcp", "tcp6") for row in _rows(name)]
    listening = {_port(row[1]) for row in rows if row[3] == _LISTENING}
    for row in rows:
        if row[3] == _ESTABLISHED and row[9] in inodes and _port(row[1]) not in listening:
            yield _address(row[2])


def _sockets(process: int) -> Iterator[str]:
    folder = Path(f"/proc/{process}/fd")
    try:
        handles = list(folder.iterdir())
    except OSError:
        return
    for handle in handles:
        try:
            target = str(handle.readlink())
        except OSError:
            continue
        if target.startswith("socket:["):
            yield target[8:-1]


def _rows(name: str) -> list[list[str]]:
    path = Path(f"/proc/net/{name}")
    return [line.split() for line in path.read_text().splitlines()[1:]] if path.exists() else []


def _port(end: str) -> int:
    return int(end.rpartition(":")[2], 16)


def _address(end: str) -> Address:
    raw = bytes.fromhex(end.rpartition(":")[0])
    words = b"".join(raw[place : place + 4][::-1] for place in range(0, len(raw), 4))
    found = ip_address(words)
    mapped = found.ipv4_mapped if isinstance(found, IPv6Address) else None
    return mapped or found
