"""Over random rules and spoiled texts: what is written reads back, and nothing crashes."""

import random

from hub.rules import check, hash_text, write_text
from loadtests.texts import AS_OF, NAMES, draw_text, look_for_trouble
from tourism.agreement import VOCABULARY


def test_whatever_can_be_voted_reads_back_the_same_in_both_languages() -> None:
    draw = random.Random(8)
    for _ in range(150):
        text = draw_text(draw)
        hashes = set()
        for language in ("fr", "en"):
            written = write_text(text, VOCABULARY, language, NAMES)
            again = check(written, VOCABULARY, as_of=AS_OF, names=NAMES)
            assert again.text == text, written
            assert write_text(again.text, VOCABULARY, language, NAMES) == written
            hashes.add(hash_text(again.text))
        assert len(hashes) == 1


def test_a_spoiled_text_is_refused_at_its_place_and_never_crashes() -> None:
    refused, wrong = look_for_trouble(600, seed=42)
    assert wrong == []
    assert refused > 400
