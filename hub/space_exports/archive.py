"""The file: a ZIP of JSON lines, with the documents beside them. Its methods take time: they are
called in a thread, one at a time."""

import tempfile
import zipfile
from collections.abc import Sequence
from typing import IO

import msgspec

from hub.spaces import Space

README = """Ce dossier contient l'espace « {name} » de {organisation}.

space.json        ce qu'est l'espace : name, about, rules, moderation, admits, opened_at, closed_at
members.jsonl     une personne par ligne : person, name, email, role, since
posts.jsonl       un message par ligne : id, answers (le message auquel il répond), author, name,
                  title, body, state, attached, posted_at, edited_at
decisions.jsonl   une décision de modération par ligne, avec ses raisons, sa contestation et la
                  réponse ; jamais qui a signalé
events.jsonl      un événement par ligne : post, place, zone, begins_at, ends_at, cancelled, answers
polls.jsonl       une question par ligne : post, kind, choices, secret, closes_at ; votes et voters
                  (jamais d'un vote secret) une fois le vote terminé
documents/        les documents, sous le numéro de leur message

Lignes JSON (RFC 8259, UTF-8), instants ISO 8601.
"""
HELD = 8_000_000  # so much of a table waits in memory


class Writer:
    """A file being written."""

    def __init__(self, file: IO[bytes]) -> None:
        self._zip = zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED)
        self._lines: IO[bytes] = tempfile.SpooledTemporaryFile(HELD)  # noqa: SIM115  see close
        self.counts: dict[str, int] = {}
        self._rows = 0

    def head(self, space: Space) -> None:
        """What it is, and what the formats are."""
        said = README.format(name=space.name, organisation=space.organisation)
        self._zip.writestr("README.txt", said)
        about = {
            name: getattr(space, name)
            for name in ("name", "about", "rules", "moderation", "admits", "opened_at", "closed_at")
        }
        self._zip.writestr("space.json", msgspec.json.format(msgspec.json.encode(about), indent=2))

    def add(self, lines: Sequence[str]) -> None:
        """Rows of the table that is written."""
        self._rows += len(lines)
        for line in lines:
            self._lines.write(line.encode() + b"\n")

    def end(self, table: str) -> None:
        """That was all of it."""
        self._lines.seek(0)
        with self._zip.open(f"{table}.jsonl", "w", force_zip64=True) as to:
            while piece := self._lines.read(1_000_000):
                to.write(piece)
        self.counts[table], self._rows = self._rows, 0
        self._lines.seek(0)
        self._lines.truncate()

    def document(self, id: object, name: str, content: bytes) -> None:
        """One document; most are packed already."""
        self._zip.writestr(f"documents/{id}-{name}", content, zipfile.ZIP_STORED)
        self.counts["documents"] = self.counts.get("documents", 0) + 1

    def close(self) -> None:
        self._zip.close()
        self._lines.close()
