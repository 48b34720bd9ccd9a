"""The size report: what asks for a second look, and what must be divided (STYLE.md)."""

import ast
import subprocess
import sys
from pathlib import Path

FILE_LOOK, FILE_LIMIT = 400, 600
FUNCTION_LOOK, FUNCTION_LIMIT = 40, 70
SLICE_LOOK, SLICE_LIMIT = 1_500, 2_500
ROOTS = ("hub", "tourism", "verticals", "education", "health")


def tracked_files() -> list[Path]:
    """Our Python files, as git knows them."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "*.py"],
        check=True,
        capture_output=True,
        text=True,
    )
    return [Path(name) for name in listed.stdout.split() if name.startswith(ROOTS)]


def functions_of(path: Path) -> list[tuple[str, int]]:
    """Each function with its number of lines."""
    tree = ast.parse(path.read_text())
    return [
        (node.name, (node.end_lineno or node.lineno) - node.lineno + 1)
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    ]


def slice_of(path: Path) -> str:
    """The package that brings a manifest: a vertical is one slice, or several below it."""
    within = Path(*path.parts[:3])
    depth = 3 if path.parts[0] == "verticals" and (within / "manifest.py").exists() else 2
    return ".".join(path.parts[:depth])


def main() -> int:
    too_large: list[str] = []
    slices: dict[str, int] = {}
    for path in tracked_files():
        lines = len(path.read_text().splitlines())
        slices[slice_of(path)] = slices.get(slice_of(path), 0) + lines
        if lines > FILE_LOOK:
            print(f"look: {path} has {lines} lines")
        if lines > FILE_LIMIT:
            too_large.append(f"{path} has {lines} lines")
        for name, length in functions_of(path):
            if length > FUNCTION_LOOK:
                print(f"look: {path}:{name} has {length} lines")
            if length > FUNCTION_LIMIT:
                too_large.append(f"{path}:{name} has {length} lines")
    for name, lines in sorted(slices.items()):
        print(f"{'look: ' if lines > SLICE_LOOK else ''}{name:<24}{lines:>6}")
        if lines > SLICE_LIMIT and name != "hub.core":
            too_large.append(f"the slice {name} has {lines} lines")
    for fault in too_large:
        print(f"divide: {fault}", file=sys.stderr)
    return 1 if too_large else 0


if __name__ == "__main__":
    sys.exit(main())
