"""A vertical that is installed for one test only, from the scaffold, with whatever was spoilt."""

from pathlib import Path

import pytest

from hub import error_sentences
from hub.kit import Subject, find_subject
from hub.kit.making import make_vertical


def write_installed(folder: Path, name: str) -> Path:
    """Write the scaffold as an installed distribution of a folder; its package."""
    make_vertical(name, folder)
    known = folder / f"{name}-0.1.0.dist-info"
    known.mkdir()
    (known / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 0.1.0\n")
    (known / "entry_points.txt").write_text(
        f"[usage_hub.verticals]\n{name} = {name}.manifest:vertical\n"
    )
    return folder / name


def install(folder: Path, name: str, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The same, known to Python here for one test."""
    package = write_installed(folder, name)
    monkeypatch.syspath_prepend(str(folder))
    for read_once in (error_sentences._modules, error_sentences._error_names):
        read_once.cache_clear()  # what is installed has changed
    return package


def spoil(file: Path, old: str, new: str) -> int:
    """Replace a text that stands in a file; the line where the new one begins."""
    text = file.read_text()
    assert old in text, (file, old)
    file.write_text(text.replace(old, new, 1))
    return text.count("\n", 0, text.index(old)) + 1


def subject(name: str) -> Subject:
    return find_subject(name)
