"""The API's description against the API, bounded: `python -m loadtests.fuzz`."""

import subprocess
import sys

from loadtests.report import tell
from loadtests.serving import served_demo

EXAMPLES = 25


def main() -> int:
    """Requests made from the description, right and wrong ones; no answer may be a 5xx."""
    with served_demo("74", workers=1) as served:
        done = subprocess.run(
            [
                sys.executable,
                "-m",
                "schemathesis.cli",
                "run",
                f"{served.address}/schema/openapi.json",
                "--checks=not_a_server_error",
                f"--max-examples={EXAMPLES}",
                "--phases=examples,fuzzing",
                "--seed=1",
                "--no-color",
            ],
            stdout=sys.stderr,
            check=False,
            timeout=900,
        )
    ok = tell(fuzz="not_a_server_error", examples=EXAMPLES, ok=done.returncode == 0)
    return 0 if ok else 1


if __name__ == "__main__":
    sys.exit(main())
