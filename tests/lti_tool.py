"""A tool made with an independent library (PyLTI1p3 on Flask), as a server of its own:
`python -m tests.lti_tool PORT`. It is told of the school by `POST /configure` (JSON)."""

import json
import sys
from datetime import UTC, datetime
from typing import Any

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from flask import Flask, Response, request, session
from markupsafe import escape
from pylti1p3.contrib.flask import FlaskMessageLaunch, FlaskOIDCLogin, FlaskRequest
from pylti1p3.deep_link_resource import DeepLinkResource
from pylti1p3.exception import LtiException
from pylti1p3.grade import Grade
from pylti1p3.lineitem import LineItem
from pylti1p3.registration import Registration
from pylti1p3.tool_config import ToolConfDict

app = Flask(__name__)
# Browsers share cookies between the ports of a machine: the hub's are not ours.
app.config.update(SECRET_KEY="a secret of the tests", SESSION_COOKIE_NAME="tool")  # pyright: ignore[reportArgumentType]

_KEY = rsa.generate_private_key(65_537, 2_048)
PRIVATE = _KEY.private_bytes(
    serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
).decode()
PUBLIC = (
    _KEY.public_key()
    .public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    .decode()
)
SCHOOLS: dict[str, Any] = {}


def known() -> Any:
    """The schools that it was told of."""
    made: Any = ToolConfDict(SCHOOLS)
    for issuer in SCHOOLS:
        made.set_private_key(issuer, PRIVATE)
        made.set_public_key(issuer, PUBLIC)
    return made


@app.post("/configure")
def configure() -> Response:
    SCHOOLS.update(json.loads(request.get_data()))
    return Response(status=204)


@app.get("/favicon.ico")
def show_icon() -> Response:
    return Response(status=204)


@app.get("/jwks")
def show_keys() -> Response:
    keys = {"keys": [Registration.get_jwk(PUBLIC)]}
    return Response(json.dumps(keys), mimetype="application/json")


@app.get("/login")
def log_in() -> Response:
    site = request.host_url.rstrip("/")
    return FlaskOIDCLogin(FlaskRequest(), known()).redirect(f"{site}/launch")


@app.post("/launch")
def launch() -> Response:
    """Say who came; let a teacher choose, give a pupil eight points of ten, read who is there."""
    message: Any = FlaskMessageLaunch(FlaskRequest(), known())
    try:
        told = message.get_launch_data()
    except LtiException as error:
        return Response(f"refused: {error}", status=403, mimetype="text/plain")
    session.clear()  # what the library kept of a launch is not asked for again
    if message.is_deep_link_launch():
        return _page("Exercices", message.get_deep_link().output_response_form([_choice()]))
    done: dict[str, Any] = {"claims": told}
    if message.check_student_access():
        done["score"] = _grade(message, told["sub"])
    done["members"] = message.get_nrps().get_members()
    script = f'<script type="application/json" id="done">{json.dumps(done)}</script>'
    return _page(f"Bonjour {told.get('name', 'à vous')}", script)


def _choice() -> DeepLinkResource:
    line = LineItem().set_score_maximum(10).set_label("Les fractions").set_tag("fractions")
    site = request.host_url.rstrip("/")
    return (
        DeepLinkResource()
        .set_url(f"{site}/launch")
        .set_title("Les fractions")
        .set_custom_params({"level": "2"})
        .set_lineitem(line)
    )


def _grade(message: Any, sub: str) -> dict[str, Any]:
    """A score in the line item of the link, and one in a line item of the tool's own."""
    grades = message.get_ags()
    score = (
        Grade()
        .set_score_given(8)
        .set_score_maximum(10)
        .set_activity_progress("Completed")
        .set_grading_progress("FullyGraded")
        .set_timestamp(datetime.now(UTC).isoformat())
        .set_user_id(sub)
        .set_comment("Huit réponses sur dix.")
    )
    grades.put_grade(score)
    own = LineItem().set_score_maximum(5).set_label("Essais").set_tag("tries")
    found = grades.find_or_create_lineitem(own)
    grades.put_grade(score, found)
    return {
        "lines": [one["label"] for one in grades.get_lineitems()],
        "linked": grades.get_lineitem().get_label(),
        "results": grades.get_grades(),
        "own": grades.get_grades(found),
    }


def _page(title: str, content: str) -> Response:
    whole = (
        '<!doctype html><html lang="fr"><head><meta charset="utf-8">'
        f"<title>{escape(title)}</title></head><body><main><h1>{escape(title)}</h1>{content}"
        "</main></body></html>"
    )
    return Response(whole, mimetype="text/html")


if __name__ == "__main__":
    app.run("127.0.0.1", int(sys.argv[1]))
