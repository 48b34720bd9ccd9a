"""What is a pupil's leaves with the pupil: one ZIP, in formats that are written down in it."""

import csv
import io
import re
import zipfile
from collections.abc import Mapping, Sequence

import msgspec

from verticals.education.classwork.models import Filled, Task
from verticals.education.roster import Person, Place

README = """Ce dossier contient ce qui est à {name} dans son école.

space.json    tout, en JSON (RFC 8259, UTF-8) : name, classes, works, marks
works.csv     une ligne par travail (RFC 4180, UTF-8) : class, title, due_at, handed_at, late,
              score, out_of, returned_at, comment ; instants ISO 8601 en UTC, score en points
works/*.txt   le texte de chaque travail, UTF-8
marks.csv     une ligne par note donnée par un outil (RFC 4180, UTF-8) : class, title, score,
              out_of, activity, grading, comment, told_at ; mots de LTI AGS 2.0

Des cours suivis, s'il y en a :
courses.json  les cours, en JSON : title, version, minutes, began_at, finished_at, percent
xapi.jsonl    ce qui y a été fait : une instruction xAPI 1.0.3 par ligne
certificates/*.pdf  les certificats
"""
COLUMNS = (
    "class", "title", "due_at", "handed_at", "late", "score", "out_of", "returned_at", "comment",
)  # fmt: skip
MARK_COLUMNS = (
    "class", "title", "score", "out_of", "activity", "grading", "comment", "told_at",
)  # fmt: skip
MOST_MARKS = 5_000


def pack(
    pupil: Person,
    places: Sequence[Place],
    tasks: Sequence[Task],
    told: Sequence[Filled],
    more: Mapping[str, bytes],
) -> bytes:
    """The ZIP: a pupil's classes, the works that they handed in with their marks, the marks that
    tools gave them, and what `more` is theirs elsewhere at the school, by path."""
    rows = [row for task in tasks if (row := _row(task))]
    marks = [row for filled in told for row in _marks(filled)]
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("README.txt", README.format(name=pupil.name))
        space: dict[str, object] = {"name": pupil.name, "classes": [one.title for one in places]}
        space |= {"works": rows, "marks": marks}
        archive.writestr("space.json", msgspec.json.format(msgspec.json.encode(space), indent=2))
        archive.writestr("works.csv", _csv(rows, COLUMNS))
        archive.writestr("marks.csv", _csv(marks, MARK_COLUMNS))
        for number, row in enumerate(rows, 1):
            name = re.sub(r"[^\w-]+", "-", str(row["title"]))[:60].strip("-")
            archive.writestr(f"works/{number:03}-{name}.txt", str(row["body"]) + "\n")
        for path, content in more.items():
            archive.writestr(path, content)
    return made.getvalue()


def _row(task: Task) -> dict[str, object] | None:
    work, post = task.work, task.post
    if work is None:
        return None
    return {
        "class": post.course,
        "title": post.title,
        "due_at": post.due_at,
        "handed_at": work.handed_at,
        "late": work.late,
        "score": None if work.score is None else work.score / 100,
        "out_of": post.out_of,
        "returned_at": work.returned_at,
        "comment": work.comment,
        "body": work.body,
    }


def _marks(filled: Filled) -> list[dict[str, object]]:
    column = filled.column
    return [
        {
            "class": column.course,
            "title": column.title,
            "score": one.points(column.out_of),
            "out_of": column.out_of,
            "activity": one.activity,
            "grading": one.grading,
            "comment": one.comment,
            "told_at": one.told_at,
        }
        for one in filled.marks
    ]


def _csv(rows: Sequence[dict[str, object]], columns: Sequence[str]) -> str:
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(columns)
    for row in rows:
        plain = msgspec.to_builtins({name: row[name] for name in columns})
        writer.writerow(_cell(plain[name]) for name in columns)
    return out.getvalue()


def _cell(value: object) -> str:
    """A cell's text; one that a spreadsheet would take for a formula is told to be text."""
    text = "" if value is None else str(value)
    return f"'{text}" if text[:1] in {"=", "+", "-", "@", "\t"} else text
