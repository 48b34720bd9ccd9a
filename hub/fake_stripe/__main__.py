"""The fake as a server of its own: `python -m hub.fake_stripe`."""

import os
import sys
from pathlib import Path

from granian import Granian
from granian.constants import Interfaces, Loops
from litestar import Litestar

from hub.fake_stripe.app import create_fake

FILE = "stripe.sqlite3"


def create_served() -> Litestar:
    """The application as the environment describes it."""
    folder = Path(os.environ.get("HUB_DATA", ".hub"))
    folder.mkdir(parents=True, exist_ok=True)
    url, secret = (
        os.environ.get("HUB_FAKE_STRIPE_HOOK", ""),
        os.environ.get("STRIPE_WEBHOOK_SECRET", ""),
    )
    return create_fake(folder / FILE, deliver=True, hook=(url, secret) if url else None)


def serve() -> int:
    """Serve it, in one process: its books are in this process's memory."""
    Granian(
        "hub.fake_stripe.__main__:create_served",
        factory=True,
        address=os.environ.get("HUB_HOST", "127.0.0.1"),
        port=int(os.environ["HUB_FAKE_STRIPE_PORT"]),
        interface=Interfaces.ASGI,
        loop=Loops.uvloop,
        workers=1,
        log_access=False,
    ).serve()
    return 0


if __name__ == "__main__":
    sys.exit(serve())
