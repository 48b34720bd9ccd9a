"""The clauses of a service's contract as they are in force, in plain words: data, and paper."""

import hashlib
from collections.abc import Sequence
from datetime import datetime

import msgspec

from hub import trust
from hub.core.db import Tx
from hub.core.documents import Heading, pdf, template
from hub.core.i18n import catalogue
from hub.labels.models import Contract, ContractClause
from hub.trust import Standing

WORDS = {
    "title": "Clauses du contrat",
    "provider": "Fournisseur",
    "service": "Service",
    "scope": "Objet",
    "referential": "Vérifié selon",
    "hash": "Empreinte SHA-256 des clauses",
    "missing": "Clauses qui ne sont pas au contrat",
    "footer": "%(service)s · clauses %(hash)s",
}


async def find_contract(tx: Tx, code: str, language: str) -> Contract:
    """The contract of a service in a language. Raises `NotFound`."""
    standing = await trust.assess(tx, code)
    words, referential = catalogue(language), standing.referential
    chosen = {one.clause: one for one in standing.clauses if one.clause in referential.clauses}
    said = [
        ContractClause(
            clause=kind.code,
            option=option.code,
            title=words.gettext(kind.title),
            says=words.gettext(option.says),
            since=chosen[kind.code].since,
        )
        for kind in referential.clauses.values()
        if kind.code in chosen
        for option in kind.options
        if option.code == chosen[kind.code].option
    ]
    return Contract(
        service=code,
        title=standing.service.title,
        provider=standing.service.provider,
        provider_id=standing.service.provider_id,
        scope=standing.service.scope,
        referential=words.gettext(referential.title),
        version=referential.version,
        clauses=tuple(said),
        absent=tuple(
            words.gettext(kind.title)
            for kind in referential.clauses.values()
            if kind.code not in chosen
        ),
        sha256=hash_clauses(standing, [(one.clause, one.option) for one in said]),
    )


def hash_clauses(standing: Standing, chosen: list[tuple[str, str]]) -> str:
    """The SHA-256 of what is promised by whom: the codes and the source words of the clauses, so
    that other words are another contract, and every language has the same hash."""
    service, referential = standing.service, standing.referential
    says = {
        (kind.code, option.code): (kind.title, option.says)
        for kind in referential.clauses.values()
        for option in kind.options
    }
    mark = {
        "service": [service.code, service.title, service.scope],
        "provider": [service.provider, service.provider_id],
        "referential": [referential.code, referential.version],
        "clauses": [(*codes, *says[codes]) for codes in chosen],
    }
    return hashlib.sha256(msgspec.json.encode(mark, order="sorted")).hexdigest()


def draw_contract(
    contract: Contract,
    language: str,
    at: datetime,
    *,
    signed_title: str = "",
    signed: Sequence[tuple[str, str]] = (),
) -> bytes:
    """The same on paper, with who signed it if somebody did; the same clauses at the same instant
    give the same bytes."""
    words = catalogue(language)
    footer = words.gettext(WORDS["footer"]) % {
        "service": contract.title,
        "hash": contract.sha256[:16],
    }
    values: dict[str, object] = {
        "facts": [
            (words.gettext(WORDS["service"]), contract.title),
            (words.gettext(WORDS["provider"]), f"{contract.provider}, {contract.provider_id}"),
            (words.gettext(WORDS["scope"]), contract.scope),
            (
                words.gettext(WORDS["referential"]),
                f"{contract.referential}, {contract.version}",
            ),
        ],
        "clauses": [{"title": one.title, "says": one.says} for one in contract.clauses],
        "absent_title": words.gettext(WORDS["missing"]),
        "absent": list(contract.absent),
        "signed_title": signed_title,
        "signed": list(signed),
        "hash_words": words.gettext(WORDS["hash"]),
        "hash": contract.sha256,
    }
    heading = Heading(
        title=words.gettext(WORDS["title"]),
        issuer=contract.provider,
        footer=footer,
        language=language,
    )
    return pdf(template("hub.labels", "contract"), heading, values, at=at)
