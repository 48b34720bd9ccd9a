"""A letter's text is plain text: names keep their apostrophes; a page's are escaped."""

import pytest

from hub.app import compose
from hub.core.pages import Site, template_folders

NAME = "Chambre d'angle & <vue>"


@pytest.fixture
def site(tmp_path) -> Site:
    for form in ("txt", "html"):
        (tmp_path / f"letter.{form}").write_text(
            '{% import "search/labels.html" as labels with context %}{{ labels.room("x", name) }}'
        )
    return Site({**template_folders(compose().packages), "own": str(tmp_path)}, [], demo=True)


@pytest.mark.parametrize("language", ["fr", "nl"])
def test_a_name_of_a_room_is_written_as_it_is_in_a_letter(site: Site, language: str) -> None:
    assert site.render(language, "own/letter.txt", {"name": NAME}) == NAME


def test_a_page_escapes_it(site: Site) -> None:
    page = site.render("fr", "own/letter.html", {"name": NAME})
    assert page == "Chambre d&#39;angle &amp; &lt;vue&gt;"
