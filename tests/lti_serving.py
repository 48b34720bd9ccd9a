"""The tool of an independent library as a process, and a plain browser that goes from a school to
it and back: it follows what it is sent, keeps cookies, sends forms as they stand."""

import contextlib
import html
import re
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator

import httpx
import msgspec

from loadtests.serving import ROOT, free_port
from tests.people import HTML
from tests.schools import bundle
from tourism.demo.people import PASSWORD

READY_S = 60


class ServedTool(msgspec.Struct):
    """A running tool."""

    address: str

    @property
    def typed(self) -> dict[str, str]:
        """What the head of a school types of it."""
        return {
            "name": "Exercices",
            "login_url": f"{self.address}/login",
            "redirect_uris": f"{self.address}/launch",
            "target_url": f"{self.address}/launch",
            "deep_url": f"{self.address}/launch",
            "keys_url": f"{self.address}/jwks",
        }

    def configure(self, page: str) -> None:
        """Tell it what the head's page says of the school."""
        told = {
            html.unescape(name): html.unescape(value)
            for name, value in re.findall(r"<dt>([^<]+)</dt><dd[^>]*>([^<]*)</dd>", page)
        }
        school = {
            "client_id": told["client_id"],
            "auth_login_url": told["OIDC authorization"],
            "auth_token_url": told["OAuth 2 token"],
            "key_set_url": told["JWKS"],
            "deployment_ids": [told["deployment_id"]],
        }
        httpx.post(
            f"{self.address}/configure", json={told["issuer"]: school}, trust_env=False
        ).raise_for_status()


@contextlib.contextmanager
def served_tool() -> Iterator[ServedTool]:
    """The tool, until the block ends."""
    address = f"http://127.0.0.1:{(port := free_port())}"
    process = subprocess.Popen([sys.executable, "-m", "tests.lti_tool", str(port)], cwd=ROOT)
    try:
        deadline = time.monotonic() + READY_S
        while True:
            assert process.poll() is None, "the tool has ended"
            assert time.monotonic() < deadline, "the tool does not answer"
            with contextlib.suppress(httpx.HTTPError):
                httpx.get(f"{address}/jwks", trust_env=False, timeout=2).raise_for_status()
                break
            time.sleep(0.1)
        yield ServedTool(address)
    finally:
        process.terminate()
        process.wait(30)


class PlainBrowser:
    """One browser with one jar of cookies, without script."""

    def __init__(self, address: str) -> None:
        self.address = address
        self.client = httpx.Client(
            base_url=address, headers=HTML, timeout=60, trust_env=False, follow_redirects=True
        )

    def close(self) -> None:
        self.client.close()

    def read(self, path: str) -> str:
        answer = self.client.get(path)
        assert answer.status_code == 200, answer.text
        return html.unescape(answer.text)

    def send(
        self, path: str, shown: str, files: dict[str, object] | None = None, **fields: str
    ) -> str:
        """Send a form with the token of a page that shows it; the page that follows."""
        [token, *_] = re.findall(r'name="_csrf_token" value="([^"]*)"', self.read(shown))
        data = {"_csrf_token": token, **fields}
        answer = self.client.post(path, data=data, files=files)  # pyright: ignore[reportArgumentType]
        assert answer.status_code == 200, answer.text
        return html.unescape(answer.text)

    def press(self, page: str) -> httpx.Response:
        """Send the one form of a page that goes to another site, as a script would."""
        forms = re.findall(r'<form[^>]*action="(http[^"]+)"[^>]*>(.*?)</form>', page, re.DOTALL)
        [(action, inside)] = forms
        fields = dict(re.findall(r'name="([^"]+)" value="([^"]*)"', inside))
        return self.client.post(
            html.unescape(action), data={name: html.unescape(v) for name, v in fields.items()}
        )

    def open_school(self) -> dict[str, str]:
        """The operator opens a school and takes its list in; everybody's link by first name."""
        body = {"email": "exploitant@demo.example", "password": PASSWORD}
        self.client.post("/api/v1/sessions", json=body).raise_for_status()
        opened = self.client.post(
            "/api/v1/organisations",
            json={"kind": "school", "name": "École des Tilleuls"},
            headers={"idempotency-key": str(uuid.uuid4())},
        )
        chosen = {"organisation": opened.json()["id"]}
        self.client.put("/api/v1/sessions/current", json=chosen).raise_for_status()
        sent = {"file": ("liste.zip", bundle(), "application/zip")}
        page = self.send("/ecole/liste", "/ecole/liste", files=sent)
        [seen, *_] = re.findall(r'name="print" value="(\w+)"', page)
        self.send("/ecole/liste/appliquer", "/ecole/liste", print=seen)
        links: dict[str, str] = {}
        for path in re.findall(r'href="(/ecole/classes/[0-9a-f-]{36})"', self.read("/ecole")):
            key = str(uuid.uuid4())
            page = self.send(f"{path}/liens", "/ecole/liste", idempotency_key=key)
            found = re.findall(r'href="(/mon-ecole/[^"]+)">[^<]*<[^>]*> : (\S+?)[ <]', page)
            links |= {name: link for link, name in found}
        return links

    def register(self, tool: ServedTool, **more: str) -> None:
        """The head registers the tool, and tells it of the school."""
        fields = {**tool.typed, "idempotency_key": str(uuid.uuid4()), **more}
        tool.configure(self.send("/ecole/outils", "/ecole/outils", **fields))
