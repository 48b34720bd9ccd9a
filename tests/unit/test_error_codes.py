"""What programs read of an error: one code for each, written one way."""

import re
from collections.abc import Iterator
from pathlib import Path

from hub.app import compose
from hub.core.errors import HubError
from hub.kit.making import make_vertical

FORM = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")


def errors(kind: type[HubError]) -> Iterator[type[HubError]]:
    yield kind
    for below in kind.__subclasses__():
        yield from errors(below)


def test_every_error_has_a_code_of_its_own_in_words_and_hyphens() -> None:
    compose()
    found: dict[str, set[type[HubError]]] = {}
    for error in errors(HubError):
        assert FORM.fullmatch(error.code), error
        if "code" in vars(error) and error.__module__.startswith(
            ("hub.", "tourism.", "verticals.")
        ):
            found.setdefault(error.code, set()).add(error)
    assert len(found) > 200
    assert {code: kinds for code, kinds in found.items() if len(kinds) > 1} == {}


def test_the_codes_of_a_new_vertical_of_two_words_are_written_so_too(tmp_path: Path) -> None:
    made = make_vertical("choirs_of_towns", tmp_path / "new")
    [errors_file] = [file for file in made if file.name == "errors.py"]
    codes = re.findall(r'code = "(.+)"', errors_file.read_text())
    assert codes
    assert [code for code in codes if not FORM.fullmatch(code)] == []
