"""Documents for paper: values stay values, the same input gives the same bytes."""

from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

import pypdf
import pytest
import typst

from hub.core.documents import Heading, pdf, qr_svg

AT = datetime(2026, 7, 14, 9, 30, 15, 123_456, tzinfo=UTC)
HEADING = Heading(
    title="Bon d'échange", issuer="TourismInFrance", footer="Réf. 7QK4", language="fr"
)


@pytest.fixture
def source(tmp_path: Path) -> Path:
    path = tmp_path / "bon.typ"
    path.write_text('#data.guest\n#code(data.qr, "QR")\n#facts(data.pairs)\n', "utf-8")
    return path


def made(source: Path, **changed: object) -> bytes:
    values = {
        "guest": "Élodie Ødegård",
        "qr": qr_svg("https://x.test/r"),
        "pairs": [["Nuits", "3"]],
    }
    return pdf(source, HEADING, values | changed, at=AT)


def words(data: bytes) -> str:
    return "\n".join(page.extract_text() for page in pypdf.PdfReader(BytesIO(data)).pages)


def test_a_document_shows_its_heading_and_its_values(source: Path) -> None:
    text = words(made(source))
    for expected in ("Bon d'échange", "TourismInFrance", "Réf. 7QK4", "Élodie Ødegård", "Nuits"):
        assert expected in text


def test_what_a_person_typed_is_never_markup(source: Path) -> None:
    typed = '#panic("no") *bold* $x$ ] ) " \\ #read("/etc/passwd")'
    assert '#panic("no") *bold* $x$' in words(made(source, guest=typed))


def test_the_same_input_gives_the_same_bytes(source: Path) -> None:
    assert made(source) == made(source)
    assert made(source) != made(source, guest="Someone else")


def test_the_file_says_that_it_is_made_to_be_kept(source: Path) -> None:
    reader = pypdf.PdfReader(BytesIO(made(source)))
    assert "/OutputIntents" in reader.trailer["/Root"]
    assert b"<pdfaid:part>3</pdfaid:part>" in reader.xmp_metadata.stream.get_data()


def test_a_source_reads_no_file_outside_its_folder(source: Path, tmp_path: Path) -> None:
    (tmp_path / "secret.txt").write_text("secret", "utf-8")
    source.write_text(f'#read("{tmp_path}/secret.txt")', "utf-8")
    with pytest.raises(typst.TypstError, match="not found"):
        made(source)
    source.write_text('#read("../documents.py")', "utf-8")
    with pytest.raises(typst.TypstError, match=r"escape|denied|outside"):
        made(source)


def test_values_cannot_take_the_place_of_the_heading(source: Path) -> None:
    with pytest.raises(ValueError, match="title"):
        made(source, title="Another")
