"""The agreement in force and its versions, for the federation and for everybody."""

from typing import Any

from litestar import Request, Response, get

from hub.agreements import actions
from hub.agreements.describe import ROLES, describe_component, describe_conditions
from hub.agreements.models import Rule, Version
from hub.core.caller import Caller, access
from hub.core.clock import local_date
from hub.core.db import Tx
from hub.core.i18n import catalogue, money
from hub.core.pages import language_of, page


def rule_words(rule: Rule, language: str) -> dict[str, object]:
    """A rule as its conditions and its shares in words."""
    translate = catalogue(language).gettext
    return {
        "name": rule.name,
        "catch_all": rule.catch_all,
        "conditions": describe_conditions(rule.conditions, translate),
        "shares": [
            (
                translate(ROLES[part.beneficiary.value]),
                describe_component(part, translate, lambda cents: money(cents, language)),
                part.vat_bps,
            )
            for part in rule.components
        ],
    }


@get("/pro/agreement", opt=access("federation"), include_in_schema=False)
async def show_agreement(request: Request[Any, Any, Any], tx: Tx, caller: Caller) -> Response[str]:
    """The version in force in words, and every version with its hash and its minutes."""
    assert caller.tenant is not None
    versions = await actions.list_versions(tx, caller.tenant)
    today = local_date(tx.now, "Europe/Paris")
    in_force: Version | None = next((v for v in versions if v.effective_on <= today), None)
    language = language_of(request)
    return page(
        request,
        "agreements/agreement.html",
        in_force=in_force,
        rules=[rule_words(rule, language) for rule in in_force.text.rules] if in_force else [],
        versions=versions,
        today=today,
    )


handlers = (show_agreement,)
