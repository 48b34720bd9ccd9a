"""Every address that a template links or sends a form to is a page of the application."""

import re
from pathlib import Path

import pytest

from hub.app import compose, create_app
from hub.core.pages import template_folders
from tests.conftest import settings_for

# A link or the target of a form; what is said of it by `{% … %}` or after `?` or `#` is left out.
ADDRESS = re.compile(r"""(?:\b(?:href|action)="|\burl\(['"])(/[^"'?#%]*)["'?#]""")
EXPRESSION = re.compile(r"\{\{.*?\}\}")
ANY = "*"
FOLDERS = template_folders(compose().packages)


def segments(path: str) -> list[str]:
    return path.strip("/").split("/")


def is_met(link: list[str], route: list[str]) -> bool:
    """Whether a link may be of a route: what is computed in either may be anything."""
    return len(link) == len(route) and all(
        ANY in said or stands.startswith("{") or said == stands
        for said, stands in zip(link, route, strict=True)
    )


@pytest.fixture(scope="module")
def routes() -> list[list[str]]:
    app = create_app(settings_for("postgresql://nowhere", Path()))
    return [segments(route.path) for route in app.routes]


def links_of(folder: Path) -> set[str]:
    texts = [path.read_text() for path in folder.rglob("*.html")]
    found = {link for text in texts for link in ADDRESS.findall(EXPRESSION.sub(ANY, text))}
    # An address whose end an expression adds has no last segment of its own.
    return {link for link in found if link == "/" or not link.endswith("/")}


@pytest.mark.parametrize("folder", FOLDERS.values(), ids=FOLDERS)
def test_what_a_template_links_stands(folder: str, routes: list[list[str]]) -> None:
    lost = [
        link
        for link in sorted(links_of(Path(folder)))
        if not link.startswith("/static/")
        and not any(is_met(segments(link), route) for route in routes)
    ]
    assert lost == []
