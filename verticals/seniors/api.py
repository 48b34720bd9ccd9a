"""What sensors call, each under its own signed address."""

from typing import Any

import msgspec
from litestar import Response, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from hub.core.caller import ANYBODY, access
from hub.core.db import Tx
from hub.core.forms import enter
from hub.core.pages import AnyRequest
from hub.core.web import answer_once
from verticals.seniors.actions import following
from verticals.seniors.actions.letters import SENSOR
from verticals.seniors.models import Events


class Heard(msgspec.Struct, frozen=True, kw_only=True):
    """How many events were not known before."""

    new: int


@post("/api/v1/seniors/sensors/{token:str}/events", opt=access(ANYBODY), tags=["Seniors"])
async def hear(
    request: AnyRequest, tx: NamedDependency[Tx], token: FromPath[str], data: JSONBody[Events]
) -> Response[Any]:
    """Events in any order, repeated or hours late. 400 `senior-invalid` for a wrong clock or an
    unknown kind: then nothing of them is kept."""
    reference = enter(request, tx, SENSOR, token)

    async def act() -> Heard:
        return Heard(new=await following.hear(tx, reference.id, data))

    return await answer_once(tx, request, act, scope=f"sensor:{reference.id}")
