"""What no line of the code does: start a program by a shell, run text as code, make a template of
data, read what Python has packed."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FOLDERS = ("hub", "tourism", "verticals")
SHELLS = {"system", "popen", "create_subprocess_shell", "getoutput", "getstatusoutput"}
CODE = {"eval", "exec", "compile", "__import__"}
PACKED = {"pickle", "marshal", "shelve", "dill", "joblib"}


def faults_of(source: str) -> Iterator[str]:
    """What is wrong in a module's text."""
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.Call(func=ast.Attribute(attr=name)) if name in SHELLS:
                yield f"line {node.lineno} starts a shell"
            case ast.Call(func=ast.Attribute(attr="from_string")):
                yield f"line {node.lineno} makes a template of data"
            case ast.Call(func=ast.Name(id=name)) if name in CODE:
                yield f"line {node.lineno} runs text as code"
            case ast.keyword(arg="shell", value=ast.Constant(value=True)):
                yield f"line {node.value.lineno} starts a shell"
            case ast.Import(names=names) if any(one.name in PACKED for one in names):
                yield f"line {node.lineno} reads what Python has packed"
            case ast.ImportFrom(module=module) if module in PACKED:
                yield f"line {node.lineno} reads what Python has packed"
            case _:
                pass


def test_no_text_becomes_a_program_or_a_template() -> None:
    paths = [path for folder in FOLDERS for path in (ROOT / folder).rglob("*.py")]
    assert len(paths) > 500
    found = [
        f"{path.relative_to(ROOT)}: {fault}"
        for path in paths
        for fault in faults_of(path.read_text(encoding="utf-8"))
    ]
    assert found == []


@pytest.mark.parametrize(
    "planted",
    [
        "import os\nos.system(f'ls {name}')",
        "import subprocess\nsubprocess.run(line, shell=True)",
        "import asyncio\nasyncio.create_subprocess_shell(line)",
        "eval(typed)",
        "exec(typed)",
        "environment.from_string(typed).render()",
        "import pickle",
        "from marshal import loads",
    ],
)
def test_each_of_them_is_found(planted: str) -> None:
    assert len(list(faults_of(planted))) == 1
