"""Where files stand, as one setting says it: `s3://BUCKET/PREFIX?endpoint=https://…&region=…`."""

import re
from ipaddress import ip_address
from urllib.parse import parse_qs, urlsplit

import msgspec

from hub.core.errors import BadSetting
from hub.core.files.models import check_name

_BUCKET = re.compile(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")
_KNOWN = {"endpoint", "region"}
REGION = "us-east-1"


class S3Place(msgspec.Struct, frozen=True, kw_only=True):
    """A bucket at an endpoint; what stands in it under `prefix` is this hub's."""

    bucket: str
    prefix: str
    endpoint: str
    region: str

    @property
    def host(self) -> str:
        return urlsplit(self.endpoint).hostname or ""


def read_place(text: str) -> S3Place:
    """Raises `BadSetting`, which never repeats the text: for another form, for credentials in it,
    and for an endpoint without encryption that is not this machine."""
    parts = urlsplit(text)
    asked = parse_qs(parts.query, keep_blank_values=True)
    if parts.scheme != "s3" or not _BUCKET.fullmatch(parts.netloc) or set(asked) - _KNOWN:
        raise BadSetting("It is not s3://BUCKET/PREFIX?endpoint=https://…&region=….")
    prefix = parts.path.strip("/")
    if prefix:
        check_name(prefix)
    region = asked.get("region", [REGION])[-1]
    endpoint = asked.get("endpoint", [f"https://s3.{region}.amazonaws.com"])[-1].rstrip("/")
    _check_endpoint(endpoint)
    return S3Place(bucket=parts.netloc, prefix=prefix, endpoint=endpoint, region=region)


def _check_endpoint(endpoint: str) -> None:
    parts = urlsplit(endpoint)
    host = parts.hostname
    if parts.scheme not in {"http", "https"} or not host or parts.username or parts.query:
        raise BadSetting("The endpoint is no address of an S3 server (https://HOST).")
    if parts.scheme == "http" and not _is_here(host):
        raise BadSetting(f"{host} is asked without encryption: only this machine may be http.")


def _is_here(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
