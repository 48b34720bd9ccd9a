"""Which addresses may be read. Names are resolved and checked again when they are fetched."""

import ipaddress
from urllib.parse import urlsplit

from tourism.channels.errors import FeedInvalid
from tourism.channels.models import AddFeed
from tourism.channels.networks import fetchable

MAX_ADDRESS = 2_000
MAX_LABEL = 80


def check_feed(label: str, address: str, room_type: str, own_url: str) -> AddFeed:
    """The command of a form's values. Raises `FeedInvalid` with the `field` that is wrong."""
    if not room_type.isascii() or not room_type.isdecimal() or len(room_type) > 9:
        raise FeedInvalid("Choose one of your room types.", field="room_type")
    name = " ".join(label.split())
    if not 1 <= len(name) <= MAX_LABEL or not name.isprintable():
        raise FeedInvalid("Name the platform in at most 80 characters.", field="label")
    return AddFeed(
        room_type=int(room_type), label=name, address=_check_address(address.strip(), own_url)
    )


def _check_address(address: str, own_url: str) -> str:
    if address.lower().startswith("webcal://"):
        address = "https" + address[len("webcal") :]
    wrong = len(address) > MAX_ADDRESS or not address.isprintable() or " " in address
    try:
        parts = urlsplit(address)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        wrong, parts, host, port = True, urlsplit(""), "", None
    if wrong or parts.scheme.lower() not in {"http", "https"} or not host or port == 0:
        raise FeedInvalid("Give the whole address, beginning with https://.", field="address")
    if parts.username is not None or parts.password is not None:
        raise FeedInvalid("An address with a password in it cannot be read.", field="address")
    if host == urlsplit(own_url).hostname and parts.path.startswith("/ical/"):
        raise FeedInvalid("This is our own calendar: give the other platform's.", field="address")
    if not _is_public_name(host):
        raise FeedInvalid("This address is not on the public internet.", field="address")
    return address


def _is_public_name(host: str) -> bool:
    try:
        return fetchable(ipaddress.ip_address(host))
    except ValueError:
        return host.rstrip(".").rpartition(".")[2] not in {"localhost", "local", "internal"}
