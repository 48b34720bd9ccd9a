"""The agreement in force and its versions, and the public verification of what was shared."""

from datetime import datetime
from typing import Any

from litestar import Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath

from hub.agreements import actions, departing, policy
from hub.agreements.describe import RuleWords, describe, describe_borne, name_role
from hub.agreements.models import Explained, Replay, ReplayedBooking, Version
from hub.agreements.references import read_allocation
from hub.agreements.vocabularies import vocabularies
from hub.core.caller import ANYBODY, Caller, access
from hub.core.clock import local_date
from hub.core.db import Reader, Reads, Tx
from hub.core.errors import NotFound
from hub.core.pages import AnyRequest, language_of, page
from hub.rules import derogation_fact, write_text

VERIFY = "/partage/{token:str}"


@get("/pro/agreement", opt=access("federation"), include_in_schema=False)
async def show_agreement(
    request: AnyRequest, tx: NamedDependency[Tx], caller: NamedDependency[Caller]
) -> Response[str]:
    """The version in force in words, and every version with its hash and its minutes."""
    assert caller.tenant is not None
    return await _show(request, tx, await actions.list_versions(tx, caller.tenant), tx.now)


@get("/accords/{agreement:str}", opt=access(ANYBODY), include_in_schema=False)
async def show_published(
    request: AnyRequest,
    tx: NamedDependency[Tx],
    reader: NamedDependency[Reader],
    agreement: FromPath[str],
) -> Response[str]:
    """The same, for everybody: how the members share, and each version that they voted."""
    versions = await actions.list_published(reader, agreement)
    if not versions:
        raise NotFound("There is no such agreement.")
    return await _show(request, reader, versions, tx.now)


async def _show(
    request: AnyRequest, reads: Reads, versions: list[Version], now: datetime
) -> Response[str]:
    suspensions = await departing.list_suspensions(reads, versions[0].tenant) if versions else []
    today = local_date(now, "Europe/Paris")
    in_force = policy.decides(versions, suspensions, today)
    return page(
        request,
        "agreements/agreement.html",
        in_force=in_force,
        rules=_rules(in_force, language_of(request)) if in_force else (),
        borne=_borne(in_force, language_of(request)) if in_force else (),
        text=write_version(in_force, language_of(request)) if in_force else "",
        versions=versions,
        suspensions={one.version: one for one in reversed(suspensions)},
        suspended=next((one for one in suspensions if one.covers(today)), None),
        today=today,
    )


def _rules(version: Version, language: str) -> tuple[RuleWords, ...]:
    return describe(version.text, vocabularies()[version.text.vocabulary], language)


def _borne(version: Version, language: str) -> tuple[str, ...]:
    return describe_borne(version.text, vocabularies()[version.text.vocabulary], language)


def write_version(version: Version, language: str) -> str:
    """The voted text, in English for those who read it, else in French."""
    spoken = "en" if language == "en" else "fr"
    vocabulary = vocabularies()[version.text.vocabulary]
    names = {
        condition.subject: {str(code): str(code) for code in condition.any_of}
        for rule in version.text.rules
        for condition in rule.conditions
    }
    return write_text(version.text, vocabulary, spoken, names)


@get(VERIFY, opt=access(ANYBODY), include_in_schema=False)
async def verify_shares(
    request: AnyRequest,
    tx: NamedDependency[Tx],
    reader: NamedDependency[Reader],
    token: FromPath[str],
) -> Response[str]:
    """Where the euros of a booking went, by class of beneficiary, computed again at this moment."""
    found = await _explain(request, tx, reader, token)
    language = language_of(request)
    vocabulary = vocabularies()[found.version.text.vocabulary]
    kept = found.kept.allocation
    shares = [
        (name_role(vocabulary, share.role, language), share.amount_cents)
        for share in reversed(kept.shares)
        if share.amount_cents
    ]
    lowered = [
        (name_role(vocabulary, share.role, language), kept.facts[derogation_fact(share.role)])
        for share in kept.shares
        if derogation_fact(share.role) in kept.facts
    ]
    return page(
        request,
        "agreements/verify.html",
        found=found,
        shares=shares,
        total_cents=kept.total_cents,
        lowered=lowered,
        rule=next(r for r in _rules(found.version, language) if r.name == kept.rule),
        token=token,
    )


@get(VERIFY + "/calcul.json", opt=access(ANYBODY), include_in_schema=False)
async def download_replay(
    request: AnyRequest,
    tx: NamedDependency[Tx],
    reader: NamedDependency[Reader],
    token: FromPath[str],
) -> Response[Replay]:
    """Everything from which the shares can be computed elsewhere: `hub agreements replay FILE`."""
    found = await _explain(request, tx, reader, token)
    kept = found.kept.allocation
    booking = ReplayedBooking(facts=kept.facts, bases=kept.bases, shares=kept.shares)
    headers = {"content-disposition": 'attachment; filename="partage.json"'}
    replay = Replay(hash=kept.hash, text=found.version.text, bookings=(booking,))
    return Response(replay, headers=headers)


async def _explain(request: AnyRequest, tx: Tx, reader: Reader, token: str) -> Explained:
    settings: Any = request.app.state.settings
    reference = read_allocation(settings.secret_key, token)
    tx.enter(reference.tenant)
    return await actions.explain_allocation(tx, reader, reference.id)


handlers = (show_agreement, show_published, verify_shares, download_replay)
