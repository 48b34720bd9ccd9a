"""Who holds the key-encryption keys: a folder of this machine, or a Vault-compatible server."""

import os
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Protocol
from urllib.parse import urlsplit

from hub.core.errors import BadSetting
from hub.keys.gateway.files import LocalFiles
from hub.keys.gateway.transit import TransitServer

_LOOPBACK = {"127.0.0.1", "::1", "localhost"}


class Keys(Protocol):
    """What a host must offer for keys: one key-encryption key under each name, which never leaves
    it, and which it can destroy. A name is of letters, digits and hyphens, and is used once.

    All raise `KeysAway` when the host cannot be reached or is sealed, `KeysRefused` when it does
    not let this hub in, `KeyUnknown` for a name it does not hold or a text that it did not wrap.
    """

    async def make(self, name: str) -> None:
        """Hold a new key under a name; nothing happens when there is one."""
        ...

    async def wrap(self, name: str, key: bytes) -> str:
        """A data key under the newest version of the key of that name."""
        ...

    async def unwrap(self, name: str, wrapped: str) -> bytes:
        """The data key again, by whichever version wrapped it."""
        ...

    async def rotate(self, name: str) -> None:
        """Wrap under a new version from here on; what older ones wrapped still opens."""
        ...

    async def rewrap(self, name: str, wrapped: str) -> str:
        """The same data key under the newest version."""
        ...

    async def destroy(self, name: str) -> None:
        """Forget a key with all its versions, for good; nothing happens when it is gone."""
        ...


def find_host(environment: Mapping[str, str] | None = None) -> Keys:
    """Who the environment names: `HUB_KEYS` is a folder (default `HUB_DATA/keys`), or the address
    of a server with `HUB_KEYS_TOKEN`, its path the mount of the transit engine (default `transit`).
    Raises `BadSetting`."""
    env = os.environ if environment is None else environment
    return _open(
        env.get("HUB_KEYS", ""), env.get("HUB_DATA", ".hub"), env.get("HUB_KEYS_TOKEN", "")
    )


@cache
def _open(named: str, data: str, token: str) -> Keys:
    if "://" not in named:
        return LocalFiles(Path(named or Path(data) / "keys").absolute())
    parts = urlsplit(named)
    near = parts.scheme == "http" and parts.hostname in _LOOPBACK
    if not parts.hostname or not (parts.scheme == "https" or near):
        raise BadSetting("HUB_KEYS must be a folder or an https address.")
    if parts.username or parts.query or parts.fragment:
        raise BadSetting("HUB_KEYS must hold no credentials: the token is HUB_KEYS_TOKEN.")
    if not token:
        raise BadSetting("HUB_KEYS names a server: HUB_KEYS_TOKEN must be set.")
    mount = parts.path.strip("/") or "transit"
    return TransitServer(f"{parts.scheme}://{parts.netloc}", mount, token)
