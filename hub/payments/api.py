"""What the payment service tells us."""

from litestar import Response, post

from hub.core.caller import ANYBODY, access
from hub.core.pages import AnyRequest
from hub.payments import asking


@post("/api/v1/payments/events", opt=access(ANYBODY), include_in_schema=False, status_code=200)
async def hear(request: AnyRequest) -> Response[None]:
    """A signed message of the payment service; kept, and answered at once. 403 for a signature that
    is wrong or older than five minutes."""
    signature = request.headers.get("stripe-signature", "")
    await asking.hear(request.app.state.database, await request.body(), signature)
    return Response(None, status_code=200)
