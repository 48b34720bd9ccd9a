"""What both doors, the API and the pages, do alike."""

from hub.core.settings import Settings


def return_url_of(settings: Settings, token: str) -> str:
    """Where a guest comes back to who has paid the difference of a change."""
    return f"{settings.public_url}/reservation/{token}/modifier/retour"
