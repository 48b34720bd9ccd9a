"""Documents for paper: a typst source and its data become a PDF.

A slice keeps its sources in `<slice>/documents/NAME.typ`; the shared letterhead, put before each,
sets the look and defines `data`. Values reach a document as data, never as markup, so nothing that
a person typed can act as a command; a source can read no file outside the letterhead's folder.
"""

from collections.abc import Mapping
from datetime import datetime
from functools import cache
from importlib import resources
from importlib.resources.abc import Traversable
from io import BytesIO
from pathlib import Path

import msgspec
import segno
import typst

_PAPER = Path(__file__).parent / "paper"


class Heading(msgspec.Struct, frozen=True, kw_only=True):
    """What the letterhead itself shows; all in the reader's `language`."""

    title: str
    issuer: str
    footer: str
    language: str


@cache
def _fonts() -> typst.Fonts:
    # Only the fonts that typst carries: the same file on every machine.
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=True)


def pdf(
    source: Traversable, heading: Heading, values: Mapping[str, object], *, at: datetime
) -> bytes:
    """The document as a PDF/A-3b, dated `at`; the same input gives the same bytes.

    `values` is anything JSON can hold and must not name a field of the heading. Raises
    `typst.TypstError` for a faulty source, which is a fault of ours and never of the reader.
    """
    if clash := values.keys() & set(Heading.__struct_fields__):
        raise ValueError(f"values name fields of the heading: {sorted(clash)}")
    data = msgspec.json.encode({**msgspec.to_builtins(heading), **values}).decode()
    text = (_PAPER / "letterhead.typ").read_text("utf-8") + source.read_text("utf-8")
    return typst.compile(
        text.encode(),
        root=str(_PAPER),  # pyright: ignore[reportArgumentType]  the stub wants the source's own type
        font_paths=_fonts(),
        sys_inputs={"data": data},
        pdf_standards="a-3b",
        timestamp=at.replace(microsecond=0),  # the format knows whole seconds only
    )


def template(package: str, name: str) -> Traversable:
    """The source `NAME.typ` of a slice, from its folder `documents`."""
    return resources.files(package).joinpath("documents", f"{name}.typ")


def qr_svg(text: str) -> str:
    """A QR code (error correction M, quiet zone of 4 modules) as SVG, for `code(…)` in a source."""
    drawn = BytesIO()
    segno.make(text, error="m", micro=False).save(drawn, kind="svg", border=4, xmldecl=False)
    return drawn.getvalue().decode()
