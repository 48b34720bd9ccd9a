"""The letter that tells somebody what is new in a space, and how to be told less."""

from functools import cache

from hub.core.db import Tx
from hub.core.i18n import catalogue
from hub.core.mail import Letter, write_mail
from hub.core.pages import Site, template_folders
from hub.core.settings import Settings, read_settings
from hub.core.tokens import sign_reference
from hub.digests import policy
from hub.digests.models import AllNews, Told
from hub.spaces import Space

NOTICE = "space-notice"
ONE = "%(space)s : un nouveau message"
MANY = "%(space)s : %(count)s nouveaux messages"
DESK = "%(space)s : des messages attendent un modérateur"
SENTENCES = (ONE, MANY, DESK)


@cache
def _settings() -> Settings:
    return read_settings()


@cache
def _site() -> Site:
    return Site(template_folders(["hub.digests"]), [], demo=_settings().demo)


async def write(tx: Tx, space: Space, reader: Told, news: AllNews, desk: int) -> None:
    """One letter about one message or several; `desk` of them wait for a moderator, who reads
    this."""
    settings, words = _settings(), catalogue(reader.language)
    subject = words.gettext(ONE if news.total == 1 else MANY if news.total else DESK)
    base = f"{settings.public_url}/spaces/{space.tenant}/{space.id}"
    token = sign_reference(settings.secret_key, NOTICE, space.tenant, reader.id)
    said = {
        "space": space,
        "desk": desk,
        "news": [(one, policy.excerpt(one.body)) for one in news.listed],
        "others": news.total - len(news.listed),
        "base": base,
        "less": f"{settings.public_url}/notices/{token}",
        "language": reader.language,
    }
    site = _site()
    text = site.render(reader.language, "digests/letters/news.txt", said)
    made = Letter(
        recipient=reader.email,
        language=reader.language,
        subject=" ".join((subject % {"space": space.name, "count": news.total}).split()),
        body_text=text.strip() + "\n",
        body_html=site.render(reader.language, "digests/letters/news.html", said),
    )
    await write_mail(tx, made)
