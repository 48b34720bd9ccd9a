"""A strict stand-in for the transit engine of a Vault or an OpenBao, after its public API; and the
real one, where its program is found (`HUB_TEST_BAO`, its path)."""

import base64
import binascii
import json
import re
import secrets
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager

import httpx
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

TOKEN = "a-token-of-the-tests"
_PATH = re.compile(r"/v1/transit/(keys|encrypt|decrypt|rewrap)/([\w-]+)(?:/(rotate|config))?")


class FakeTransit:
    """Refuses other paths, methods, tokens and texts than the documented ones. `sealed` and `away`
    are its faults; `asked` counts what it answered."""

    def __init__(self) -> None:
        self.keys: dict[str, list[bytes]] = {}
        self.deletable: set[str] = set()
        self.sealed = self.away = False
        self.asked: list[str] = []

    @property
    def transport(self) -> httpx.MockTransport:
        return httpx.MockTransport(self._answer)

    def _answer(self, request: httpx.Request) -> httpx.Response:
        if self.away:
            raise httpx.ConnectError("refused", request=request)
        if self.sealed:
            return _errors(503, "Vault is sealed")
        if request.headers.get("X-Vault-Token") != TOKEN:
            return _errors(403, "permission denied")
        found = _PATH.fullmatch(request.url.path)
        if found is None:
            return _errors(
                404, f'no handler for route "{request.url.path}". route entry not found.'
            )
        what, name, act = found.groups()
        self.asked.append(f"{request.method} {what}")
        body = json.loads(request.content) if request.content else {}
        if what == "keys":
            return self._key(request.method, name, act, body)
        if request.method != "POST" or act:
            return _errors(405, "unsupported operation")
        return self._text(what, name, body)

    def _key(self, method: str, name: str, act: str | None, body: dict) -> httpx.Response:
        held = self.keys.get(name)
        if method == "POST" and act is None:
            if body.get("type") != "aes256-gcm96":
                return _errors(400, "unknown key type")
            self.keys.setdefault(name, [secrets.token_bytes(32)])
            return _data(self._info(name))
        if held is None:
            return _errors(404 if method == "GET" else 400, "key not found")
        if (method, act) == ("DELETE", None):
            return self._delete(name)
        if (method, act) == ("POST", "rotate"):
            held.append(secrets.token_bytes(32))
        elif (method, act) == ("POST", "config"):
            if body.get("deletion_allowed"):
                self.deletable.add(name)
        elif (method, act) != ("GET", None):
            return _errors(405, "unsupported operation")
        return _data(self._info(name))

    def _delete(self, name: str) -> httpx.Response:
        if name not in self.deletable:
            return _errors(400, "deletion is not allowed for this key")
        del self.keys[name]
        return httpx.Response(204)

    def _info(self, name: str) -> dict:
        return {"name": name, "latest_version": len(self.keys[name]), "type": "aes256-gcm96"}

    def _text(self, what: str, name: str, body: dict) -> httpx.Response:
        if name not in self.keys:
            return _errors(400, "encryption key not found")
        try:
            if what == "encrypt":
                plain = base64.b64decode(body["plaintext"], validate=True)
            else:
                plain = self._open(name, body["ciphertext"])
        except KeyError as error:
            return _errors(400, f"missing {error}")
        except binascii.Error:
            return _errors(400, "illegal base64 data at input byte 0")
        except (ValueError, InvalidTag):
            return _errors(400, "cipher: message authentication failed")
        if what == "decrypt":
            return _data({"plaintext": base64.b64encode(plain).decode()})
        nonce, versions = secrets.token_bytes(12), self.keys[name]
        sealed = nonce + AESGCM(versions[-1]).encrypt(nonce, plain, None)
        text = f"vault:v{len(versions)}:{base64.b64encode(sealed).decode()}"
        return _data({"ciphertext": text, "key_version": len(versions)})

    def _open(self, name: str, text: str) -> bytes:
        found = re.fullmatch(r"vault:v(\d+):(.+)", text)
        if found is None or not 1 <= int(found[1]) <= len(self.keys[name]):
            raise ValueError("invalid ciphertext")
        sealed = base64.b64decode(found[2], validate=True)
        return AESGCM(self.keys[name][int(found[1]) - 1]).decrypt(sealed[:12], sealed[12:], None)


def _data(data: dict) -> httpx.Response:
    return httpx.Response(200, json={"data": data})


def _errors(status: int, text: str) -> httpx.Response:
    return httpx.Response(status, json={"errors": [text]})


@contextmanager
def real_transit(program: str) -> Iterator[str]:
    """The address of an OpenBao of its own, in memory, with a transit engine."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{free.getsockname()[1]}"
    asked = [program, "server", "-dev", "-dev-no-store-token"]
    asked += [f"-dev-root-token-id={TOKEN}", f"-dev-listen-address={address}"]
    server = subprocess.Popen(asked, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        with httpx.Client(
            base_url=f"http://{address}/v1", headers={"X-Vault-Token": TOKEN}
        ) as client:
            for _ in range(300):
                try:
                    if client.post("sys/mounts/transit", json={"type": "transit"}).is_success:
                        break
                except httpx.HTTPError:
                    pass
                time.sleep(0.1)
        yield f"http://{address}"
    finally:
        server.terminate()
        server.wait()
