"""`python -m tourism.indexing`: the writer alone, without everything else that is installed, so
that it stands again a moment after its death; with `build`, a new file, told as JSON."""

import asyncio
import os
import sys

import msgspec

from hub.core.log import set_up_logs
from hub.core.settings import read_settings
from tourism.indexing.process import build_now, keep_index


def main(arguments: list[str]) -> int:
    set_up_logs(json=not sys.stderr.isatty() and os.environ.get("HUB_LOG") != "text")
    settings = read_settings()
    if arguments == ["build"]:
        sys.stdout.write(msgspec.json.encode(asyncio.run(build_now(settings))).decode())
        return 0
    return keep_index(settings)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
