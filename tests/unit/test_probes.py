"""Each probe finds the fault that is planted for it: what needs no database."""

import base64
import hashlib
import http.server
import json
import os
import ssl
import threading
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from hub.probes.looking import (
    components,
    places,
    records,
    transport,
)
from hub.probes.models import Component, Place, Rehearsal

NOW = datetime(2026, 12, 1, tzinfo=UTC)
YEAR_S = 365 * 86_400


# -- TLS and headers -------------------------------------------------------------------------------


def make_certificate(folder: Path, days: int) -> Path:
    """A certificate for 127.0.0.1, its key in the same file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    own = x509.SubjectAlternativeName([x509.IPAddress(places.HOME)])
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=days, hours=1))
        .add_extension(own, critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = folder / f"{days}.pem"
    pem = serialization.Encoding.PEM
    path.write_bytes(
        key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        + made.public_bytes(pem)
    )
    return path


@contextmanager
def served(
    certificate: Path, headers: dict[str, str], shape: Callable[[ssl.SSLContext], None]
) -> Iterator[str]:
    """An address that answers over TLS."""

    class Answer(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            for name, value in headers.items():
                self.send_header(name, value)
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    shape(context)

    class Server(http.server.ThreadingHTTPServer):
        def get_request(self):
            plain, address = self.socket.accept()
            plain.settimeout(20)
            return context.wrap_socket(plain, server_side=True), address

        def handle_error(self, request, client_address) -> None:
            """A refused handshake is what the probe wants to see."""

    with Server(("127.0.0.1", 0), Answer) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        try:
            yield f"https://127.0.0.1:{server.server_address[1]}"
        finally:
            server.shutdown()
            thread.join(30)


def modern(context: ssl.SSLContext) -> None:
    context.set_ciphers("ECDHE+AESGCM")


def with_cbc(context: ssl.SSLContext) -> None:
    context.set_ciphers("ECDHE-ECDSA-AES128-SHA:ECDHE+AESGCM")


def with_dated(context: ssl.SSLContext) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        context.minimum_version = ssl.TLSVersion.TLSv1
    context.set_ciphers("ALL:@SECLEVEL=0")


def only_old(context: ssl.SSLContext) -> None:
    modern(context)
    context.maximum_version = ssl.TLSVersion.TLSv1_2


GOOD = dict.fromkeys(transport.WANTED, "x") | {
    "strict-transport-security": f"max-age={YEAR_S}; includeSubDomains"
}
SHORT_HSTS = GOOD | {"strict-transport-security": "max-age=86400"}
BARE = {name: value for name, value in GOOD.items() if name != "content-security-policy"}


@pytest.mark.parametrize(
    ("days", "headers", "shape", "trusted", "rank", "says"),
    [
        (90, GOOD, modern, True, 3, transport.WELL),
        (90, GOOD, with_cbc, True, 2, transport.CBC),
        (90, GOOD, only_old, True, 1, transport.OLD),
        (90, GOOD, with_dated, True, 0, transport.DATED),
        (90, SHORT_HSTS, modern, True, 1, transport.HSTS),
        (90, BARE, modern, True, 0, transport.HEADERS),
        (14, GOOD, modern, True, 0, transport.SHORT),
        (90, GOOD, modern, False, 0, transport.UNTRUSTED),
    ],
)
async def test_transport(
    tmp_path: Path, days: int, headers, shape, trusted: bool, rank: int, says: str
) -> None:
    certificate = make_certificate(tmp_path, days)
    with served(certificate, headers, shape) as address:
        found = await transport.look_at_address(address, certificate if trusted else None)
    assert (found.rank, found.says) == (rank, says), found


async def test_an_address_in_clear_has_no_level() -> None:
    assert (await transport.look_at_address("http://127.0.0.1:8000", None)).says == transport.PLAIN


# -- restores


@pytest.mark.parametrize(
    ("change", "days", "rank"),
    [
        ({}, 31, 3),
        ({}, 32, 2),
        ({"sites": 1}, 1, 2),
        ({"rpo_s": 3_601}, 1, 2),
        ({"rto_s": 4 * 3_600 + 1}, 1, 2),
        ({"rto_s": 25 * 3_600}, 1, 1),
        ({}, 92, 2),
        ({}, 93, 1),
        ({}, 366, 1),
        ({}, 367, 0),
        ({"invariants": False}, 1, 0),
        ({"measured": False}, 1, 1),
        ({"measured": False}, 367, 0),
    ],
)
def test_the_last_restore_is_worth_its_times(
    change: dict[str, object], days: int, rank: int
) -> None:
    done = Rehearsal(
        at=NOW, rpo_s=3_600, rto_s=4 * 3_600, sites=2, invariants=True, words="", measured=True
    )
    assert records.judge_restore(msgspec.structs.replace(done, **change), days).rank == rank


# -- components ------------------------------------------------------------------------------------


def test_what_is_installed_is_listed_with_all_that_it_needs() -> None:
    found = {one.name: one for one in components.list_components()}
    assert {"usage-hub", "litestar", "asyncpg", "kombu", "pgmq", "typst"} <= found.keys()
    assert "pytest" not in found, "what only tests need is not part of the hub"
    assert found["asyncpg"].version
    sbom = json.loads(components.write_sbom(found.values(), datetime(2026, 12, 1, tzinfo=UTC)))
    assert (sbom["bomFormat"], sbom["specVersion"]) == ("CycloneDX", "1.6")
    assert len(sbom["components"]) == len(found)


def install(folder: Path, code: str) -> None:
    """A package as an installer leaves it."""
    digest = base64.urlsafe_b64encode(hashlib.sha256(code.encode()).digest()).decode()
    (folder / "small.py").write_text(code)
    info = folder / "small-1.0.dist-info"
    info.mkdir(exist_ok=True)
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: small\nVersion: 1.0\n")
    (info / "RECORD").write_text(f"small.py,sha256={digest.rstrip('=')},{len(code)}\n")


def test_a_file_that_changed_after_its_installation_is_found(tmp_path: Path) -> None:
    install(tmp_path, "x = 1\n")
    whole = components.list_components("small", [str(tmp_path)])
    assert components.judge_components(whole).rank == 3
    (tmp_path / "small.py").write_text("x = 2\n")
    found = components.judge_components(components.list_components("small", [str(tmp_path)]))
    assert (found.rank, found.filled["names"]) == (0, "small small.py")
    (tmp_path / "small.py").unlink()
    gone = components.judge_components(components.list_components("small", [str(tmp_path)]))
    assert gone.rank == 0


def advisory(package: str, version: str, published: str, severity: str) -> dict[str, object]:
    return {
        "id": "PYSEC-0000-1",
        "published": f"{published}T00:00:00Z",
        "database_specific": {"severity": severity},
        "affected": [
            {"package": {"ecosystem": "PyPI", "name": package}, "versions": ["0.1", version]}
        ],
    }


@pytest.mark.parametrize(
    ("published", "severity", "rank"),
    [
        ("2026-11-28", "CRITICAL", 3),
        ("2026-11-27", "CRITICAL", 2),
        ("2026-11-23", "CRITICAL", 1),
        ("2026-10-31", "CRITICAL", 0),
        ("2026-10-31", "HIGH", 3),
    ],
)
def test_a_critical_weakness_costs_levels_as_it_stays_open(
    tmp_path: Path, published: str, severity: str, rank: int
) -> None:
    installed = [Component(name="asyncpg", version="0.31.0", licence="")]
    known = [advisory("AsyncPG", "0.31.0", published, severity)]
    folder = tmp_path / "advisories"
    assert components.look_in(folder, installed, NOW).says == components.NO_ADVISORIES
    folder.mkdir()
    (folder / "all.json").write_text(json.dumps(known))
    day = datetime(2026, 12, 1, tzinfo=UTC).timestamp()
    os.utime(folder / "all.json", (day, day))
    found = components.look_in(folder, installed, NOW)
    assert found.rank == rank, found
    old = day - 8 * 86_400
    os.utime(folder / "all.json", (old, old))
    assert components.look_in(folder, installed, NOW).says == components.OLD_ADVISORIES


# -- places and egress -----------------------------------------------------------------------------

HERE = tuple(
    Place(holds=kind, networks=("127.0.0.0/8",), country="FR")
    for kind in ("database", "files", "backups")
)


def other(place: int, **change: object) -> tuple[Place, ...]:
    return (
        *HERE[:place],
        msgspec.structs.replace(HERE[place], **change),
        *HERE[place + 1 :],
    )


@pytest.mark.parametrize(
    ("given", "rank", "says"),
    [
        (HERE, 3, places.LIES),
        (other(2, country="NO"), 2, places.LIES),
        (other(2, country="US"), 0, places.OUTSIDE),
        (other(0, networks=("192.0.2.0/24",)), 0, places.ELSEWHERE),
        (HERE[:2], 0, places.MISSING),
    ],
)
def test_where_the_data_are(given: tuple[Place, ...], rank: int, says: str) -> None:
    found = places.judge_places(given, places.HOME)
    assert (found.rank, found.says) == (rank, says), found


def test_a_file_of_places_is_read_strictly(tmp_path: Path) -> None:
    path = tmp_path / "places.toml"
    assert places.read_places(path) is None
    path.write_text('egress = ["127.0.0.1"]\n[[place]]\nholds = "files"\nnetworks = []\n')
    with pytest.raises(msgspec.ValidationError, match="country"):
        places.read_places(path)
