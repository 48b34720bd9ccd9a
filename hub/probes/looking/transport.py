"""TLS and headers, as anybody sees them (SEC-01)."""

import asyncio
import http.client
import re
import socket
import ssl
import warnings
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

import msgspec

from hub.probes.world import World
from hub.trust import Found

PLAIN = "L'adresse n'est pas chiffrée."
UNTRUSTED = "La connexion chiffrée échoue : %(why)s."
SHORT = "Le certificat n'est plus valable que %(days)s jours."
HEADERS = "Il manque des en-têtes : %(names)s."
DATED = "TLS 1.0 ou 1.1 est encore accepté."
OLD = "TLS 1.2 : la version 1.3 n'est pas proposée."
HSTS = "HSTS n'est annoncé que pour %(days)s jours."
CBC = "Un chiffrement CBC est encore accepté."
WELL = "%(version)s, certificat valable %(days)s jours, HSTS de %(hsts)s jours."
SENTENCES = (PLAIN, UNTRUSTED, SHORT, HEADERS, DATED, OLD, HSTS, CBC, WELL)

LEAST_DAYS, SILVER_HSTS_DAYS, GOLD_HSTS_DAYS = 14, 180, 365
WANTED = ("content-security-policy", "x-content-type-options", "referrer-policy")
OLD_CIPHERS = "ECDHE-RSA-AES128-SHA:ECDHE-RSA-AES256-SHA:ECDHE-ECDSA-AES128-SHA:AES128-SHA"
DATED_CIPHERS = "ALL:@SECLEVEL=0"  # their signatures are below what OpenSSL takes by itself
PATIENCE_S = 10.0
_MAX_AGE = re.compile(r"max-age=\"?(\d+)", re.IGNORECASE)


class Seen(msgspec.Struct, frozen=True, kw_only=True):
    """What a visitor sees of the connection; `dated` that TLS 1.0 or 1.1 is still spoken."""

    version: str
    until: datetime
    headers: dict[str, str]
    cbc: bool
    dated: bool


async def look_at_transport(world: World) -> Found:
    """What anybody sees at the service's address."""
    return await look_at_address(world.address, world.authorities)


async def look_at_address(address: str, authorities: Path | None) -> Found:
    """Three levels: valid, headed, and nothing older than TLS 1.2; TLS 1.3 with HSTS; no CBC and
    HSTS of a year everywhere."""
    parts = urlsplit(address)
    if parts.scheme != "https" or parts.hostname is None:
        return Found(rank=0, says=PLAIN)
    try:
        seen = await asyncio.to_thread(_look, parts.hostname, parts.port or 443, authorities)
    except (OSError, http.client.HTTPException) as error:
        why = getattr(error, "verify_message", "") or type(error).__name__
        return Found(rank=0, says=UNTRUSTED, filled={"why": why})
    return judge(seen, datetime.now(UTC))


def judge(seen: Seen, now: datetime) -> Found:
    """The level of what was seen."""
    days = (seen.until - now) // timedelta(days=1)
    policy = seen.headers.get("strict-transport-security", "")
    age = _MAX_AGE.search(policy)
    hsts = int(age[1]) // 86_400 if age else 0
    filled: dict[str, str | int] = {"version": seen.version, "days": days, "hsts": hsts}
    unfit = _judge_unfit(seen, days)
    if unfit is not None:
        return unfit
    if seen.version != "TLSv1.3":
        return Found(rank=1, says=OLD, filled=filled)
    if hsts < SILVER_HSTS_DAYS:
        return Found(rank=1, says=HSTS, filled=filled)
    if seen.cbc:
        return Found(rank=2, says=CBC, filled=filled)
    whole = hsts >= GOLD_HSTS_DAYS and "includesubdomains" in policy.lower()
    return Found(rank=3 if whole else 2, says=WELL, filled=filled)


def _judge_unfit(seen: Seen, days: int) -> Found | None:
    """What no level allows."""
    missing = [name for name in WANTED if name not in seen.headers]
    if days <= LEAST_DAYS:
        return Found(rank=0, says=SHORT, filled={"days": days})
    if missing:
        return Found(rank=0, says=HEADERS, filled={"names": ", ".join(missing)})
    return Found(rank=0, says=DATED) if seen.dated else None


def _look(host: str, port: int, authorities: Path | None) -> Seen:
    context = ssl.create_default_context(cafile=str(authorities) if authorities else None)
    line = http.client.HTTPSConnection(host, port, context=context, timeout=PATIENCE_S)
    try:
        line.connect()
        assert isinstance(line.sock, ssl.SSLSocket)
        certificate = line.sock.getpeercert() or {}
        version = line.sock.version() or ""
        line.request("GET", "/health/live")
        headers = {name.lower(): value for name, value in line.getresponse().getheaders()}
    finally:
        line.close()
    ends = ssl.cert_time_to_seconds(str(certificate["notAfter"]))
    return Seen(
        version=version,
        until=datetime.fromtimestamp(ends, UTC),
        headers=headers,
        cbc=_takes_cbc(host, port, authorities),
        dated=_takes_dated(host, port),
    )


def _takes_cbc(host: str, port: int, authorities: Path | None) -> bool:
    context = ssl.create_default_context(cafile=str(authorities) if authorities else None)
    context.maximum_version = ssl.TLSVersion.TLSv1_2
    context.set_ciphers(OLD_CIPHERS)
    return _shakes_hands(context, host, port)


def _takes_dated(host: str, port: int) -> bool:
    """Whether somebody is answered by TLS 1.0 or 1.1 (RFC 8996). The certificate was looked at
    already. Where this machine's OpenSSL has them no more, nobody can be asked."""
    if not ssl.HAS_TLSv1_1:
        return False
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        context.minimum_version = ssl.TLSVersion.TLSv1
        context.maximum_version = ssl.TLSVersion.TLSv1_1
    context.set_ciphers(DATED_CIPHERS)
    return _shakes_hands(context, host, port)


def _shakes_hands(context: ssl.SSLContext, host: str, port: int) -> bool:
    try:
        with (
            socket.create_connection((host, port), timeout=PATIENCE_S) as plain,
            context.wrap_socket(plain, server_hostname=host),
        ):
            return True
    except OSError:
        return False
