"""Key-encryption keys in the transit engine of a HashiCorp Vault or an OpenBao, by its HTTP API
(https://openbao.org/api-docs/secret/transit/).

Each name has a key of the engine. One key for all, with a context from which the engine derives one
for each, would ask for fewer; but what is derived cannot be destroyed for one organisation alone,
and a key of its own makes what it wrapped unreadable in every copy of the database as well.
"""

import base64
import binascii
from collections.abc import Mapping
from typing import Any

import httpx
import msgspec

from hub.core.sentences import say
from hub.keys.errors import KeysAway, KeysRefused, KeyUnknown

PATIENCE_S = 3.0
# Another way to an address: tests put a stand-in of their own process here.
TRANSPORTS: dict[str, httpx.AsyncBaseTransport] = {}
_BAD, _FORBIDDEN, _GONE = 400, 403, 404


class TransitServer:
    """A server, the mount of its engine, and a token that may only this: `create`, `update` and
    `delete` on `MOUNT/keys/hub-*`, `read` there, `update` on `MOUNT/encrypt|decrypt|rewrap/hub-*`.
    """

    def __init__(self, address: str, mount: str, token: str) -> None:
        self._address, self._mount, self._token = address, mount, token

    async def make(self, name: str) -> None:
        await self._ask("POST", f"keys/{name}", {"type": "aes256-gcm96"})

    async def wrap(self, name: str, key: bytes) -> str:
        body = {"plaintext": base64.b64encode(key).decode()}
        return self._text(await self._ask("POST", f"encrypt/{name}", body), "ciphertext")

    async def unwrap(self, name: str, wrapped: str) -> bytes:
        answer = await self._ask("POST", f"decrypt/{name}", {"ciphertext": wrapped})
        try:
            return base64.b64decode(self._text(answer, "plaintext"), validate=True)
        except binascii.Error:
            raise KeysAway("The key server answers what nobody understands.") from None

    async def rotate(self, name: str) -> None:
        await self._ask("POST", f"keys/{name}/rotate")

    async def rewrap(self, name: str, wrapped: str) -> str:
        answer = await self._ask("POST", f"rewrap/{name}", {"ciphertext": wrapped})
        return self._text(answer, "ciphertext")

    async def destroy(self, name: str) -> None:
        try:
            await self._ask("POST", f"keys/{name}/config", {"deletion_allowed": True})
            await self._ask("DELETE", f"keys/{name}")
        except KeyUnknown:
            if await self._holds(name):
                raise

    async def _holds(self, name: str) -> bool:
        answer = await self._send("GET", f"keys/{name}", None)
        if answer.status_code != _GONE:
            self._check(answer)
        return answer.status_code != _GONE

    async def _ask(
        self, method: str, path: str, body: Mapping[str, object] | None = None
    ) -> dict[str, Any]:
        answer = await self._send(method, path, body)
        self._check(answer)
        if not answer.content:
            return {}
        try:
            return msgspec.json.decode(answer.content, type=dict[str, Any]).get("data") or {}
        except msgspec.DecodeError:
            raise KeysAway("The key server answers what nobody understands.") from None

    async def _send(
        self, method: str, path: str, body: Mapping[str, object] | None
    ) -> httpx.Response:
        try:
            async with httpx.AsyncClient(
                transport=TRANSPORTS.get(self._address), timeout=PATIENCE_S
            ) as client:
                return await client.request(
                    method,
                    f"{self._address}/v1/{self._mount}/{path}",
                    headers={"X-Vault-Token": self._token, "X-Vault-Request": "true"},
                    json=body,
                )
        except httpx.HTTPError:
            raise KeysAway("The key server does not answer.") from None

    def _check(self, answer: httpx.Response) -> None:
        """The engine's answers in our words; its own words may go along, they name no key."""
        status = answer.status_code
        if status < _BAD:
            return
        if status == _FORBIDDEN:
            raise KeysRefused("The token of this hub is not, or no longer, good for this.")
        if status == _GONE:
            raise KeysRefused(say("There is no transit engine at %(mount)s.", mount=self._mount))
        if status == _BAD:
            raise KeyUnknown(say("The key server says: %(why)s.", why=_words(answer)))
        raise KeysAway(say("The key server says: %(why)s.", why=_words(answer)))

    def _text(self, answer: dict[str, Any], field: str) -> str:
        found = answer.get(field)
        if not isinstance(found, str):
            raise KeysAway("The key server answers what nobody understands.")
        return found


def _words(answer: httpx.Response) -> str:
    """The first error, or the number of the answer."""
    try:
        errors = msgspec.json.decode(answer.content, type=dict[str, Any]).get("errors")
    except msgspec.DecodeError:
        errors = None
    if isinstance(errors, list) and errors:
        return str(errors[0]).strip().rstrip(".")[:200]
    return str(answer.status_code)
