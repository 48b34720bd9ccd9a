"""What may be placed and opened, and what a tool may choose: pure."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence

import msgspec

from hub.core.sentences import say
from verticals.education.lti_launch.errors import ChoiceRefused, LaunchRefused, LinkInvalid
from verticals.education.lti_launch.models import (
    CHOSEN,
    CLAIM,
    DEEP_CLAIM,
    OUT_OF_LEAST,
    OUT_OF_MOST,
    VERSION,
    Asked,
    NewLine,
    NewLink,
    PlaceLink,
)
from verticals.education.lti_tools import Tool, belongs

TITLE_MOST, BODY_MOST, NAME_MOST, ITEMS_MOST, CUSTOM_MOST = 200, 2_000, 256, 20, 50
STATE_MOST, NONCE_MOST, POINTS_MOST = 4_000, 500, 1_000


def check_placing(typed: PlaceLink, tool: Tool, *, loopback: bool) -> NewLink:
    """An activity as its teacher types it. Raises `LinkInvalid`, naming the field."""
    title = _text(typed.title, "title", TITLE_MOST)
    body = _text(typed.body, "body", BODY_MOST) if typed.body.strip() else ""
    url = typed.url.strip()
    if url and not belongs(tool, url, loopback=loopback):
        raise LinkInvalid("Give an address of the tool itself.", field="url")
    out_of = typed.out_of.strip()
    if not out_of:
        return NewLink(title=title, body=body, url=url)
    points = int(out_of) if out_of.isascii() and out_of.isdecimal() and len(out_of) < 5 else 0
    if not 1 <= points <= POINTS_MOST:
        says = say("Mark out of 1 to %(most)s points.", most=POINTS_MOST)
        raise LinkInvalid(says, field="out_of")
    return NewLink(title=title, body=body, url=url, line=NewLine(label=title, out_of=points))


def check_asked(asked: Asked, tool: Tool) -> None:
    """An authentication request, as LTI 1.3 (1EdTech Security Framework 5.1.1.2) wants it. Raises
    `LaunchRefused`."""
    if asked.redirect_uri not in tool.redirect_uris:
        raise LaunchRefused("The tool wants the answer at an address that is not registered.")
    if asked.response_type != "id_token" or asked.response_mode != "form_post":
        raise LaunchRefused("The tool asks for another kind of answer than a signed form.")
    if "openid" not in asked.scope.split() or asked.prompt != "none":
        raise LaunchRefused("The tool does not ask as LTI 1.3 wants it (scope, prompt).")
    if not 1 <= len(asked.nonce) <= NONCE_MOST or len(asked.state) > STATE_MOST:
        raise LaunchRefused("The tool does not ask as LTI 1.3 wants it (nonce, state).")


def check_chosen(claims: Mapping[str, object], tool: Tool) -> str:
    """A deep linking response (LTI-DL 2.0, 4.4); the `data` that it gives back. Raises
    `ChoiceRefused`."""
    wanted = {
        CLAIM + "message_type": CHOSEN,
        CLAIM + "version": VERSION,
        CLAIM + "deployment_id": str(tool.deployment),
    }
    if any(claims.get(name) != value for name, value in wanted.items()):
        raise ChoiceRefused("The tool's answer is not a choice for this school.")
    data = claims.get(DEEP_CLAIM + "data")
    if not isinstance(data, str):
        raise ChoiceRefused("The tool did not give back what it was sent (data).")
    return data


def read_items(
    claims: Mapping[str, object], tool: Tool, *, loopback: bool
) -> tuple[list[NewLink], int]:
    """The activities that a tool chose, and how many other things it sent: of a kind that is not
    taken, or of another machine than its own. Raises `ChoiceRefused` for too many."""
    items = claims.get(DEEP_CLAIM + "content_items", [])
    if not isinstance(items, list) or len(items) > ITEMS_MOST:
        raise ChoiceRefused(say("Choose at most %(most)s activities at a time.", most=ITEMS_MOST))
    read = [_read_item(one, tool, loopback=loopback) for one in items]
    links = [one for one in read if one is not None]
    return links, len(read) - len(links)


def print_of(links: Sequence[NewLink], left: int) -> str:
    """The same for the same activities and as many other things: SHA-256, in hexadecimal."""
    content = msgspec.json.encode([links, left], order="deterministic")
    return hashlib.sha256(content).hexdigest()


def _read_item(item: object, tool: Tool, *, loopback: bool) -> NewLink | None:
    if not isinstance(item, dict) or item.get("type") != "ltiResourceLink":
        return None
    url = item.get("url") or ""
    if not isinstance(url, str) or (url and not belongs(tool, url, loopback=loopback)):
        return None
    title = cut(item.get("title"), TITLE_MOST) or tool.name
    return NewLink(
        title=title,
        body=cut(item.get("text"), BODY_MOST),
        url=url,
        custom=read_custom(item.get("custom")),
        line=_read_line(item.get("lineItem"), title),
    )


def _read_line(told: object, title: str) -> NewLine | None:
    if not isinstance(told, dict):
        return None
    most = told.get("scoreMaximum")
    if not isinstance(most, int | float) or isinstance(most, bool):
        return None
    if not OUT_OF_LEAST <= most <= OUT_OF_MOST:
        return None
    return NewLine(
        label=cut(told.get("label"), TITLE_MOST) or title,
        out_of=float(most),
        resource_id=cut(told.get("resourceId"), NAME_MOST),
        tag=cut(told.get("tag"), NAME_MOST),
    )


def read_custom(told: object) -> dict[str, str]:
    """The custom parameters of an activity: names and texts, at most `CUSTOM_MOST`."""
    pairs: Iterable[tuple[object, object]] = told.items() if isinstance(told, dict) else ()
    good = [
        (name, value)
        for name, value in pairs
        if isinstance(name, str) and isinstance(value, str) and len(name) + len(value) <= 2_000
    ]
    return {name: value for name, value in good[:CUSTOM_MOST] if "\0" not in name + value}


def cut(value: object, most: int) -> str:
    """A tool's text without what no text holds, at most so long; empty for anything else."""
    text = value.replace("\0", "").strip() if isinstance(value, str) else ""
    return text if len(text) <= most else text[: most - 1] + "…"


def _text(value: str, field: str, most: int) -> str:
    text = value.replace("\r\n", "\n").strip()
    if not 1 <= len(text) <= most or "\0" in text:
        raise LinkInvalid(say("Write 1 to %(most)s letters.", most=most), field=field)
    return text
