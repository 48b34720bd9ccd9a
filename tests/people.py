"""People of the tests who open accounts and send forms as a browser would."""

import re

import httpx
from litestar.testing import AsyncTestClient

HTML = {"accept": "text/html", "accept-language": "fr"}
LONG_ENOUGH = "une phrase de passe"


async def read(visitor: AsyncTestClient, path: str, **params: str) -> tuple[int, str]:
    """A page's status and text."""
    answer = await visitor.get(path, params=params, headers=HTML)
    return answer.status_code, answer.text.replace("&#39;", "'")


async def send(
    visitor: AsyncTestClient, path: str, fields: dict[str, object], *, shown: str = "/sign-up"
) -> httpx.Response:
    """Send a form, with the token of a page that is open."""
    page = await visitor.get(shown, headers=HTML)
    found = re.search(r'name="_csrf_token" value="([^"]*)"', page.text)
    assert found, page.text
    data = {"_csrf_token": found.group(1), **fields}
    return await visitor.post(path, data=data, headers=HTML)


async def sign_up(visitor: AsyncTestClient, name: str = "Lou Martin", **other: str) -> None:
    """Open an account and be signed in."""
    visitor.cookies.clear()
    email = f"{name.lower().replace(' ', '.')}@example.fr"
    fields = {"name": name, "email": email, "password": LONG_ENOUGH, **other}
    answer = await send(visitor, "/sign-up", fields)
    assert answer.status_code == 303, answer.text


def text_of(answer: httpx.Response) -> str:
    return answer.text.replace("&#39;", "'")
