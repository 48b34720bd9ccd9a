"""Puts the fonts that npm fetched where the pages find them: `python -m hub.core.assets`."""

import shutil
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
FROM = ROOT / "node_modules/@fontsource-variable"
TO = Path(__file__).parent / "static/vendor"
FONTS = (
    ("inter", "inter-latin-wght-normal.woff2"),
    ("inter", "inter-latin-ext-wght-normal.woff2"),
    ("fraunces", "fraunces-latin-opsz-normal.woff2"),
    ("fraunces", "fraunces-latin-ext-opsz-normal.woff2"),
)


def main() -> int:
    """Copy the fonts with their licences; 1 when npm has not fetched them."""
    TO.mkdir(parents=True, exist_ok=True)
    for package, name in FONTS:
        source = FROM / package / "files" / name
        if not source.is_file():
            sys.stderr.write(f"{name} is missing: run npm ci first.\n")
            return 1
        shutil.copyfile(source, TO / name)
        shutil.copyfile(FROM / package / "LICENSE", TO / f"{package}-LICENSE.txt")
    return 0


if __name__ == "__main__":
    sys.exit(main())
