"""What may be registered, and which addresses are a tool's own: pure."""

import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from urllib.parse import parse_qsl, urlencode, urlsplit

from hub.core.sentences import say
from verticals.education.lti_tools.errors import OAuthRefused, ToolInvalid
from verticals.education.lti_tools.models import SCOPES, Register, Registration, Tool

NAME_MOST, ADDRESS_MOST, REDIRECTS_MOST, TOOLS_MOST, KEY_MOST = 80, 500, 10, 50, 20_000
# Keys are read anew after so long; one that is not known, not sooner than the pause.
KEYS_KEPT, KEYS_PAUSE = timedelta(hours=12), timedelta(minutes=1)
LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})
_CLEAN = re.compile(r"[\x21-\x7e]+")
# A name or a number; a star would stand for many in the policy of a page.
_HOST = re.compile(r"[a-z0-9._-]+|[0-9a-f:.]+")
# Letters that end an address in a header, or in a list of addresses.
_ENDING = frozenset("\"'<>\\`{}|;,")


def check_tool(typed: Register, keys: str, *, loopback: bool) -> Registration:
    """A tool as it was typed, with the JWK Set that its pasted key makes (empty without one). With
    `loopback`, `http` addresses of this very machine are good too. Raises `ToolInvalid`, naming the
    field."""
    name = typed.name.strip()
    if not 1 <= len(name) <= NAME_MOST or "\0" in name:
        raise ToolInvalid(say("Write 1 to %(most)s letters.", most=NAME_MOST), field="name")
    redirects = tuple(dict.fromkeys(typed.redirect_uris.split()))
    if not 1 <= len(redirects) <= REDIRECTS_MOST:
        says = say("Give 1 to %(most)s addresses, one a line.", most=REDIRECTS_MOST)
        raise ToolInvalid(says, field="redirect_uris")
    if bool(typed.keys_url.strip()) == bool(keys):
        raise ToolInvalid("Give the address of its keys, or one key: not both.", field="keys_url")
    for address in redirects:
        _check_address(address, "redirect_uris", loopback=loopback)
    return Registration(
        name=name,
        login_url=_check_address(typed.login_url, "login_url", loopback=loopback),
        redirect_uris=redirects,
        target_url=_check_address(typed.target_url, "target_url", loopback=loopback),
        deep_url=_maybe(typed.deep_url, "deep_url", loopback=loopback),
        keys_url=_maybe(typed.keys_url, "keys_url", loopback=loopback),
        keys=keys,
        gives_names=typed.names == "1",
        gives_email=typed.email == "1",
    )


def is_address(address: str, *, loopback: bool) -> bool:
    """Whether it is an https address that can be given to a browser: no credentials, no fragment,
    plain letters."""
    if not 1 <= len(address) <= ADDRESS_MOST or not _CLEAN.fullmatch(address):
        return False
    if _ENDING & set(address):
        return False
    try:
        parts = urlsplit(address)
        host, _ = parts.hostname or "", parts.port
    except ValueError:
        return False
    if (
        not _HOST.fullmatch(host)
        or parts.username is not None
        or parts.fragment
        or address.endswith("#")
    ):
        return False
    near = loopback and parts.scheme == "http" and host in LOOPBACK
    return parts.scheme == "https" or near


def origin_of(address: str) -> str:
    """Scheme, host and port of an address: where a form may be sent."""
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc}"


def with_query(address: str, values: Mapping[str, str]) -> str:
    """An address with these values behind those that it has."""
    parts = urlsplit(address)
    query = [*parse_qsl(parts.query, keep_blank_values=True), *values.items()]
    return parts._replace(query=urlencode(query)).geturl()


def belongs(tool: Tool, url: str, *, loopback: bool) -> bool:
    """Whether an address is one of the tool's own machines, as its registration names them."""
    own = {origin_of(one) for one in (tool.target_url, *tool.redirect_uris)}
    return is_address(url, loopback=loopback) and origin_of(url) in own


def needs_keys(tool: Tool, known: bool, now: datetime) -> bool:
    """Whether a tool's keys are to be read anew: never read, read too long ago, or without the one
    that is asked for; each time after a pause."""
    if not tool.keys_url:
        return False
    if tool.tried_at is not None and now - tool.tried_at < KEYS_PAUSE:
        return False
    return not known or tool.keys_at is None or now - tool.keys_at > KEYS_KEPT


def check_scopes(typed: str) -> tuple[str, ...]:
    """Of the scopes that are asked for, those that there are. Raises `OAuthRefused`."""
    asked = typed.split()
    given = tuple(one for one in SCOPES if one in asked)
    if not given:
        raise OAuthRefused("None of these scopes is given here.", error="invalid_scope")
    return given


def _maybe(address: str, field: str, *, loopback: bool) -> str:
    return _check_address(address, field, loopback=loopback) if address.strip() else ""


def _check_address(address: str, field: str, *, loopback: bool) -> str:
    good = address.strip()
    if not is_address(good, loopback=loopback):
        raise ToolInvalid("Write an address that begins with https://.", field=field)
    return good
