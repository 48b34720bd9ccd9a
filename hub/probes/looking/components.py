"""What this hub is made of: a list of components, whole and unspoilt, and their known weaknesses
(SEC-05, SEC-10)."""

import asyncio
import base64
import hashlib
import re
from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta
from importlib import metadata
from pathlib import Path

import msgspec

from hub.probes.looking.advisories import hits, read_advisories
from hub.probes.models import Advisory, Component
from hub.probes.world import World
from hub.trust import Found

ROOT = "usage-hub"
SPOILT = "Des fichiers ont changé depuis leur installation : %(names)s."
LISTED = "%(count)s composants, tous dans l'état de leur installation."
NO_ADVISORIES = "Aucune liste de vulnérabilités connues n'est installée."
OLD_ADVISORIES = "La liste de vulnérabilités connues date de %(days)s jours."
WEAK = "%(names)s : vulnérabilité critique publiée il y a %(days)s jours."
SOUND = "Aucune vulnérabilité critique connue dans %(count)s composants."
SENTENCES = (SPOILT, LISTED, NO_ADVISORIES, OLD_ADVISORIES, WEAK, SOUND)

ADVISORIES_DAYS, BRONZE_DAYS, SILVER_DAYS, GOLD_DAYS = 7, 30, 7, 3
_NAME = re.compile(r"^[A-Za-z0-9][A-Za-z0-9._-]*")
_EXTRA = re.compile(r"extra == ['\"]([^'\"]+)")
_EXTRAS = re.compile(r"\[([^\]]+)\]")
_LICENCES = ("License-Expression", "License")
_CODE = {".py", ".so", ".pyd", ".dll", ".dylib"}


def normal(name: str) -> str:
    """A package's name as indexes compare it (PEP 503)."""
    return re.sub(r"[-_.]+", "-", name).lower()


def list_components(root: str = ROOT, paths: list[str] | None = None) -> list[Component]:
    """The installed packages that a package needs, itself first."""
    installed = {
        normal(one.metadata["Name"]): one
        for one in (metadata.distributions(path=paths) if paths else metadata.distributions())
        if one.metadata["Name"]
    }
    waiting, seen = [(normal(root), "")], set[tuple[str, str]]()
    while waiting:
        wanted = waiting.pop()
        if wanted in seen or wanted[0] not in installed:
            continue
        seen.add(wanted)
        waiting += _wishes(installed[wanted[0]], wanted[1])
    names = sorted({name for name, _ in seen})
    return [_component(name, installed[name]) for name in names]


def _wishes(one: metadata.Distribution, extra: str) -> Iterator[tuple[str, str]]:
    """What a package needs, by itself or for one of its extras: (name, extra)."""
    for wish in one.requires or ():
        named, marked = _NAME.match(wish), _EXTRA.search(wish)
        if named is None or (marked[1] if marked else "") != extra:
            continue
        yield normal(named[0]), ""
        for name in _EXTRAS.findall(wish.partition(";")[0]):
            yield from ((normal(named[0]), one.strip()) for one in name.split(","))


def _component(name: str, one: metadata.Distribution) -> Component:
    said = one.metadata
    licence = next((said[name] for name in _LICENCES if name in said), "")
    return Component(
        name=name,
        version=one.version,
        licence=licence.splitlines()[0][:100] if licence else "",
        spoilt=tuple(_spoilt(one)),
    )


def _spoilt(one: metadata.Distribution) -> Iterator[str]:
    """Code whose bytes are not those that the installer wrote down (RECORD)."""
    for file in one.files or ():
        if file.hash is None or file.hash.mode != "sha256" or file.suffix not in _CODE:
            continue
        path = Path(str(file.locate()))
        digest = hashlib.sha256(path.read_bytes()).digest() if path.is_file() else b""
        if base64.urlsafe_b64encode(digest).rstrip(b"=").decode() != file.hash.value:
            yield str(file)


def write_sbom(components: Iterable[Component], at: datetime) -> bytes:
    """The list as CycloneDX 1.6."""
    return msgspec.json.encode(
        {
            "bomFormat": "CycloneDX",
            "specVersion": "1.6",
            "version": 1,
            "metadata": {"timestamp": at},
            "components": [
                {
                    "type": "library",
                    "bom-ref": f"pkg:pypi/{one.name}@{one.version}",
                    "name": one.name,
                    "version": one.version,
                    "purl": f"pkg:pypi/{one.name}@{one.version}",
                    **({"licenses": [{"license": {"name": one.licence}}]} if one.licence else {}),
                }
                for one in components
            ],
        }
    )


async def look_at_components(world: World) -> Found:
    """Everything that is installed is known, and is as it was installed."""
    del world
    return judge_components(await asyncio.to_thread(list_components))


def judge_components(components: list[Component]) -> Found:
    spoilt = [f"{one.name} {file}" for one in components for file in one.spoilt]
    if spoilt or not components:
        return Found(
            rank=0,
            says=SPOILT,
            filled={"names": ", ".join(spoilt[:3])},
            detail={"files": spoilt[:100]},
        )
    return Found(rank=3, says=LISTED, filled={"count": len(components)})


async def look_at_weaknesses(world: World) -> Found:
    """How long a known critical weakness has been left open."""
    components = await asyncio.to_thread(list_components)
    return look_in(world.advisories, components, world.database.clock.now())


def look_in(folder: Path | None, components: list[Component], now: datetime) -> Found:
    """The same, by the advisories of a folder, which must be fresh."""
    if folder is None or not folder.is_dir() or not any(folder.glob("*.json")):
        return Found(rank=0, says=NO_ADVISORIES)
    newest = max(path.stat().st_mtime for path in folder.glob("*.json"))
    age = (now.timestamp() - newest) // 86_400
    if age > ADVISORIES_DAYS:
        return Found(rank=0, says=OLD_ADVISORIES, filled={"days": int(age)})
    return judge_weaknesses(components, read_advisories(folder), now.date())


def judge_weaknesses(components: list[Component], advisories: list[Advisory], today: date) -> Found:
    installed = {one.name: one.version for one in components}
    open_ones = sorted(
        (
            one
            for one in advisories
            if one.critical and one.package in installed and hits(one, installed[one.package])
        ),
        key=lambda one: one.published_on,
    )
    if not open_ones:
        return Found(rank=3, says=SOUND, filled={"count": len(components)})
    days = (today - open_ones[0].published_on) // timedelta(days=1)
    rank = sum(days <= most for most in (BRONZE_DAYS, SILVER_DAYS, GOLD_DAYS))
    names = ", ".join(f"{one.package} ({one.id})" for one in open_ones[:3])
    return Found(rank=rank, says=WEAK, filled={"names": names, "days": days})
