"""Files of a zone on a server that speaks S3, addressed by path. Only this module speaks it.

A file is sent in parts when it is large, each with its SHA-256, which the server compares; it is
there when the server has put the parts together, so that nothing half is ever listed. What the
server then says it has is read back once and compared: some compare nothing themselves."""

import asyncio
import contextlib
import hashlib
import os
import re
from collections.abc import AsyncIterator, Generator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import obstore
from obstore.exceptions import BaseError
from obstore.store import S3Store

from hub.core.errors import BadSetting
from hub.core.files.folder import sha256_of
from hub.core.files.models import FileBroken, FilesError, Stored, check_name, check_prefix
from hub.core.files.place import S3Place

if TYPE_CHECKING:
    from obstore.store import S3Config

PART_BYTES = 8 * 1_048_576  # of a file that is sent or read; a store's least is 5 MB
PARTS_MOST = 9_000  # a store takes 10,000
AT_ONCE = 4
SUM = "sha256"  # the name under which a file's SHA-256 goes along
ID, SECRET, TOKEN = "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"
_CODE = re.compile(r"<Code>(\w+)</Code>")
_BROKEN = {"BadDigest", "InvalidDigest", "XAmzContentSHA256Mismatch", "XAmzContentChecksumMismatch"}
_REFUSED = {"AccessDenied", "InvalidAccessKeyId", "SignatureDoesNotMatch", "InvalidClientTokenId",
            "ExpiredToken", "InvalidToken", "AuthFailure"}  # fmt: skip
Errors = (BaseError, OSError, ValueError)


class S3Files:
    """Each file an object. Credentials come from the environment only; raises `BadSetting` when
    they are not there. `patience` bounds how long one request is tried again."""

    def __init__(
        self,
        place: S3Place,
        environment: Mapping[str, str] | None = None,
        *,
        patience: timedelta = timedelta(seconds=60),
    ) -> None:
        env = os.environ if environment is None else environment
        if not env.get(ID) or not env.get(SECRET):
            raise BadSetting(f"{ID} and {SECRET} must be set for the files in {place.bucket}.")
        self.place = place
        config: S3Config = {
            "endpoint": place.endpoint,
            "region": place.region,
            "access_key_id": env[ID],
            "secret_access_key": env[SECRET],
            "virtual_hosted_style_request": False,
            "checksum_algorithm": "sha256",
            "disable_bulk_delete": True,
        }
        if env.get(TOKEN):
            config["session_token"] = env[TOKEN]
        self._store = S3Store(
            place.bucket,
            prefix=place.prefix or None,
            config=config,
            client_options={
                "allow_http": place.endpoint.startswith("http:"),
                "connect_timeout": timedelta(seconds=5),
                "timeout": timedelta(seconds=120),
            },
            retry_config={
                "max_retries": 8,
                "retry_timeout": patience,
                "backoff": {
                    "init_backoff": timedelta(milliseconds=100),
                    "max_backoff": timedelta(seconds=10),
                    "base": 2,
                },
            },
        )

    async def put(self, name: str, path: Path, sha256: str = "") -> Stored:
        check_name(name)
        counted = await asyncio.to_thread(sha256_of, path)
        if sha256 and counted != sha256:
            raise FileBroken(f"{path} is not what was to be put by as {name}.")
        size = (await asyncio.to_thread(path.stat)).st_size
        found = await self.find(name)
        if found is None or (found.size, found.sha256) != (size, counted):
            with self._told(name):
                await obstore.put_async(
                    self._store,
                    name,
                    path,
                    attributes={SUM: counted},
                    chunk_size=max(PART_BYTES, -(-size // PARTS_MOST)),
                    max_concurrency=AT_ONCE,
                )
            found = await self._check(name, size, counted)
        await asyncio.to_thread(path.unlink, missing_ok=True)
        return found

    async def _check(self, name: str, size: int, sha256: str) -> Stored:
        """What was put is read back; what is something else does not stay."""
        found = await self.find(name)
        try:
            if found is None or (found.size, found.sha256) != (size, sha256):
                raise FileBroken(f"{self.place.host} has something else as {name}.")
            async for _ in self.read(found):
                pass
        except FilesError:  # also where it could not be read whole: nobody knows what it is
            with contextlib.suppress(FilesError):
                await self.delete(name)
            raise
        return found

    async def find(self, name: str) -> Stored | None:
        check_name(name)
        try:
            with self._told(name):
                found = await obstore.get_async(self._store, name, options={"head": True})
        except FileNotFoundError:
            await self._look_for_bucket(name)
            return None
        attributes = {str(key).lower(): str(value) for key, value in found.attributes.items()}
        return Stored(
            name=name,
            size=found.meta["size"],
            etag=str(found.meta["e_tag"] or "").strip('"'),
            sha256=attributes.get(SUM, ""),
        )

    async def _look_for_bucket(self, name: str) -> None:
        """A server does not say without a body that it is the bucket that is not there."""
        try:
            with self._told(name):
                await obstore.get_async(self._store, name)
        except FileNotFoundError:
            return

    async def read(
        self, stored: Stored, start: int = 0, end: int | None = None
    ) -> AsyncIterator[bytes]:
        """Each piece is a request of its own that may be tried again, always for this version. Of
        a whole file the last piece comes only when all of it is what was put by."""
        last = stored.size if end is None else end
        whole = stored.sha256 and (start, last) == (0, stored.size)
        hashed = hashlib.sha256()
        while start < last:
            stop = min(start + PART_BYTES, last)
            piece = await self._read_piece(stored, start, stop)
            if whole:
                await asyncio.to_thread(hashed.update, piece)
            if whole and stop == last and hashed.hexdigest() != stored.sha256:
                raise FileBroken(f"{stored.name} is not what was put by.")
            start = stop
            yield piece

    async def _read_piece(self, stored: Stored, start: int, stop: int) -> bytes:
        try:
            with self._told(stored.name):
                found = await obstore.get_async(
                    self._store,
                    stored.name,
                    options={"range": (start, stop), "if_match": f'"{stored.etag}"'},
                )
                piece = bytes(await found.bytes_async())
        except FileNotFoundError as error:
            raise FilesError(f"{stored.name} is not there any more.") from error
        if len(piece) != stop - start:
            raise FileBroken(f"{stored.name} is shorter than it was.")
        return piece

    async def list(self, prefix: str) -> AsyncIterator[Stored]:
        check_prefix(prefix)
        with self._told(prefix):
            async for page in obstore.list(self._store, prefix):
                for one in page:
                    yield Stored(
                        name=one["path"],
                        size=one["size"],
                        etag=str(one["e_tag"] or "").strip('"'),
                    )

    async def delete(self, name: str) -> None:
        try:
            with self._told(name):
                await obstore.delete_async(self._store, check_name(name))
        except FileNotFoundError:
            return

    @contextmanager
    def _told(self, name: str) -> Generator[None]:
        """Says in words what went wrong; `FileNotFoundError` where only the file is not there."""
        try:
            yield
        except Errors as error:
            raise self._as_told(name, error) from error

    def _as_told(self, name: str, error: Exception) -> Exception:
        text = str(error)
        found = _CODE.search(text)
        code = found[1] if found else ""
        where = f"{self.place.bucket} at {self.place.endpoint}"
        if code == "NoSuchBucket":
            return FilesError(f"There is no bucket {where}.")
        if isinstance(error, FileNotFoundError):
            return error
        if code in _REFUSED or "401 Unauthorized" in text or "403 Forbidden" in text:
            return FilesError(
                f"The credentials of {ID} are not accepted for {where}{code and f': {code}'}."
            )
        if code in _BROKEN:
            return FileBroken(f"{name} did not arrive as it was sent to {where}: {code}.")
        said = text.partition("\n")[0][:300]
        return FilesError(f"{where} does not answer for {name}: {code or said}.")
