"""The agreement in force and its versions, for the federation and for everybody."""

from litestar import Response, get
from litestar.di import NamedDependency

from hub.agreements import actions
from hub.agreements.describe import RuleWords, describe
from hub.agreements.models import Version
from hub.agreements.vocabularies import vocabularies
from hub.core.caller import Caller, access
from hub.core.clock import local_date
from hub.core.db import Tx
from hub.core.pages import AnyRequest, language_of, page


@get("/pro/agreement", opt=access("federation"), include_in_schema=False)
async def show_agreement(
    request: AnyRequest, tx: NamedDependency[Tx], caller: NamedDependency[Caller]
) -> Response[str]:
    """The version in force in words, and every version with its hash and its minutes."""
    assert caller.tenant is not None
    versions = await actions.list_versions(tx, caller.tenant)
    today = local_date(tx.now, "Europe/Paris")
    in_force: Version | None = next((v for v in versions if v.effective_on <= today), None)
    return page(
        request,
        "agreements/agreement.html",
        in_force=in_force,
        rules=_rules(in_force, language_of(request)) if in_force else (),
        versions=versions,
        today=today,
    )


def _rules(version: Version, language: str) -> tuple[RuleWords, ...]:
    return describe(version.text, vocabularies()[version.text.vocabulary], language)


handlers = (show_agreement,)
