"""Activities of a tool in a class, and what it is told of who opens one (LTI 1.3, LTI-DL 2.0)."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from uuid import UUID

import msgspec

CLAIM = "https://purl.imsglobal.org/spec/lti/claim/"
DEEP_CLAIM = "https://purl.imsglobal.org/spec/lti-dl/claim/"
AGS_CLAIM = "https://purl.imsglobal.org/spec/lti-ags/claim/endpoint"
NRPS_CLAIM = "https://purl.imsglobal.org/spec/lti-nrps/claim/namesroleservice"
VERSION = "1.3.0"
LAUNCH, CHOOSING, CHOSEN = (
    "LtiResourceLinkRequest",
    "LtiDeepLinkingRequest",
    "LtiDeepLinkingResponse",
)
ROLES = {
    "student": "http://purl.imsglobal.org/vocab/lis/v2/membership#Learner",
    "teacher": "http://purl.imsglobal.org/vocab/lis/v2/membership#Instructor",
}

HINT_LIVES = timedelta(minutes=5)
TOKEN_LIVES = timedelta(minutes=5)  # of what is told of a person who opens an activity
CHOICE_WAITS = timedelta(hours=2)
OUT_OF_LEAST, OUT_OF_MOST = 0.001, 1_000_000  # points of a line item


class PlaceLink(msgspec.Struct, frozen=True, kw_only=True):
    """Place a tool in a class, as its teacher types it. `out_of` is empty without marks."""

    tool: str = ""
    title: str = ""
    body: str = ""
    url: str = ""
    out_of: str = ""


class NewLine(msgspec.Struct, frozen=True, kw_only=True):
    """A line item: `out_of` is its scoreMaximum; `link` the resource link that it is bound to."""

    label: str
    out_of: float
    resource_id: str = ""
    tag: str = ""
    link: UUID | None = None
    starts_at: datetime | None = None
    ends_at: datetime | None = None


class NewLink(msgspec.Struct, frozen=True, kw_only=True):
    """The same once it is good, or as the tool chose it: `custom` goes to the tool at each launch;
    with `line` it has a column of marks."""

    title: str
    body: str = ""
    url: str = ""
    custom: Mapping[str, str] = msgspec.field(default_factory=dict)
    line: "NewLine | None" = None


class Line(NewLine, frozen=True, kw_only=True):
    """The same as it stands in a class."""

    id: UUID
    classroom: UUID


class Link(msgspec.Struct, frozen=True, kw_only=True):
    """An activity of a tool in a class. `url` is empty where the tool's own target is meant."""

    id: UUID
    classroom: UUID
    course: str
    tool: UUID
    tool_name: str
    title: str
    body: str
    url: str
    custom: Mapping[str, str]
    placed_at: datetime
    taken_back_at: datetime | None
    closed: bool


class Choice(msgspec.Struct, frozen=True, kw_only=True):
    """A teacher who was sent to a tool to choose, until an instant; answered once: `print` is of
    what was chosen."""

    id: UUID
    tool: UUID
    classroom: UUID
    member: UUID
    ends_at: datetime
    answered_at: datetime | None
    print: str | None


class Taken(msgspec.Struct, frozen=True, kw_only=True):
    """What came of a choice: how many activities are placed, and how many things of other kinds
    were left."""

    classroom: UUID
    placed: int
    left: int


class Hint(msgspec.Struct, frozen=True, kw_only=True):
    """What a launch is about, signed and sent along: `about` is a link, or the class of a choice;
    `id` is new for each; `until` is its last second (Unix time)."""

    kind: str
    tool: UUID
    about: UUID
    id: UUID
    until: int


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """An authentication request (OpenID Connect Core 3.2.2.1, LTI 1.3 5.1.1.2), as it came."""

    client_id: str = ""
    redirect_uri: str = ""
    scope: str = ""
    response_type: str = ""
    response_mode: str = ""
    prompt: str = ""
    nonce: str = ""
    state: str = ""
    login_hint: str = ""
    lti_message_hint: str = ""


class Signed(msgspec.Struct, frozen=True, kw_only=True):
    """What the browser brings to the tool: its address, a signed message, the tool's own state."""

    address: str
    id_token: str
    state: str
    origins: tuple[str, ...]
