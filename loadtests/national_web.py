"""The web application of a demonstration over the generated national set, and beside it a JSON of
any size that costs nothing to make: `python -m loadtests.national_web`, by the settings."""

from functools import cache

import msgspec
from granian import Granian
from granian.constants import Interfaces, Loops
from litestar import Litestar, MediaType, Response, get
from litestar.params import FromPath

from hub.app import create_app
from hub.core.caller import ANYBODY, access
from hub.core.log import set_up_logs
from hub.core.settings import read_settings


@get("/api/static-json/{size:int}", opt=access(ANYBODY), include_in_schema=False)
async def static_json(size: FromPath[int]) -> Response[bytes]:
    return Response(_padded(size), media_type=MediaType.JSON)


@cache
def _padded(size: int) -> bytes:
    return msgspec.json.encode({"text": "x" * max(size - 11, 0)})


def create() -> Litestar:
    set_up_logs(json=True)
    app = create_app()
    app.register(static_json)
    return app


def main() -> None:
    settings = read_settings()
    Granian(
        "loadtests.national_web:create",
        factory=True,
        address=settings.host,
        port=settings.port,
        interface=Interfaces.ASGI,
        loop=Loops.uvloop,
        workers=settings.workers,
        log_access=False,
    ).serve()


if __name__ == "__main__":
    main()
