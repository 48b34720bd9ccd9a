"""An S3 server that is not ours (moto), which looks at every signature, and a wire before it that
can hold up, cut, change or refuse what goes over it."""

import base64
import contextlib
import hashlib
import http.client
import os
import re
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import NamedTuple
from urllib.parse import quote

import httpx

BUCKET = "zone-files"
_SIGNED = (
    "AWS4-HMAC-SHA256 Credential=first/20260101/us-east-1/iam/aws4_request, "
    "SignedHeaders=host, Signature=none"
)
_MAY = '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:*","Resource":"*"}]}'
_FIRST_ACTIONS = 4  # of an empty server, before it asks who calls
_SETTINGS = {"MOTO_S3_DEFAULT_MAX_KEYS": "3"}  # a page of a list
_SLOW = b"<Error><Code>SlowDown</Code><Message>Please reduce your request rate.</Message></Error>"
_DENIED = b"<Error><Code>AccessDenied</Code><Message>No.</Message></Error>"
_WRONG = b"<Error><Code>BadDigest</Code><Message>The sum is another.</Message></Error>"


class Asked(NamedTuple):
    """A request as it arrived."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def part(self) -> int:
        """Which part of a large file it brings; 0 for any other request."""
        found = re.search(r"[?&]partNumber=(\d+)", self.path)
        return int(found[1]) if found and self.method == "PUT" else 0

    def is_sound(self) -> bool:
        """Whether the body is what its headers say."""
        digest = hashlib.sha256(self.body)
        said = self.headers.get("x-amz-checksum-sha256", "")
        return said == base64.b64encode(digest.digest()).decode() and (
            self.headers.get("x-amz-content-sha256") == digest.hexdigest()
        )


class Wire:
    """What went over it, and what it does to a request: nothing; `slow`, 503; `refused`, 403;
    `cut`, no answer; `changed`, another byte arrives; `checked`, the same at a
    server that compares."""

    def __init__(self, behind: int) -> None:
        self.behind = behind
        self.asked: list[Asked] = []
        self.fault: Callable[[Asked], str] = lambda _: ""

    def reset(self) -> None:
        self.asked.clear()
        self.fault = lambda _: ""


class S3(NamedTuple):
    """A bucket, who may use it, and the wire to it."""

    port: int
    id: str
    secret: str
    wire: Wire

    def place(self, prefix: str, bucket: str = BUCKET) -> str:
        return f"s3://{bucket}/{prefix}?endpoint=http://127.0.0.1:{self.port}"

    @property
    def environment(self) -> dict[str, str]:
        return {"AWS_ACCESS_KEY_ID": self.id, "AWS_SECRET_ACCESS_KEY": self.secret}


@contextlib.contextmanager
def serve_s3() -> Iterator[S3]:
    """The server with a bucket, in a process of its own."""
    port = _free_port()
    process = subprocess.Popen(
        [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)],
        env=os.environ | _SETTINGS | {"INITIAL_NO_AUTH_ACTION_COUNT": str(_FIRST_ACTIONS)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        _wait_for(port, process)
        id, secret = _make_user(port)
        with _wired(port) as (open_port, wire):
            yield S3(open_port, id, secret, wire)
    finally:
        process.terminate()
        process.wait(30)


def _make_user(port: int) -> tuple[str, str]:
    made = _ask_iam(port, "Action=CreateUser&UserName=hub")
    assert "<UserName>hub</UserName>" in made
    key = _ask_iam(port, "Action=CreateAccessKey&UserName=hub")
    policy = quote(_MAY)
    _ask_iam(port, f"Action=PutUserPolicy&UserName=hub&PolicyName=files&PolicyDocument={policy}")
    found = re.search("<AccessKeyId>(.+)</AccessKeyId>", key)
    secret = re.search("<SecretAccessKey>(.+)</SecretAccessKey>", key)
    assert found
    assert secret
    httpx.put(f"http://127.0.0.1:{port}/{BUCKET}", timeout=60, trust_env=False).raise_for_status()
    return found[1], secret[1]


def _ask_iam(port: int, form: str) -> str:
    answer = httpx.post(
        f"http://127.0.0.1:{port}/",
        content=f"{form}&Version=2010-05-08",
        headers={"authorization": _SIGNED, "content-type": "application/x-www-form-urlencoded"},
        timeout=60,
        trust_env=False,
    )
    return answer.raise_for_status().text


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as free:
        return free.getsockname()[1]


def _wait_for(port: int, process: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + 120
    while process.poll() is None and time.monotonic() < until:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 5):
            return
        time.sleep(0.1)
    raise AssertionError("the S3 server does not start")


@contextlib.contextmanager
def _wired(port: int) -> Iterator[tuple[int, Wire]]:
    wire = Wire(port)

    class Handler(_Forward):
        pass

    Handler.wire = wire
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield server.server_address[1], wire
    finally:
        server.shutdown()
        server.server_close()
        thread.join(30)


class _Forward(BaseHTTPRequestHandler):
    wire: Wire
    protocol_version = "HTTP/1.1"

    def log_message(self, *_: object) -> None:
        """Nothing is said."""

    def _act(self) -> None:
        size = int(self.headers.get("content-length") or 0)
        headers = {key.lower(): value for key, value in self.headers.items()}
        asked = Asked(self.command, self.path, headers, self.rfile.read(size))
        self.wire.asked.append(asked)
        match self.wire.fault(asked):
            case "slow":
                self._answer(503, {}, _SLOW)
            case "cut":
                self.close_connection = True
                with contextlib.suppress(OSError):
                    self.connection.shutdown(socket.SHUT_RDWR)
            case "refused":
                self._answer(403, {}, _DENIED)
            case "changed":
                self._forward(_changed(asked))
            case "checked" if not _changed(asked).is_sound():
                self._answer(400, {}, _WRONG)
            case _:
                self._forward(asked)

    def _forward(self, asked: Asked) -> None:
        behind = http.client.HTTPConnection("127.0.0.1", self.wire.behind, timeout=120)
        try:
            behind.request(asked.method, asked.path, asked.body, asked.headers)
            answer = behind.getresponse()
            self._answer(answer.status, dict(answer.getheaders()), answer.read())
        finally:
            behind.close()

    def _answer(self, status: int, headers: dict[str, str], body: bytes) -> None:
        kept = {key: value for key, value in headers.items() if key.lower() not in _OWN}
        size = headers.get("Content-Length") if self.command == "HEAD" else None
        with contextlib.suppress(OSError):
            self.send_response(status)
            for key, value in kept.items():
                self.send_header(key, value)
            self.send_header("Content-Length", size or str(len(body)))
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(body)

    do_GET = do_PUT = do_POST = do_DELETE = do_HEAD = _act  # noqa: N815


_OWN = {"content-length", "connection", "transfer-encoding", "date", "server"}


def _changed(asked: Asked) -> Asked:
    return asked._replace(body=asked.body[:-1] + bytes([asked.body[-1] ^ 1]))
