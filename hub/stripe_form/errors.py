"""How Stripe refuses."""

from typing import Any


class Refused(Exception):
    """A refusal with Stripe's own type, code and status."""

    def __init__(
        self,
        message: str,
        *,
        type: str = "invalid_request_error",
        code: str | None = None,
        param: str | None = None,
        status: int = 400,
        **extra: Any,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.body: dict[str, Any] = {"error": {"type": type, "message": message, **extra}}
        if code:
            self.body["error"]["code"] = code
        if param:
            self.body["error"]["param"] = param


def missing(id: str, kind: str) -> Refused:
    """An object that is not there."""
    return Refused(f"No such {kind}: '{id}'", code="resource_missing", param="id", status=404)
