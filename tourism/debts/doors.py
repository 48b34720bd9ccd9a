"""Where a house goes on when it pays on the service's page, and comes back."""

from hub import payments
from hub.core.caller import Caller
from hub.core.pages import AnyRequest, language_of
from hub.core.settings import Settings

PAGE = "/pro/debts"


def page_of(request: AnyRequest, caller: Caller) -> payments.Page:
    """The service's page for a payment of debts."""
    settings: Settings = request.app.state.settings
    return payments.Page(
        return_url=f"{settings.public_url}{PAGE}/back",
        language=language_of(request),
        title=caller.organisation or "",
        email=caller.email or "",
    )
