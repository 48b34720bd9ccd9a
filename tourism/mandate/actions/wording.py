"""The contract in words: the French text that is signed, and reading copies in other languages."""

import re
from functools import cache

from babel import dates

from hub.agreements.describe import describe
from hub.core.pages import Site, template_folders
from tourism.agreement import VOCABULARY
from tourism.mandate.models import MandateFacts

_HEADING = re.compile(r"\d+\. .{1,80}")


@cache
def _site() -> Site:
    folders = template_folders(["hub.core", "tourism.search", "tourism.mandate"])
    return Site(folders, [], demo=False)


def write_text(facts: MandateFacts, language: str = "fr") -> str:
    """The words of a contract; the same facts give the same words for ever."""
    context = {
        "facts": facts,
        "revision": facts.revision,
        "rules": describe(facts.rules, VOCABULARY, language),
        "effective_on": dates.format_date(facts.agreement_effective_on, "long", locale=language),
        "page": None,
    }
    number = facts.revision.number
    written = _site().render(language, f"mandate/text/{number:03d}.txt", context)
    paragraphs = [" ".join(part.split()) for part in written.split("\n\n")]
    return "\n\n".join(part for part in paragraphs if part) + "\n"


def blocks_of(text: str) -> list[tuple[str, str]]:
    """The paragraphs of a text, each with what it is: `title`, `heading`, `item` or `text`."""
    parts = text.strip().split("\n\n")
    return [("title", parts[0]), *(_block_of(part) for part in parts[1:])]


def _block_of(part: str) -> tuple[str, str]:
    if _HEADING.fullmatch(part):
        return "heading", part
    if part.startswith("– "):
        return "item", part[2:]
    return "text", part
