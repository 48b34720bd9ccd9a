"""Documents of a space: which are taken, who reads them, and that they go with their message."""

import asyncio
import io
import zipfile
from uuid import UUID

import pytest
from litestar.testing import AsyncTestClient
from PIL import Image

from hub import spaces
from hub.core.db import Database
from hub.core.settings import Settings
from hub.shelf import actions, policy
from hub.shelf.errors import DocumentInvalid, ShelfFull
from hub.shelf.models import Checked, Room, Upload
from hub.spaces import Write
from tests.api.conftest import SignIn
from tests.exits import ask_database
from tests.people import HTML, read, send
from tests.spaces import be, email_of, invite, key, open_space, people, status_of

ADA, LOU, ZOE = "Ada Roux", "Lou Martin", "Zoe Petit"
PDF = b"%PDF-1.7\n1 0 obj<<>>endobj\n"


def packed(*names: str, first: bytes | None = None) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        if first is not None:
            archive.writestr("mimetype", first)
        for name in names:
            archive.writestr(name, b"x")
    return out.getvalue()


ODT = packed("content.xml", first=policy.MEDIA["odt"].encode())
DOCX = packed("[Content_Types].xml", "word/document.xml")


@pytest.mark.parametrize(
    ("name", "content", "kept"),
    [
        ("Compte rendu.PDF", PDF, "Compte rendu.pdf"),
        ("C:\\temp\\liste.csv", "nom;âge".encode(), "liste.csv"),
        ("liste.csv", "Nom;Été;Prix\r\nœuvre;20\xa0€;d’ici".encode("cp1252"), "liste.csv"),
        ("../../etc/mot.txt", b"bonjour", "mot.txt"),
        ("lettre.odt", ODT, "lettre.odt"),
        ("lettre.docx", DOCX, "lettre.docx"),
        ("x" * 300 + ".pdf", PDF, "x" * 116 + ".pdf"),
        ('a"<b>.pdf', PDF, "ab.pdf"),
    ],
)
def test_a_document_is_taken_for_what_is_in_it(name: str, content: bytes, kept: str) -> None:
    assert policy.check_file(Upload(name=name, content=content)).name == kept


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("vide.pdf", b""),
        ("page.pdf", b"<html><script>alert(1)</script>"),
        ("page.html", b"<p>"),
        ("image.svg", b"<svg/>"),
        ("programme.exe", b"MZ"),
        ("sans-fin", PDF),
        ("texte.txt", b"\xff\xfe\x00a"),
        ("texte.txt", b"a\0b"),
        ("texte.txt", b"\x89PNG\r\n\x1a\n"),
        ("liste.csv", b"\xe9t\xe9;\x1b[2J"),
        ("lettre.odt", packed("content.xml")),
        ("lettre.odt", packed("Basic/Standard/M.xml", first=policy.MEDIA["odt"].encode())),
        ("lettre.ods", ODT),
        ("lettre.docx", packed("[Content_Types].xml", "word/vbaProject.bin", "word/document.xml")),
        ("table.xlsx", DOCX),
        ("lettre.docx", b"PK\x03\x04torn"),
        ("grand.pdf", PDF + b" " * policy.FILE_MOST),
    ],
)
def test_what_is_something_else_is_refused(name: str, content: bytes) -> None:
    with pytest.raises(DocumentInvalid):
        policy.check_file(Upload(name=name, content=content))


def test_a_space_holds_so_much_and_no_more() -> None:
    policy.check_room(Room(documents=policy.DOCUMENTS_MOST - 1, bytes=0), 1)
    for room in (
        Room(documents=policy.DOCUMENTS_MOST, bytes=0),
        Room(documents=1, bytes=policy.BYTES_MOST),
    ):
        with pytest.raises(ShelfFull):
            policy.check_room(room, 1)


def test_a_name_of_any_script_is_said_safely() -> None:
    said = policy.header_of('été\r\n"x.pdf')
    plain, _, whole = said.partition("; filename*=")
    assert plain == 'attachment; filename="-t----x.pdf"'
    assert whole == "UTF-8''%C3%A9t%C3%A9%0D%0A%22x.pdf"


async def add(
    visitor: AsyncTestClient, space: str, name: str, content: bytes, **fields: str
) -> tuple[int, str]:
    """Send a document by the form; the status, and the page that answers."""
    path = f"{space}/documents"
    shown = await visitor.get(path, headers=HTML)
    token = shown.text.partition('name="_csrf_token" value="')[2].partition('"')[0]
    said = {"idempotency_key": key(), "title": "Compte rendu", "body": "De mardi."}
    data = {"_csrf_token": token, **said, **fields}
    answer = await visitor.post(path, data=data, files={"file": (name, content)}, headers=HTML)
    return answer.status_code, answer.text.replace("&#39;", "'")


@pytest.fixture
async def space(visitor: AsyncTestClient, sign_in: SignIn) -> str:
    await people(visitor, ADA, LOU, ZOE)
    await sign_in("region")
    opened = await open_space(visitor)
    for name in (ADA, LOU):
        await invite(visitor, opened, name)
    await be(visitor, ADA)
    return opened


async def test_a_document_comes_with_a_message_and_goes_with_it(
    visitor: AsyncTestClient, space: str, demo_settings: Settings
) -> None:
    same = {"idempotency_key": key()}
    for _ in range(2):  # sent twice
        assert (await add(visitor, space, "été.pdf", PDF, **same))[0] == 303
    post = await ask_database(demo_settings, "select post::text from space_document")
    await be(visitor, LOU)
    _, text = await read(visitor, f"{space}/documents")
    assert text.count("été.pdf") == 1
    answer = await visitor.get(f"{space}/documents/{post}", headers=HTML)
    assert (answer.status_code, answer.content) == (200, PDF)
    assert answer.headers["content-type"].startswith("application/pdf")
    assert answer.headers["content-disposition"].startswith("attachment;")
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "sandbox" in answer.headers["content-security-policy"]
    _, text = await read(visitor, f"{space}/posts/{post}")
    assert f"{space}/documents/{post}" in text
    await be(visitor, ZOE)
    assert await status_of(visitor, f"{space}/documents") == 404
    assert await status_of(visitor, f"{space}/documents/{post}") == 404
    await be(visitor, ADA)
    back = f"{space}/posts/{post}/take-back"
    assert (await send(visitor, back, {}, shown=f"{space}/posts/{post}/edit")).status_code == 303
    assert await status_of(visitor, f"{space}/documents/{post}") == 404
    assert (await add(visitor, space, "été.pdf", PDF, **same))[0] == 303  # and once more
    assert await ask_database(demo_settings, "select count(*) from space_document") == 0


async def test_a_form_that_filled_the_space_may_come_again_and_another_may_not(
    visitor: AsyncTestClient,
    space: str,
    demo_settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(policy, "DOCUMENTS_MOST", 1)
    same = {"idempotency_key": key()}
    for _ in range(2):
        assert (await add(visitor, space, "été.pdf", PDF, **same))[0] == 303
    assert (await add(visitor, space, "été.pdf", PDF))[0] == 409
    assert await ask_database(demo_settings, "select count(*) from space_document") == 1


async def test_two_at_once_do_not_overfill_a_space(
    space: str, demo: Database, demo_settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(policy, "DOCUMENTS_MOST", 1)
    tenant, id = space.split("/")[2:]
    asked = "select id from person where email = $1"
    person = await ask_database(demo_settings, asked, email_of(ADA))
    assert isinstance(person, int)
    said = Write(title="Compte rendu", body="De mardi.")

    async def put(number: int) -> None:
        async with demo.transaction(None, actor=f"person:{person}") as tx:
            seat = await spaces.read(tx, int(tenant), UUID(id), person)
            file = Checked(name="a.pdf", kind="pdf", content=PDF)
            await actions.add(tx, seat, UUID(int=number), said, file)
            await asyncio.sleep(0.2)

    found = await asyncio.gather(put(1_001), put(1_002), return_exceptions=True)
    assert sorted(type(one).__name__ for one in found) == ["NoneType", "ShelfFull"]


async def test_the_form_of_a_message_brings_no_document_to_another_one(
    visitor: AsyncTestClient, space: str, demo_settings: Settings
) -> None:
    same = {"idempotency_key": key()}
    said = {**same, "title": "Compte rendu", "body": "De mardi."}
    assert (await send(visitor, f"{space}/posts", said, shown=space)).status_code == 303
    status, text = await add(visitor, space, "été.pdf", PDF, **same)
    assert (status, "Ce formulaire n'est pas complet." in text) == (400, True)
    assert await ask_database(demo_settings, "select count(*) from space_document") == 0


async def test_of_a_photo_nothing_is_kept_but_what_is_seen(
    visitor: AsyncTestClient, space: str, demo_settings: Settings
) -> None:
    out, exif = io.BytesIO(), Image.Exif()
    exif[0x010E] = "chez moi, au 3 rue des Lilas"
    Image.new("RGB", (800, 600), "teal").save(out, "JPEG", exif=exif.tobytes())
    assert b"rue des Lilas" in out.getvalue()
    assert (await add(visitor, space, "maison.jpg", out.getvalue()))[0] == 303
    row = await ask_database(demo_settings, "select content from space_document")
    assert isinstance(row, bytes)
    assert row.startswith(b"RIFF")
    assert b"Lilas" not in row


async def test_what_is_refused_is_said_beside_the_file_and_nothing_typed_is_lost(
    visitor: AsyncTestClient, space: str, demo_settings: Settings
) -> None:
    for name, content, words in (
        ("page.html", b"<p>", "Envoyez un PDF"),
        ("vide.pdf", b"", "Choisissez un fichier qui n'est pas vide."),
        ("faux.jpg", b"GIF89a", "Ce n'est pas une photo"),
    ):
        status, text = await add(visitor, space, name, content, title="Mon sujet")
        assert (status, words in text, 'value="Mon sujet"' in text) == (400, True, True), name
    status, text = await add(visitor, space, "bon.pdf", PDF, title="")
    assert (status, "Dites en une ligne" in text) == (400, True)
    assert await ask_database(demo_settings, "select count(*) from space_document") == 0
    assert await ask_database(demo_settings, "select count(*) from space_post") == 0
    assert "Une photo a au moins 640 pixels d'un côté et 320 de l'autre" in text
