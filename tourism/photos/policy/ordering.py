"""The order of a house's photos; the first one is its cover."""

from collections.abc import Callable, Mapping, Sequence
from uuid import UUID

from hub.core.i18n import LANGUAGES
from hub.core.sentences import Sentence, say
from tourism.photos.models import ALT_LENGTH_MAX, Change

Arrange = Callable[[Sequence[UUID]], list[UUID]]


def arrange(current: Sequence[UUID], wanted: Sequence[UUID]) -> list[UUID]:
    """The photos in the wanted order; those it does not name, or that came since, follow."""
    known = set(current)
    first = [id for id in dict.fromkeys(wanted) if id in known]
    return first + [id for id in current if id not in set(first)]


def move(current: Sequence[UUID], photo: UUID, steps: int) -> list[UUID]:
    """The photos with one of them some places further (or back); at an end it stays there."""
    others = [id for id in current if id != photo]
    if len(others) == len(current):
        return list(current)
    place = min(max(current.index(photo) + steps, 0), len(others))
    return [*others[:place], photo, *others[place:]]


def alt_faults(change: Change, source: str, *, shown: bool) -> Mapping[str, Sentence]:
    """What is wrong with the texts of a photo, by language. The source language's is required of
    a photo that is shown already, and of one that is described in another language."""
    faults: dict[str, Sentence] = {}
    for language, text in change.alt.items():
        if language not in LANGUAGES:
            faults[source] = say("This language is not one of the six.")
        elif len(text.strip()) > ALT_LENGTH_MAX:
            faults[language] = say("Say it in at most 250 letters.")
    written = {language for language, text in change.alt.items() if text.strip()}
    if source not in written and (shown or written):
        faults[source] = say("Say what this photo shows: nobody sees it before.")
    return faults


def clean_alt(alt: Mapping[str, str]) -> dict[str, str]:
    """The texts that say something, on one line each."""
    return {code: " ".join(text.split()) for code, text in alt.items() if text.strip()}
