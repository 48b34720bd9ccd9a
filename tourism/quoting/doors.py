"""What every door for guests, API or page, does alike: read the signed token, enter the wall."""

from typing import Any

from litestar import Request

from hub.core.db import Tx
from hub.core.settings import Settings
from hub.core.tokens import Reference, read_reference


def settings_of(request: Request[Any, Any, Any]) -> Settings:
    return request.app.state.settings


def enter(request: Request[Any, Any, Any], tx: Tx, kind: str, token: str) -> Reference:
    """The row that a token names; the transaction goes behind its wall."""
    reference = read_reference(settings_of(request).secret_key, kind, token)
    tx.enter(reference.tenant)
    return reference
