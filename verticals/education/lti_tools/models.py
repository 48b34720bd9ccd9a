"""A tool of a school, as both are registered with one another (LTI 1.3 of 1EdTech)."""

from datetime import datetime, timedelta
from uuid import UUID

import msgspec

AGS = "https://purl.imsglobal.org/spec/lti-ags/scope/"
LINES, LINES_READ = AGS + "lineitem", AGS + "lineitem.readonly"
SCORES, RESULTS = AGS + "score", AGS + "result.readonly"
MEMBERS = "https://purl.imsglobal.org/spec/lti-nrps/scope/contextmembership.readonly"
SCOPES = (LINES, LINES_READ, RESULTS, SCORES, MEMBERS)

ACCESS_LIVES = timedelta(hours=1)
SIGNED_LIVES = timedelta(hours=1)  # what a tool signs, at most
KEY_SHOWN = timedelta(days=1)  # how long a key that was replaced can still be looked up


class Register(msgspec.Struct, frozen=True, kw_only=True):
    """A tool as the head types it. `redirect_uris` one a line; of `keys_url` and `key` (PEM, JWK or
    JWK Set) one is given; `names` and `email` are `1` when the tool may be told them."""

    name: str = ""
    login_url: str = ""
    redirect_uris: str = ""
    target_url: str = ""
    deep_url: str = ""
    keys_url: str = ""
    key: str = ""
    names: str = ""
    email: str = ""


class Registration(msgspec.Struct, frozen=True, kw_only=True):
    """The same once it is good; `keys` is the JWK Set of a pasted key."""

    name: str
    login_url: str
    redirect_uris: tuple[str, ...]
    target_url: str
    deep_url: str
    keys_url: str
    keys: str
    gives_names: bool
    gives_email: bool


class Tool(Registration, frozen=True, kw_only=True):
    """A tool of a school. Its `id` is its `client_id`. `keys` is the JWK Set that was pasted, or
    read at `keys_at` and tried last at `tried_at`."""

    id: UUID
    deployment: UUID
    keys_at: datetime | None
    tried_at: datetime | None
    made_at: datetime
    closed_at: datetime | None

    @property
    def client(self) -> str:
        return str(self.id)


class KeyRow(msgspec.Struct, frozen=True, kw_only=True):
    """A key pair of a school: `public` as JWK (JSON), `private` sealed PKCS 8; `retired_at` since
    when another one signs."""

    id: UUID
    public: str
    private: bytes
    made_at: datetime
    retired_at: datetime | None


class Access(msgspec.Struct, frozen=True, kw_only=True):
    """Who calls a service: a tool, and what its token allows."""

    tool: Tool
    scopes: tuple[str, ...]


class Addresses(msgspec.Struct, frozen=True, kw_only=True):
    """Where a school's platform is, under `site`."""

    site: str
    space: int

    @property
    def issuer(self) -> str:
        return f"{self.site}/api/lti/{self.space}"

    @property
    def authorisation(self) -> str:
        return f"{self.site}/mon-ecole/{self.space}/lti/autorisation"

    @property
    def chosen(self) -> str:
        return f"{self.site}/mon-ecole/{self.space}/lti/choix"

    @property
    def token(self) -> str:
        return f"{self.issuer}/token"

    @property
    def keys(self) -> str:
        return f"{self.issuer}/jwks"

    def home(self, classroom: UUID) -> str:
        return f"{self.site}/mon-ecole/{self.space}/classes/{classroom}/outils"

    def lines(self, classroom: UUID) -> str:
        return f"{self.issuer}/classes/{classroom}/lineitems"

    def line(self, classroom: UUID, id: UUID) -> str:
        return f"{self.lines(classroom)}/{id}"

    def members(self, classroom: UUID) -> str:
        return f"{self.issuer}/classes/{classroom}/memberships"
