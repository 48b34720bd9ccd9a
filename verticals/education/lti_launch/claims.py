"""What a tool is told when somebody opens one of its activities: pure.

As little as it needs: who it is under a name that only this tool knows, their role, the class, the
activity. Names and e-mail only where the head allowed them for this tool; a class' title often
bears its teacher's name, so it goes with the names.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from verticals.education.lti_launch.models import (
    AGS_CLAIM,
    CHOOSING,
    CLAIM,
    DEEP_CLAIM,
    LAUNCH,
    NRPS_CLAIM,
    ROLES,
    TOKEN_LIVES,
    VERSION,
    Line,
    Link,
)
from verticals.education.lti_tools import (
    LINES,
    LINES_READ,
    RESULTS,
    SCORES,
    Addresses,
    Tool,
)
from verticals.education.roster import Person, Place

FAMILY = "usage-hub"
COURSE = "http://purl.imsglobal.org/vocab/lis/v2/course#CourseSection"


def launch_claims(
    tool: Tool, at: Addresses, link: Link, lines: Sequence[Line]
) -> dict[str, object]:
    """What is said of an activity: LTI 1.3 5.3, AGS 2.0 3.1, NRPS 2.0 3.6.1.1."""
    own = [one for one in lines if one.link == link.id]
    grades: dict[str, object] = {
        "scope": [LINES, LINES_READ, RESULTS, SCORES],
        "lineitems": at.lines(link.classroom),
    }
    if len(own) == 1:
        grades["lineitem"] = at.line(link.classroom, own[0].id)
    described = {"title": link.title, **({"description": link.body} if link.body else {})}
    return {
        CLAIM + "message_type": LAUNCH,
        CLAIM + "target_link_uri": link.url or tool.target_url,
        CLAIM + "resource_link": {"id": str(link.id), **described},
        CLAIM + "custom": dict(link.custom),
        AGS_CLAIM: grades,
        NRPS_CLAIM: {
            "context_memberships_url": at.members(link.classroom),
            "service_versions": ["2.0"],
        },
    }


def choosing_claims(tool: Tool, at: Addresses, data: str) -> dict[str, object]:
    """What is said to a teacher's tool that shall choose: LTI-DL 2.0 4.3."""
    return {
        CLAIM + "message_type": CHOOSING,
        CLAIM + "target_link_uri": tool.deep_url,
        DEEP_CLAIM + "deep_linking_settings": {
            "deep_link_return_url": at.chosen,
            "accept_types": ["ltiResourceLink"],
            "accept_presentation_document_targets": ["window"],
            "accept_multiple": True,
            "accept_lineitem": True,
            "auto_create": False,
            "data": data,
        },
    }


def person_claims(tool: Tool, person: Person, sub: UUID) -> dict[str, object]:
    """Who it is, as far as this tool may know."""
    told: dict[str, object] = {"sub": str(sub)}
    if tool.gives_names:
        told |= {
            "name": person.name,
            "given_name": person.given_name,
            "family_name": person.family_name,
        }
    if tool.gives_email and person.email:
        told["email"] = person.email
    return told


def common_claims(
    tool: Tool, at: Addresses, place: Place, *, nonce: str, now: datetime, language: str
) -> dict[str, object]:
    """What every message says: OpenID Connect Core 2, LTI 1.3 5.3 and 5.4."""
    context: dict[str, object] = {"id": str(place.classroom), "type": [COURSE]}
    if tool.gives_names:
        context["title"] = place.title
    return {
        "iss": at.issuer,
        "aud": tool.client,
        "azp": tool.client,
        "iat": int(now.timestamp()),
        "exp": int((now + TOKEN_LIVES).timestamp()),
        "nonce": nonce,
        CLAIM + "version": VERSION,
        CLAIM + "deployment_id": str(tool.deployment),
        CLAIM + "roles": [ROLES[place.role]],
        CLAIM + "context": context,
        CLAIM + "tool_platform": {"guid": at.issuer, "product_family_code": FAMILY},
        CLAIM + "launch_presentation": {
            "document_target": "window",
            "return_url": at.home(place.classroom),
            "locale": language,
        },
    }


def login_values(
    tool: Tool, at: Addresses, target: str, login_hint: str, message_hint: str
) -> Mapping[str, str]:
    """Third-party initiated login (1EdTech Security Framework 5.1.1.1, LTI 1.3 4.1)."""
    return {
        "iss": at.issuer,
        "login_hint": login_hint,
        "target_link_uri": target,
        "lti_message_hint": message_hint,
        "client_id": tool.client,
        "lti_deployment_id": str(tool.deployment),
    }
