"""The settings of one process: one frozen Struct, read once from the environment."""

import ipaddress
import os
import secrets
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

import msgspec

from hub.core.errors import BadSetting
from hub.core.proxies import Network, read_networks

OVER_TLS = (
    "add sslmode=verify-full (or require), or set HUB_DATABASE_IN_CLEAR=1 where nobody else can be "
    "on the line"
)


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """What the environment decides. `database_url` unset means the embedded PostgreSQL.

    A process holds at most `hold_batch` stays of one house together. The `workers` have at most
    `hold_writers` transactions for it at once in all (PERFORMANCE 3).

    `agent_identity` is who the booking centre is in law, as its contracts say it: legal form,
    address, SIREN, registration, financial guarantor, insurer (code du tourisme, L211-18).

    `files` is where files that are no rows stand (`hub.core.files`); in `data` where it is unset.

    Whoever keeps a search index and is not seen for `index_retention_s` builds it anew.

    With `second_factor`, who acts for an operator must have one.

    With `allow_loopback`, addresses that organisations type may be of this very machine, by http:
    for demonstrations and tests, whose tools stand beside the hub.

    With `hsts_subdomains`, browsers are told to take every name below the host's over https only:
    whoever sets it answers for all of them."""

    database_url: str | None
    data: Path
    host: str
    port: int
    workers: int
    broker_url: str | None
    secret_key: bytes
    public_url: str
    demo: bool
    stripe_secret_key: str | None
    stripe_webhook_secret: str | None
    smtp_url: str | None
    pool_size: int
    agent_identity: str | None = None
    hold_batch: int = 200
    hold_writers: int = 2
    index_retention_s: int = 600
    stripe_api_base: str | None = None
    files: str | None = None
    second_factor: bool = False
    allow_loopback: bool = False
    trusted_proxies: tuple[Network, ...] = ()
    hsts_subdomains: bool = False

    @property
    def hold_writers_each(self) -> int:
        """How many of a house's writers one of the workers may have; one at least, for each must be
        able to sell: where the workers are more than the writers, they take turns."""
        return max(1, self.hold_writers // self.workers)

    @property
    def encrypted(self) -> bool:
        """Whether people come by https."""
        return self.public_url.startswith("https:")

    def cookie_name(self, name: str, path: str = "/") -> str:
        """What a cookie of ours is called. On https a browser takes a name that begins so from
        https only and, for the whole site, from this very host only (RFC 6265bis, 4.1.3)."""
        if not self.encrypted:
            return name
        return f"__Host-{name}" if path == "/" else f"__Secure-{name}"


def read_settings(environment: Mapping[str, str] | None = None) -> Settings:
    """Read the settings; raises `BadSetting` naming the variable that is wrong.

    Without `HUB_SECRET_KEY` a key is made once and kept in `HUB_DATA/secret.key` (mode 0600).
    """
    env = os.environ if environment is None else environment
    data = Path(env.get("HUB_DATA", ".hub")).absolute()
    host = env.get("HUB_HOST", "127.0.0.1")
    port = _whole(env, "HUB_PORT", 8000, 0, 65535)
    demo = env.get("HUB_DEMO", "") == "1"
    return Settings(
        database_url=_database_url(env, "DATABASE_URL"),
        data=data,
        host=host,
        port=port,
        workers=_whole(env, "HUB_WORKERS", 2, 1, 64),
        broker_url=_database_url(env, "HUB_BROKER_URL"),
        secret_key=_secret_key(env, data),
        public_url=env.get("HUB_PUBLIC_URL", f"http://{host}:{port}").rstrip("/"),
        demo=demo,
        second_factor=env.get("HUB_SECOND_FACTOR", "0" if demo else "1") == "1",
        allow_loopback=env.get("HUB_ALLOW_LOOPBACK") == "1",
        stripe_secret_key=env.get("STRIPE_SECRET_KEY") or None,
        stripe_webhook_secret=env.get("STRIPE_WEBHOOK_SECRET") or None,
        smtp_url=env.get("HUB_SMTP_URL") or None,
        pool_size=_whole(env, "HUB_POOL_SIZE", 4, 1, 100),
        agent_identity=env.get("HUB_AGENT_IDENTITY") or None,
        hold_batch=_whole(env, "HUB_HOLD_BATCH", 200, 1, 1_000),
        hold_writers=_whole(env, "HUB_HOLD_WRITERS", 2, 1, 100_000),
        index_retention_s=_whole(env, "HUB_INDEX_RETENTION_S", 600, 15, 86_400),
        stripe_api_base=env.get("STRIPE_API_BASE") or None,
        files=env.get("HUB_FILES") or None,
        trusted_proxies=read_networks(env.get("HUB_TRUSTED_PROXIES", "")),
        hsts_subdomains=env.get("HUB_HSTS_SUBDOMAINS", "") == "1",
    )


def _whole(env: Mapping[str, str], name: str, default: int, low: int, high: int) -> int:
    text = env.get(name, str(default))
    if not text.isdecimal() or not low <= int(text) <= high:
        raise BadSetting(f"{name} must be a whole number from {low} to {high}, not {text!r}.")
    return int(text)


def _database_url(env: Mapping[str, str], name: str) -> str | None:
    """The address of a database in a variable; one of another machine is spoken to over TLS, or
    somebody says that the line between is their own."""
    url = env.get(name) or None
    if url is not None and is_in_clear(url, env):
        raise BadSetting(f"{name} names another machine: {OVER_TLS}.")
    return url


def is_in_clear(url: str, environment: Mapping[str, str] | None = None) -> bool:
    """Whether a database on another machine would be spoken to without TLS by this address, and
    nobody said that this is as it should be (HUB_DATABASE_IN_CLEAR=1)."""
    env = os.environ if environment is None else environment
    if _is_here(url, env) or env.get("HUB_DATABASE_IN_CLEAR", "") == "1":
        return False
    asked = parse_qs(urlsplit(url).query).get("sslmode") or [env.get("PGSSLMODE", "")]
    return asked[-1] not in {"require", "verify-ca", "verify-full"}


def _is_here(url: str, env: Mapping[str, str]) -> bool:
    """Whether a database is reached by a socket of this machine or by its loopback."""
    parts = urlsplit(url)
    named = parse_qs(parts.query).get("host") or [env.get("PGHOST", "")]
    host = unquote(parts.hostname or named[-1])
    if not host or host == "localhost" or host.startswith("/"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _secret_key(env: Mapping[str, str], data: Path) -> bytes:
    given = env.get("HUB_SECRET_KEY")
    if given:
        if len(given) < 32:
            raise BadSetting("HUB_SECRET_KEY must have at least 32 characters.")
        return given.encode()
    path = data / "secret.key"
    data.mkdir(parents=True, exist_ok=True)
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_bytes()
    with os.fdopen(handle, "wb") as file:
        key = secrets.token_hex(32).encode()
        file.write(key)
    return key
