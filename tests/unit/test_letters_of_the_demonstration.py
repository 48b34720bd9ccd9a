"""Only a demonstration says of itself that nothing is really booked: never a letter of a service
in which it is."""

import re
from pathlib import Path

import pytest

from hub.core.pages import Site

ROOT = Path(__file__).parents[2]
SAID = re.compile(r"""(.{0,20})\{\{ _\("Démonstration : rien n'est réservé pour de vrai\."\)""")
TEMPLATES = [
    path
    for folder in ("hub", "tourism", "verticals")
    for path in sorted((ROOT / folder).rglob("templates/**/*.txt"))
    if SAID.search(path.read_text())
]


def test_the_letters_of_stays_are_looked_at() -> None:
    names = {path.name for path in TEMPLATES}
    assert names >= {"confirmation.txt", "cancellation.txt", "change.txt", "voucher.txt"}


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: f"{path.parents[2].name}.{path.stem}")
def test_a_letter_says_so_in_a_demonstration_only(path: Path) -> None:
    found = SAID.findall(path.read_text())
    assert found
    assert all(before.endswith("{% if demo %}") for before in found)


@pytest.mark.parametrize("demo", [True, False])
def test_every_template_knows_whether_it_is_one(tmp_path: Path, demo: bool) -> None:
    for form in ("txt", "html"):
        (tmp_path / f"letter.{form}").write_text("{% if demo %}nothing{% else %}all{% endif %}")
    site = Site({"own": str(tmp_path)}, [], demo=demo)
    said = {site.render("fr", f"own/letter.{form}", {}) for form in ("txt", "html")}
    assert said == {"nothing" if demo else "all"}
