"""The order of photos, and what must be said beside them."""

from uuid import UUID

import pytest

from tourism.photos.models import Change
from tourism.photos.policy import ordering

A, B, C, D = (UUID(int=number) for number in (1, 2, 3, 4))


@pytest.mark.parametrize(
    ("photo", "steps", "expected"),
    [
        (B, -1, [B, A, C]),
        (B, 1, [A, C, B]),
        (A, -1, [A, B, C]),
        (C, 1, [A, B, C]),
        (C, -60, [C, A, B]),
        (D, -1, [A, B, C]),
    ],
)
def test_a_photo_moves_and_stays_at_the_ends(photo: UUID, steps: int, expected: list[UUID]) -> None:
    assert ordering.move([A, B, C], photo, steps) == expected


def test_an_order_keeps_what_it_does_not_name_and_invents_nothing() -> None:
    assert ordering.arrange([A, B, C], [C, D, A, C]) == [C, A, B]


@pytest.mark.parametrize(
    ("alt", "shown", "wrong"),
    [
        ({"fr": "La façade"}, False, set()),
        ({"fr": "", "en": ""}, False, set()),
        ({"fr": "", "en": "The front"}, False, {"fr"}),
        ({"fr": "  "}, True, {"fr"}),
        ({"fr": "x" * 251}, False, {"fr"}),
        ({"fr": "Ici", "de": "x" * 251}, True, {"de"}),
        ({"fr": "Ici", "xx": "?"}, True, {"fr"}),
    ],
)
def test_a_photo_that_is_shown_says_what_it_shows_in_the_house_s_language(
    alt: dict[str, str], shown: bool, wrong: set[str]
) -> None:
    change = Change(photo=A, alt=alt, room_type=None)
    assert set(ordering.alt_faults(change, "fr", shown=shown)) == wrong


def test_texts_are_kept_on_one_line_and_empty_ones_not_at_all() -> None:
    assert ordering.clean_alt({"fr": " La\n façade ", "en": " "}) == {"fr": "La façade"}
