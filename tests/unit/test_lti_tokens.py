"""Signed messages of tools: each thing that may be wrong is refused, and nothing else."""

import base64
import hashlib
import hmac
import json
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from hub.app import compose
from tests.lti import pair
from verticals.education.lti_launch import hints
from verticals.education.lti_launch.errors import LaunchRefused
from verticals.education.lti_launch.models import Hint
from verticals.education.lti_tools import jose
from verticals.education.lti_tools.access import read_access, sign_access
from verticals.education.lti_tools.errors import BearerRefused, KeysUnread, TokenInvalid
from verticals.education.lti_tools.models import LINES, MEMBERS, SCORES

NOW = datetime(2026, 12, 1, 9, 0, tzinfo=UTC)
AT = int(NOW.timestamp())
CLAIMS: dict[str, Any] = {"iss": "tool", "aud": "school", "iat": AT, "exp": AT + 60}
SECRET = b"a test's secret key, long enough to be one"
TOOL, DOOR = UUID(int=1), UUID(int=2)


def signed(**changes: Any) -> str:
    claims = {name: value for name, value in {**CLAIMS, **changes}.items() if value is not None}
    return jose.sign(claims, pair("k1")[0], "k1")


def verify(token: str, *keys: jose.Key, now: datetime = NOW) -> dict[str, Any]:
    return jose.verify(
        token,
        keys or (pair("k1")[1],),
        now,
        issuer="tool",
        audiences=("school",),
        lives=timedelta(minutes=10),
    )


def letters(value: object) -> str:
    raw = value if isinstance(value, bytes) else json.dumps(value).encode()
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def headed(**head: object) -> str:
    """A good token under another head, signed again over it."""
    from cryptography.hazmat.primitives import hashes, serialization  # noqa: PLC0415
    from cryptography.hazmat.primitives.asymmetric import padding  # noqa: PLC0415

    body = f"{letters({'alg': 'RS256', 'kid': 'k1', **head})}.{letters(CLAIMS)}"
    key: Any = serialization.load_der_private_key(pair("k1")[0], None)
    return f"{body}.{letters(key.sign(body.encode(), padding.PKCS1v15(), hashes.SHA256()))}"


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"aud": ["other", "school"]},
        {"iat": AT + 599, "exp": AT + 659},
        {"iat": AT - 599, "exp": AT - 599},
        {"exp": AT + 600},
        {"nbf": AT},
        {"nbf": AT + 599},
        {"iat": AT + 0.5},
        {"azp": "tool"},
        {"azp": "school"},
    ],
)
def test_a_good_token_is_read(changes: dict[str, Any]) -> None:
    assert verify(signed(**changes))["iss"] == "tool"


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"iss": "another"}, "iss"),
        ({"iss": None}, "iss"),
        ({"aud": "another"}, "aud"),
        ({"aud": None}, "aud"),
        ({"aud": ["another", 7]}, "aud"),
        ({"aud": {"school": 1}}, "aud"),
        ({"azp": "another"}, "azp"),
        ({"aud": ["other", "school"], "azp": "other"}, "azp"),
        ({"azp": ["school"]}, "azp"),
        ({"iat": None}, "iat"),
        ({"iat": AT + 601}, "iat"),
        ({"iat": "now"}, "iat"),
        ({"iat": True}, "iat"),
        ({"exp": None}, "exp"),
        ({"exp": AT - 600}, "exp"),
        ({"exp": AT + 1_201}, "too long"),
        ({"exp": 1e13}, "exp"),
        ({"nbf": AT + 601}, "nbf"),
        ({"nbf": "now"}, "nbf"),
    ],
)
def test_a_token_with_a_wrong_claim_is_refused(changes: dict[str, Any], says: str) -> None:
    with pytest.raises(TokenInvalid, match=says):
        verify(signed(**changes))


def test_only_rs256_is_known_whatever_the_head_says() -> None:
    modulus = pair("k1")[1].modulus.to_bytes(256, "big")
    body = f"{letters({'alg': 'HS256', 'kid': 'k1'})}.{letters(CLAIMS)}"
    confused = f"{body}.{letters(hmac.digest(modulus, body.encode(), hashlib.sha256))}"
    unsigned = f"{letters({'alg': 'none'})}.{letters(CLAIMS)}."
    for token in (confused, unsigned, headed(alg="RS384"), headed(alg=None), headed(crit=["x"])):
        with pytest.raises(TokenInvalid):
            verify(token)
    assert verify(headed(typ="JWT"))


def test_a_token_of_another_key_or_that_was_changed_is_refused() -> None:
    good = signed()
    head, claims, mark = good.split(".")
    other = jose.sign(CLAIMS, pair("k2")[0], "k1")
    longer = letters({**CLAIMS, "exp": AT + 90})
    pieces = (other, f"{head}.{longer}.{mark}", f"{head}.{claims}.{letters(b'x' * 256)}")
    for token in pieces:
        with pytest.raises(TokenInvalid, match="signature"):
            verify(token)
    for kid in ("k9", None, 7):
        with pytest.raises(TokenInvalid, match="kid"):
            verify(headed(kid=kid))


@pytest.mark.parametrize(
    "token",
    ["", "a", "a.b", "a.b.c.d", "Iv8i.Iv8i.Iv8i", "é.b.c", "!.b.c", "YQ==.YQ==.YQ==",
     "bnVsbA.bnVsbA.bnVsbA", "x" * 50_000],
)  # fmt: skip
def test_what_is_no_token_is_refused(token: str) -> None:
    with pytest.raises(TokenInvalid):
        verify(token)
    with pytest.raises(TokenInvalid):
        jose.read_issuer(token)


def test_a_key_that_was_pasted_without_a_name_is_meant_by_any() -> None:
    alone = jose.Key(None, pair("k1")[1].modulus, pair("k1")[1].exponent)
    assert verify(headed(kid="whatever"), alone)
    with pytest.raises(TokenInvalid, match="kid"):
        verify(headed(kid="whatever"), alone, pair("k2")[1])


def test_keys_are_read_as_a_set_alone_or_as_pem() -> None:
    from cryptography.hazmat.primitives import serialization  # noqa: PLC0415

    key = pair("k1")[1]
    assert jose.read_keys(jose.write_keys([key, pair("k2")[1]])) == (key, pair("k2")[1])
    assert jose.read_keys(json.dumps(key.as_jwk())) == (key,)
    private: Any = serialization.load_der_private_key(pair("k1")[0], None)
    pem = private.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    assert jose.read_keys(f"\n{pem.decode()}") == (jose.Key(None, key.modulus, key.exponent),)


@pytest.mark.parametrize(
    "changes",
    [
        {"kty": "EC"},
        {"use": "enc"},
        {"alg": "RS512"},
        {"n": letters((1 << 1023).to_bytes(128, "big"))},
        {"n": letters(((1 << 9000) + 1).to_bytes(1126, "big"))},
        {"n": 7},
        {"n": "+/"},
        {"e": "Ag"},
        {"e": "AQ"},
        {"e": None},
    ],
)
def test_keys_of_another_kind_are_passed_over(changes: dict[str, Any]) -> None:
    bad = {**pair("k1")[1].as_jwk(), **changes}
    with pytest.raises(KeysUnread):
        jose.read_keys(json.dumps({"keys": [bad]}))
    both = json.dumps({"keys": [bad, pair("k2")[1].as_jwk()]})
    assert jose.read_keys(both) == (pair("k2")[1],)


@pytest.mark.parametrize(
    "text",
    ["", "{", "[]", "null", '{"keys": 7}', '{"keys": [7]}', "-----BEGIN x", "\ud800",
     "[" * 100_000],
)  # fmt: skip
def test_what_holds_no_key_is_refused(text: str) -> None:
    with pytest.raises(KeysUnread):
        jose.read_keys(text)


def test_an_access_token_is_of_one_school_for_an_hour() -> None:
    token = sign_access(SECRET, 4, TOOL, (LINES, MEMBERS), AT + 3_600)
    assert read_access(SECRET, 4, token, NOW) == (TOOL, (LINES, MEMBERS))
    late = NOW + timedelta(seconds=3_601)
    more = token.replace("-04-", "-043-")
    for secret, space, told, now in (
        (SECRET, 5, token, NOW),
        (b"another", 4, token, NOW),
        (SECRET, 4, token, late),
        (SECRET, 4, more, NOW),
        (SECRET, 4, token[:-1], NOW),
        (SECRET, 4, "", NOW),
        (SECRET, 4, "é.é", NOW),
    ):
        with pytest.raises(BearerRefused):
            read_access(secret, space, told, now)
    assert more != token
    assert SCORES not in read_access(SECRET, 4, token, NOW)[1]


def test_a_hint_is_of_one_school_for_minutes_and_names_nobody() -> None:
    hint = Hint(kind="link", tool=TOOL, about=UUID(int=3), id=UUID(int=4), until=AT + 300)
    text = hints.sign_hint(SECRET, 4, hint)
    assert hints.read_hint(SECRET, 4, text, NOW) == hint
    assert str(DOOR) not in base64.urlsafe_b64decode(text.partition(".")[0] + "==").decode()
    for space, told, now in (
        (5, text, NOW),
        (4, text[:-1], NOW),
        (4, f"A{text[1:]}", NOW),
        (4, "", NOW),
        (4, text, NOW + timedelta(seconds=301)),
    ):
        with pytest.raises(LaunchRefused):
            hints.read_hint(SECRET, space, told, now)


def test_a_login_hint_binds_a_hint_to_the_page_that_set_out() -> None:
    told = hints.login_hint(SECRET, 4, "hint", DOOR)
    hints.check_login(SECRET, 4, "hint", DOOR, told)
    for space, hint, door in ((5, "hint", DOOR), (4, "other", DOOR), (4, "hint", TOOL)):
        with pytest.raises(LaunchRefused):
            hints.check_login(SECRET, space, hint, door, told)


# Who may use each address of tools: the school's own people, or whoever shows a link's page, a
# signature or a token. They speak the standards' words and are not in the API's description.
SCHOOL, ANYBODY = ("school",), ("anybody",)
OWN, API = "/mon-ecole/{space:int}", "/api/lti/{space:int}"
LINES_OF = f"{API}/classes/{{classroom:uuid}}/lineitems"
ROUTES = {
    "GET /ecole/outils": SCHOOL,
    "POST /ecole/outils": SCHOOL,
    "POST /ecole/outils/cle": SCHOOL,
    "GET /ecole/outils/{id:uuid}": SCHOOL,
    "POST /ecole/outils/{id:uuid}/fermer": SCHOOL,
    f"GET {OWN}/classes/{{id:uuid}}/outils": ANYBODY,
    f"POST {OWN}/classes/{{id:uuid}}/outils": ANYBODY,
    f"GET {OWN}/classes/{{id:uuid}}/outils/{{tool:uuid}}/choisir": ANYBODY,
    f"GET {OWN}/outils/{{id:uuid}}/ouvrir": ANYBODY,
    f"POST {OWN}/outils/{{id:uuid}}/retirer": ANYBODY,
    f"GET {OWN}/lti/autorisation": ANYBODY,
    f"POST {OWN}/lti/autorisation": ANYBODY,
    f"POST {OWN}/lti/choix": ANYBODY,
    f"GET {API}/jwks": ANYBODY,
    f"POST {API}/token": ANYBODY,
    f"GET {LINES_OF}": ANYBODY,
    f"POST {LINES_OF}": ANYBODY,
    f"GET {LINES_OF}/{{id:uuid}}": ANYBODY,
    f"PUT {LINES_OF}/{{id:uuid}}": ANYBODY,
    f"DELETE {LINES_OF}/{{id:uuid}}": ANYBODY,
    f"POST {LINES_OF}/{{id:uuid}}/scores": ANYBODY,
    f"GET {LINES_OF}/{{id:uuid}}/results": ANYBODY,
    f"GET {API}/classes/{{classroom:uuid}}/memberships": ANYBODY,
}


def test_every_address_of_tools_says_here_who_may_use_it() -> None:
    found = {
        f"{method} {path}": handler.opt["access"]
        for slice in compose().slices
        if slice.package.startswith("verticals.education.lti_")
        for handler in slice.handlers
        for path in handler.paths
        for method in handler.http_methods
    }
    assert found == ROUTES


def test_only_what_tools_send_by_a_browser_comes_without_a_form_s_token() -> None:
    handlers = [handler for slice in compose().slices for handler in slice.handlers]
    free = [one for one in handlers if one.opt.get("exclude_from_csrf")]
    assert sorted(path for one in free for path in one.paths) == [
        "/mon-ecole/{space:int}/lti/autorisation",
        "/mon-ecole/{space:int}/lti/choix",
    ]
