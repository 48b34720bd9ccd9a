"""Slice shape: the rooms, the schema's numbers, statements that are said and used, sizes."""

import ast
import re
from collections import Counter
from collections.abc import Iterator

from hub.core.sql import parse_queries
from hub.core.vertical import Slice
from hub.kit.models import Finding
from hub.kit.reading import Module, Subject, line_at, statements

RULE = "shape"
FILE_LINES, FUNCTION_LINES, SLICE_LINES = 600, 70, 2_500
ROOMS = ("models", "policy", "actions", "store", "api", "pages", "tasks", "gateway")
_SCHEMA = re.compile(r"^(\d{3})_\w+\.sql$")
_SQL = re.compile(
    r"\s*(select\b.+\bfrom|insert into|update\b.+\bset|delete from)\b", re.DOTALL | re.IGNORECASE
)
_LOUD = re.compile(r"\b(SELECT|INSERT|UPDATE|DELETE|FROM|WHERE)\b")


def check_shape(subject: Subject) -> Iterator[Finding]:
    for slice in subject.vertical.slices:
        yield from _rooms(subject, slice)
    for module in subject.modules:
        yield from _sizes(subject, module)
        yield from _sql_in_python(subject, module)
    yield from _schema_numbers(subject)
    yield from _statements(subject)
    yield from _names(subject)


def _rooms(subject: Subject, slice: Slice) -> Iterator[Finding]:
    modules = subject.modules_of(slice)
    head = next((m for m in modules if m.name == slice.package), None)
    if head is None:
        yield subject.find(subject.folder, 1, RULE, f"the slice {slice.package} has no __init__.py")
        return
    if not ast.get_docstring(head.tree):
        yield subject.find(head.path, 1, RULE, "say in a docstring what the slice is for")
    folder = head.path.parent
    store, queries = folder / "store.py", folder / "queries.sql"
    if store.exists() and not queries.exists() and "load_queries" in store.read_text():
        yield subject.find(store, 1, RULE, "store.py needs its queries.sql beside it")
    if queries.exists() and not store.exists():
        yield subject.find(queries, 1, RULE, "queries.sql needs its store.py beside it")
    if not (folder / "manifest.py").exists():
        yield subject.find(folder / "manifest.py", 1, RULE, "the slice has no manifest.py")
    lines = sum(m.text.count("\n") for m in modules)
    if lines > SLICE_LINES:
        says = f"the slice has {lines} lines of Python: divide it ({SLICE_LINES} at most)"
        yield subject.find(head.path, 1, RULE, says)


def _sizes(subject: Subject, module: Module) -> Iterator[Finding]:
    lines = module.text.count("\n")
    if lines > FILE_LINES:
        says = f"the file has {lines} lines: divide it ({FILE_LINES} at most)"
        yield subject.find(module.path, FILE_LINES + 1, RULE, says)
    for node in ast.walk(module.tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            length = (node.end_lineno or node.lineno) - node.lineno + 1
            if length > FUNCTION_LINES:
                says = f"{node.name} has {length} lines: divide it ({FUNCTION_LINES} at most)"
                yield subject.find(module.path, node.lineno, RULE, says)


def _sql_in_python(subject: Subject, module: Module) -> Iterator[Finding]:
    if not set(module.name.split(".")) & set(ROOMS):
        return
    for node in ast.walk(module.tree):
        text = node.value if isinstance(node, ast.Constant) else None
        if isinstance(text, str) and _SQL.match(text) and not _is_docstring(module, node):
            says = "SQL stands in queries.sql, named and commented"
            yield subject.find(module.path, getattr(node, "lineno", 1), RULE, says)


def _is_docstring(module: Module, node: ast.AST) -> bool:
    return any(isinstance(e, ast.Expr) and e.value is node for e in ast.walk(module.tree))


def _schema_numbers(subject: Subject) -> Iterator[Finding]:
    for folder in sorted({path.parent for path in subject.schemas}):
        taken: set[str] = set()
        for path in sorted(folder.glob("*.sql")):
            match = _SCHEMA.match(path.name)
            if path.name == "functions.sql":
                continue
            if match is None or match.group(1) in taken:
                says = "schema files are called NNN_name.sql, each with a number of its own"
                yield subject.find(path, 1, RULE, says)
            else:
                taken.add(match.group(1))


def _statements(subject: Subject) -> Iterator[Finding]:
    for path in subject.queries:
        python = "\n".join(m.text for m in subject.modules if m.path.is_relative_to(path.parent))
        try:
            parse_queries(path.read_text(encoding="utf-8"))
        except ValueError as error:
            yield subject.find(path, 1, RULE, str(error))
            continue
        for name, text, line in statements(path):
            if not text.strip().startswith("--"):
                says = f"{name} has no comment that says what it is for"
                yield subject.find(path, line, RULE, says)
            if not re.search(rf"\bq\.{name}\b", python):
                yield subject.find(path, line, RULE, f"nobody uses {name}")
            loud = _LOUD.search(re.sub(r"--[^\n]*|'[^']*'", "", text))
            if loud:
                yield subject.find(path, line, RULE, f"{name}: keywords are in lower case")


def _names(subject: Subject) -> Iterator[Finding]:
    """Names that the whole house shares: one word of templates, one task, one table."""
    seen: dict[str, str] = {}
    for slice in subject.vertical.slices:
        word = slice.package.rpartition(".")[2]
        if seen.setdefault(word, slice.package) != slice.package:
            says = f"two slices are called {word}: their templates would hide each other"
            yield subject.find(subject.manifest.path, subject.manifest.line, RULE, says)
    tasks = Counter(task.name for slice in subject.vertical.slices for task in slice.tasks)
    for name in sorted(name for name, times in tasks.items() if times > 1):
        says = f"two tasks are called {name}"
        yield subject.find(subject.manifest.path, subject.manifest.line, RULE, says)
    for path in subject.schemas:
        text = path.read_text(encoding="utf-8")
        for match in re.finditer(r"^create table (?:if not exists )?(\w+)", text, re.MULTILINE):
            made = subject.tables[match.group(1)]
            if (made.path, made.line) != (path, line_at(text, match.start())):
                says = f"the table {match.group(1)} is made twice"
                yield subject.find(path, line_at(text, match.start()), RULE, says)
