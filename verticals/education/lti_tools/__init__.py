"""A school's tools (LTI 1.3): registered by its head, known by their keys, let in by a token."""

from verticals.education.lti_tools.actions.keys import sign
from verticals.education.lti_tools.actions.tokens import check_scope, read_bearer
from verticals.education.lti_tools.actions.tools import (
    find_open_tool,
    list_tools,
    register_tool,
    take_turn,
)
from verticals.education.lti_tools.actions.trust import ACTOR, read_signed
from verticals.education.lti_tools.errors import TokenInvalid, ToolUnknown
from verticals.education.lti_tools.models import (
    LINES,
    LINES_READ,
    MEMBERS,
    RESULTS,
    SCORES,
    SIGNED_LIVES,
    Access,
    Addresses,
    Register,
    Tool,
)
from verticals.education.lti_tools.policy import belongs, origin_of, with_query

__all__ = [
    "ACTOR",
    "LINES",
    "LINES_READ",
    "MEMBERS",
    "RESULTS",
    "SCORES",
    "SIGNED_LIVES",
    "Access",
    "Addresses",
    "Register",
    "TokenInvalid",
    "Tool",
    "ToolUnknown",
    "belongs",
    "check_scope",
    "find_open_tool",
    "list_tools",
    "origin_of",
    "read_bearer",
    "read_signed",
    "register_tool",
    "sign",
    "take_turn",
    "with_query",
]
