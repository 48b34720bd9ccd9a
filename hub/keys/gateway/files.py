"""Key-encryption keys as files of this machine: one a name, for its owner only."""

import base64
import binascii
import os
import secrets
from contextlib import suppress
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from hub.keys.errors import KeysAway, KeyUnknown

_KEY, _NONCE = 32, 12


class LocalFiles:
    """A folder, made at its first use (0700). A file (0600) holds the versions of one key one after
    the other, 32 random bytes each; it is written whole or not at all, also after a loss of power.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    async def make(self, name: str) -> None:
        path = self._path(name)
        if not path.exists():
            self._write(path, secrets.token_bytes(_KEY), first=True)

    async def wrap(self, name: str, key: bytes) -> str:
        versions = self._read(name)
        nonce = secrets.token_bytes(_NONCE)
        sealed = nonce + AESGCM(versions[-1]).encrypt(nonce, key, name.encode())
        return f"local:v{len(versions)}:{base64.b64encode(sealed).decode()}"

    async def unwrap(self, name: str, wrapped: str) -> bytes:
        versions = self._read(name)
        try:
            kind, version, text = wrapped.split(":")
            sealed = base64.b64decode(text, validate=True)
            if kind != "local" or version[:1] != "v" or not 1 <= int(version[1:]) <= len(versions):
                raise KeyUnknown("This was wrapped by another host, or by another key.")
            key = AESGCM(versions[int(version[1:]) - 1])
            return key.decrypt(sealed[:_NONCE], sealed[_NONCE:], name.encode())
        except (ValueError, binascii.Error, InvalidTag):
            raise KeyUnknown("This was wrapped by another host, or by another key.") from None

    async def rotate(self, name: str) -> None:
        versions = self._read(name)
        self._write(self._path(name), b"".join(versions) + secrets.token_bytes(_KEY))

    async def rewrap(self, name: str, wrapped: str) -> str:
        return await self.wrap(name, await self.unwrap(name, wrapped))

    async def destroy(self, name: str) -> None:
        self._destroy(self._path(name))

    def _path(self, name: str) -> Path:
        if not name.replace("-", "").isalnum():
            raise KeyUnknown("There is no file of this key.")
        return self._folder / f"{name}.key"

    def _read(self, name: str) -> list[bytes]:
        try:
            content = self._path(name).read_bytes()
        except FileNotFoundError:
            raise KeyUnknown("There is no file of this key.") from None
        except OSError:
            raise KeysAway("The folder of keys cannot be read.") from None
        if not content or len(content) % _KEY:
            raise KeyUnknown("The file of this key is broken.")
        return [content[at : at + _KEY] for at in range(0, len(content), _KEY)]

    def _write(self, path: Path, content: bytes, *, first: bool = False) -> None:
        """`first`: whoever else has just written it keeps theirs."""
        fresh = path.with_name(f"{path.name}.{secrets.token_hex(8)}.new")
        try:
            self._folder.mkdir(0o700, parents=True, exist_ok=True)
            with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as to:
                to.write(content)
                to.flush()
                os.fsync(to.fileno())
            if first:
                with suppress(FileExistsError):
                    os.link(fresh, path)
                fresh.unlink()
            else:
                fresh.replace(path)
            self._settle()
        except OSError:
            raise KeysAway("The folder of keys cannot be written to.") from None

    def _destroy(self, path: Path) -> None:
        """Written over before it goes; what the disk itself keeps of it is its host's."""
        try:
            with path.open("r+b") as file:
                file.write(secrets.token_bytes(path.stat().st_size))
                file.flush()
                os.fsync(file.fileno())
            path.unlink()
            self._settle()
        except FileNotFoundError:
            return
        except OSError:
            raise KeysAway("The folder of keys cannot be written to.") from None

    def _settle(self) -> None:
        """The folder itself is on the disk."""
        handle = os.open(self._folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
