"""A tool of the tests, as a school sees any: it signs with a key of its own, asks, and calls."""

import functools
import json
import re
import uuid
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import httpx
from litestar.testing import AsyncTestClient

from hub.core.clock import DrivenClock
from tests.api.test_education_classwork import School
from tests.people import HTML, send
from verticals.education.lti_launch.models import CLAIM, DEEP_CLAIM
from verticals.education.lti_tools import jose
from verticals.education.lti_tools.models import LINES, MEMBERS, RESULTS, SCORES

SITE = "https://tool.example"
TYPED = {
    "name": "Exercices en ligne",
    "login_url": f"{SITE}/login?from=school",
    "redirect_uris": f"{SITE}/launch\n{SITE}/other",
    "target_url": f"{SITE}/launch",
    "deep_url": f"{SITE}/choose",
}
ASSERTION = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
ALL = " ".join((LINES, RESULTS, SCORES, MEMBERS))


@functools.cache
def pair(kid: str) -> tuple[bytes, jose.Key]:
    """A key pair, made once for all tests of a process: making one takes a while."""
    return jose.make_pair(kid)


class ToolOfTests:
    """A tool that a school has registered, and that is placed in Agnès' class."""

    def __init__(self, school: School, clock: DrivenClock, id: str, kid: str = "k1") -> None:
        self.school, self.clock, self.id, self.kid = school, clock, id, kid
        self.visitor: AsyncTestClient = school.visitor
        self.space = school.home.rpartition("/")[2]
        self.base = f"/api/lti/{self.space}"
        self.issuer = f"http://testserver.local{self.base}"

    def sign(self, claims: dict[str, Any], kid: str = "") -> str:
        return jose.sign(claims, pair(self.kid)[0], kid or self.kid)

    def times(self, lives: int = 60) -> dict[str, int]:
        now = int(self.clock.now().timestamp())
        return {"iat": now, "exp": now + lives}

    async def deployment(self) -> str:
        page = await self.visitor.get(f"/ecole/outils/{self.id}", headers=HTML)
        found = re.search(r"deployment_id</dt><dd[^>]*>([0-9a-f-]{36})", page.text)
        assert found, page.text
        return found.group(1)

    # -- launch

    async def set_out(self, name: str, path: str) -> dict[str, str]:
        """What somebody's browser is sent to the tool's login with."""
        await self.school.open(name)
        answer = await self.visitor.get(f"{self.school.home}{path}", headers=HTML)
        assert answer.status_code == 303, answer.text
        address = answer.headers["location"]
        assert address.startswith(f"{SITE}/login?from=school&")
        return dict(parse_qsl(urlsplit(address).query))

    def asks(self, told: dict[str, str], **changes: str) -> dict[str, str]:
        """The authentication request that follows."""
        asked = {
            "scope": "openid",
            "response_type": "id_token",
            "response_mode": "form_post",
            "prompt": "none",
            "client_id": self.id,
            "redirect_uri": f"{SITE}/launch",
            "login_hint": told["login_hint"],
            "lti_message_hint": told["lti_message_hint"],
            "state": "state-1",
            "nonce": "nonce-1",
        }
        return {**asked, **changes}

    async def ask(self, asked: dict[str, str]) -> httpx.Response:
        path = f"{self.school.home}/lti/autorisation"
        return await self.visitor.get(path, params=asked, headers=HTML)

    async def read(self, answer: httpx.Response) -> dict[str, Any]:
        """The claims that the browser brings, checked with the school's published keys."""
        assert answer.status_code == 200, answer.text
        [token] = re.findall(r'name="id_token" value="([^"]+)"', answer.text)
        keys = jose.read_keys((await self.visitor.get(f"{self.base}/jwks")).text)
        return jose.verify(
            token,
            keys,
            self.clock.now(),
            issuer=self.issuer,
            audiences=(self.id,),
            lives=timedelta(minutes=5),
        )

    async def launch(self, name: str, link: str) -> dict[str, Any]:
        told = await self.set_out(name, f"/outils/{link}/ouvrir")
        return await self.read(await self.ask(self.asks(told)))

    # -- deep linking

    async def chosen(self, data: object, *items: dict[str, Any], **changes: Any) -> dict[str, Any]:
        """The claims of the tool's answer."""
        claims = {
            "iss": self.id,
            "aud": [self.issuer],
            "nonce": uuid.uuid4().hex,
            **self.times(600),
            CLAIM + "deployment_id": await self.deployment(),
            CLAIM + "message_type": "LtiDeepLinkingResponse",
            CLAIM + "version": "1.3.0",
            DEEP_CLAIM + "content_items": list(items),
            DEEP_CLAIM + "data": data,
        }
        return {**claims, **changes}

    async def send_chosen(self, token: str) -> httpx.Response:
        path = f"{self.school.home}/lti/choix"
        return await self.visitor.post(path, data={"JWT": token}, headers=HTML)

    # -- services

    def assertion(self, **changes: Any) -> dict[str, Any]:
        token_url = f"{self.issuer}/token"
        claims = {"iss": self.id, "sub": self.id, "aud": token_url, "jti": uuid.uuid4().hex}
        return {**claims, **self.times(), **changes}

    async def ask_token(
        self, scope: str = ALL, signed: str | None = None, **changes: str
    ) -> httpx.Response:
        form = {
            "grant_type": "client_credentials",
            "client_assertion_type": ASSERTION,
            "client_assertion": self.sign(self.assertion()) if signed is None else signed,
            "scope": scope,
        }
        return await self.visitor.post(f"{self.base}/token", data={**form, **changes})

    async def call(
        self, method: str, path: str, scope: str = ALL, body: object = None, **params: str
    ) -> httpx.Response:
        """Call a service with a token for these scopes."""
        given = await self.ask_token(scope)
        assert given.status_code == 200, given.text
        headers = {"authorization": f"Bearer {given.json()['access_token']}"}
        content = None if body is None else json.dumps(body).encode()
        return await self.visitor.request(
            method, urlsplit(path).path, params=params or None, content=content, headers=headers
        )

    def score(self, sub: str, at: datetime | None = None, **changes: object) -> dict[str, object]:
        told = {
            "userId": sub,
            "scoreGiven": 8,
            "scoreMaximum": 10,
            "activityProgress": "Completed",
            "gradingProgress": "FullyGraded",
            "timestamp": (at or self.clock.now()).isoformat(),
            "comment": "Presque tout.",
        }
        return {**told, **changes}


async def register(school: School, clock: DrivenClock, **changes: str) -> ToolOfTests:
    """The head registers a tool with a pasted key."""
    id = str(uuid.uuid5(uuid.NAMESPACE_URL, str(changes)))
    key = json.dumps(pair("k1")[1].as_jwk())
    fields = {**TYPED, "key": key, "idempotency_key": id, **changes}
    answer = await send(school.visitor, "/ecole/outils", fields, shown="/ecole/outils")
    assert answer.status_code == 303, answer.text
    return ToolOfTests(school, clock, id)


async def place(school: School, tool: ToolOfTests, **typed: str) -> str:
    """Agnès places an activity in her class; its id."""
    room = await school.room("Agnès")
    key = str(uuid.uuid5(uuid.NAMESPACE_URL, f"{tool.id}{typed}"))
    fields = {"tool": tool.id, "title": "Les fractions", "out_of": "20", **typed}
    sent = await school.send("Agnès", f"{room}/outils", idempotency_key=key, **fields)
    assert sent.status_code == 303, sent.text
    return key
