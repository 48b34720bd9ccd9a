"""A beneficiary's statement as a PDF: each stay, each line of the bank, and the sums of both."""

from collections.abc import Callable, Mapping
from datetime import date
from functools import cache

import msgspec

from hub.core.db import Tx
from hub.core.documents import Heading, pdf, template
from hub.core.pages import Site, template_folders
from tourism.settlement.actions import stating

_PACKAGES = ["hub.core", "tourism.settlement"]


@cache
def _site(*, demo: bool) -> Site:
    return Site(template_folders(_PACKAGES), [], demo=demo)


async def print_statement(
    tx: Tx,
    holder: str,
    since: date,
    until: date,
    language: str,
    words: Callable[[str], str],
    states: Mapping[str, str],
    *,
    demo: bool,
) -> bytes:
    """The statement of a span of arrivals, in the reader's language. `words` names an account,
    `states` where a payout stands, in French. Raises `StatementTooLong`."""
    lines = await stating.list_all_lines(tx, since, until, stating.PAPER_MOST)
    text = _site(demo=demo).render(
        language,
        "settlement/statement.txt",
        {
            "holder": holder,
            "lines": lines,
            "bank": await stating.list_bank_lines(tx, lines),
            "sums": stating.sums_of(lines),
            "since": since,
            "until": until,
            "made": tx.now,
            "words": words,
            "states": states,
            "demo": demo,
        },
    )
    said = msgspec.json.decode(text, type=dict[str, object])
    heading = Heading(
        title=str(said.pop("title")),
        issuer=str(said.pop("issuer")),
        footer=str(said.pop("footer")),
        language=language,
    )
    return pdf(template("tourism.settlement", "statement"), heading, said, at=tx.now)
