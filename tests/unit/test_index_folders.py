"""The memory of a search index is given back only when its data are gone."""

import shutil
from pathlib import Path

import pytest

from tourism.nights import folders


@pytest.fixture
def memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    place = tmp_path / "memory"
    place.mkdir()
    monkeypatch.setattr(folders, "MEMORY", place)
    return place


def test_an_index_that_is_being_built_for_new_data_is_nobody_elses_to_clear(
    memory: Path, tmp_path: Path
) -> None:
    half = folders.live_folder(tmp_path / "new", 1) / "half-1"
    half.write_bytes(b"x")
    assert half.parent.parent == memory
    folders.clear_abandoned()
    assert half.exists()


def test_the_memory_of_data_that_are_gone_is_given_back(memory: Path, tmp_path: Path) -> None:
    folder = folders.live_folder(tmp_path / "old", 1)
    shutil.rmtree(tmp_path / "old")
    folders.clear_abandoned()
    assert not folder.exists()
