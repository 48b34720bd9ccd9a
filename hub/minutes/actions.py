"""The minutes of a counted vote: a PDF, signed once, kept as the bytes that were signed."""

from datetime import timedelta
from uuid import UUID

from babel import dates, numbers

from hub import agreements, audit, tenancy
from hub.assemblies import policy
from hub.assemblies.actions.proposing import find_proposal
from hub.assemblies.actions.voting import list_roll
from hub.assemblies.actions.writing import PAGE, Values, write
from hub.assemblies.models import Proposal, ProposalKind, Result, State
from hub.core.db import Tx
from hub.core.documents import Heading, pdf, template
from hub.core.i18n import SOURCE, Catalogue, catalogue
from hub.core.pages import format_instant
from hub.members import college_names
from hub.minutes import store
from hub.minutes.errors import MinutesInvalid, MinutesNotReady, SignerNotAllowed
from hub.minutes.models import Signature, SignMinutes
from hub.rules import RuleText, write_text

SIGNERS = frozenset({"owner", "manager"})
FINAL = frozenset({State.ADOPTED, State.REFUSED, State.FAILED})
NAME_LETTERS, QUALITY_LETTERS = 200, 100
SIGNED = (
    "Procès-verbal signé : %(title)s",
    "Le procès-verbal du vote a été signé par %(name)s. Il se télécharge sur la page de la "
    "proposition. Empreinte du fichier : %(hash)s",
)
WORDS = {
    "title": "Procès-verbal du vote n° %(number)s",
    "draft": "Projet : ce procès-verbal n'est pas signé.",
    "footer": "Procès-verbal n° %(number)s · empreinte %(hash)s",
    "subject": "Objet",
    "proposal": "Texte proposé",
    "suspension": "Suspendre l'accord en vigueur",
    "day": "À partir du",
    "until": "Jusqu'au",
    "opens": "Ouverture du vote",
    "closes": "Clôture du vote",
    "counted": "Compté le",
    "majority": "Majorité demandée",
    "more": "plus de %(percent)s %% des voix pondérées",
    "at_least": "%(percent)s %% des voix pondérées",
    "call_1": "Première convocation",
    "call_2": "Seconde convocation",
    "adopted": "La proposition est adoptée.",
    "refused": "La proposition est refusée.",
    "no_quorum": "Le quorum n'est pas atteint.",
    "score": "%(percent)s %% de oui, pondéré (%(exact)s)",
    "effect": "Elle s'applique aux réservations à partir du %(day)s ; celles d'avant ne "
    "changent pas.",
    "college": "Collège",
    "weight": "Poids",
    "voters": "Votants",
    "quorum": "Quorum",
    "yes": "Oui",
    "no": "Non",
    "abstain": "Abst.",
    "reasons": "Raisons données",
    "rules": "Texte soumis au vote",
    "fallback": "Texte qui décide pendant la suspension",
    "roll": "Votants à la dernière convocation",
    "voted": "a voté",
    "proxy": "par procuration",
    "absent": "%(absent)s membres inscrits sur %(enrolled)s n'ont pas voté.",
    "signature": "Signature",
    "signed_by": "Signé par",
    "signed_at": "Le",
    "quality": "En qualité de",
    "hash": "Empreinte SHA-256 du texte, du règlement et du décompte",
}


async def find_signature(tx: Tx, id: UUID) -> Signature | None:
    """Who signed the minutes of a vote; none before."""
    return await store.find_minutes(tx, id)


async def find_document(tx: Tx, id: UUID, language: str) -> bytes:
    """The signed minutes as they were signed, in French; before, a draft in the reader's language.

    Raises `MinutesNotReady`, `NotFound`.
    """
    kept = await store.find_document(tx, id)
    if kept is not None:
        return kept
    return await _draw(tx, await _find_counted(tx, id), language, None)


async def sign(tx: Tx, id: UUID, said: SignMinutes, *, role: str | None) -> Signature:
    """Sign the minutes that were shown; signing the same again gives back what is there.

    Raises `SignerNotAllowed`, `MinutesInvalid`, `MinutesNotReady`.
    """
    if role not in SIGNERS:
        raise SignerNotAllowed()
    proposal = await _find_counted(tx, id)
    _check(said, proposal)
    assert proposal.minutes_hash is not None
    document = await _draw(tx, proposal, SOURCE, said)
    signed_now = await store.insert_minutes(tx, id, said, proposal.minutes_hash, document)
    found = await store.find_minutes(tx, id)
    assert found is not None
    if signed_now:
        await audit.record(
            tx,
            action="minutes.signed",
            subject=f"proposal:{id}",
            detail={"minutes": found.minutes_hash, "document": found.document_hash},
        )
        await _write_signed(tx, proposal, found)
    return found


async def _write_signed(tx: Tx, proposal: Proposal, found: Signature) -> None:
    """The minutes are signed, and may be downloaded."""
    values: Values = {
        "title": proposal.title,
        "name": found.signed_name,
        "hash": found.document_hash,
    }
    await write(tx, f"{PAGE}/{proposal.id}", *SIGNED, values)


async def _find_counted(tx: Tx, id: UUID) -> Proposal:
    proposal = await find_proposal(tx, id)
    if proposal.state not in FINAL or proposal.result is None:
        raise MinutesNotReady("The vote is not counted yet.")
    return proposal


def _check(said: SignMinutes, proposal: Proposal) -> None:
    if said.shown_hash != proposal.minutes_hash:
        raise MinutesInvalid("Nothing was signed. Read the minutes of now, then sign them.")
    if not 1 <= len(said.name.strip()) <= NAME_LETTERS:
        raise MinutesInvalid("Type your first and last name.", field="name")
    if not 1 <= len(said.quality.strip()) <= QUALITY_LETTERS:
        raise MinutesInvalid("Say in which capacity you sign.", field="quality")
    if not said.read:
        raise MinutesInvalid("Tick that you have read the minutes.", field="read")


async def _draw(tx: Tx, proposal: Proposal, language: str, signature: SignMinutes | None) -> bytes:
    assert proposal.result is not None
    words = _Words(catalogue(language), language)
    federation = (await tenancy.find_organisation(tx)).name
    mark = {"number": proposal.number, "hash": (proposal.minutes_hash or "")[:16]}
    values: dict[str, object] = {
        "facts": words.facts(proposal),
        "decision": words(proposal.result.outcome),
        "effect": words.effect(proposal),
        "calls": [words.call(one, one.call) for one in _results(proposal)],
        "reasons_title": words("reasons"),
        "reasons": proposal.reasons,
        "rules_title": words("fallback" if _suspends(proposal) else "rules"),
        "rules": await _rules(tx, proposal, language),
        **await _roll(tx, proposal, words),
        "signature_title": words("signature"),
        "signature": words.signature(signature, tx),
        "hash_words": words("hash"),
        "minutes_hash": proposal.minutes_hash,
    }
    heading = Heading(
        title=words("title", number=proposal.number),
        issuer=federation,
        footer=words("footer", **mark),
        language=language,
    )
    at = tx.now if signature else proposal.result.counted_at
    return pdf(template("hub.minutes", "minutes"), heading, values, at=at)


def _suspends(proposal: Proposal) -> bool:
    return proposal.kind is ProposalKind.SUSPENSION


def _results(proposal: Proposal) -> list[Result]:
    first, last = proposal.first_result, proposal.result
    return [one for one in (first if first != last else None, last) if one is not None]


async def _rules(tx: Tx, proposal: Proposal, language: str) -> str:
    text: RuleText = proposal.text
    if _suspends(proposal):
        versions = await agreements.list_versions(tx, tx.tenant or 0)
        base = next(one for one in versions if one.id == proposal.base)
        text = agreements.find_fallback(base, versions).text
    vocabulary = agreements.vocabularies()[text.vocabulary]
    spoken = "en" if language == "en" else "fr"
    return write_text(text, vocabulary, spoken, await college_names(tx)).strip()


async def _roll(tx: Tx, proposal: Proposal, words: "_Words") -> dict[str, object]:
    """Who voted at the last call; how, unless the vote is secret."""
    assert proposal.statute is not None
    voters = await list_roll(tx, proposal)
    names = {one.code: one.name for one in proposal.statute.colleges}
    present = [one for one in voters if one.choice is not None]
    secret = proposal.statute.secret
    rows = [
        [
            one.name,
            names.get(one.college, one.college),
            (words("voted") if secret else words(str(one.choice)))
            + (f" ({words('proxy')})" if one.cast_by != one.member else ""),
        ]
        for one in present
    ]
    said = words("absent", absent=len(voters) - len(present), enrolled=len(voters))
    return {"roll_title": words("roll"), "roll": rows, "absent": said}


class _Words:
    """The sentences of the minutes in one language."""

    def __init__(self, words: Catalogue, language: str) -> None:
        self._words = words
        self._language = language

    def __call__(self, name: str, **values: object) -> str:
        said = self._words.gettext(WORDS[name])
        return said % values if values else said

    def _day(self, proposal: Proposal) -> str:
        return dates.format_date(proposal.effective_on, "full", locale=self._language)

    def _percent(self, fraction: str) -> str:
        rounded = round(policy.as_percent(fraction), 1)
        return str(numbers.format_decimal(rounded, locale=self._language))

    def facts(self, proposal: Proposal) -> list[tuple[str, str]]:
        assert proposal.statute is not None
        assert proposal.result is not None
        assert proposal.opens_at is not None
        assert proposal.closes_at is not None
        threshold = self._percent(proposal.result.threshold)
        more = "more" if proposal.statute.majority == "half" else "at_least"
        subject = self("suspension") if _suspends(proposal) else self("proposal")
        found = [
            (self("subject"), f"{subject} : « {proposal.title} »"),
            (self("day"), self._day(proposal)),
        ]
        if proposal.until_on is not None:
            last = proposal.until_on - timedelta(days=1)
            found.append((self("until"), dates.format_date(last, "full", locale=self._language)))
        return [
            *found,
            (self("opens"), format_instant(proposal.opens_at, self._language)),
            (self("closes"), format_instant(proposal.closes_at, self._language)),
            (self("counted"), format_instant(proposal.result.counted_at, self._language)),
            (self("majority"), self(more, percent=threshold)),
        ]

    def effect(self, proposal: Proposal) -> str:
        if proposal.state is not State.ADOPTED or _suspends(proposal):
            return ""
        return self("effect", day=self._day(proposal))

    def call(self, result: Result, number: int) -> dict[str, object]:
        score = self("score", percent=self._percent(result.score), exact=result.score)
        names = ("college", "weight", "voters", "quorum", "yes", "no", "abstain")
        return {
            "title": self(f"call_{number}"),
            "columns": [self(name) for name in names],
            "rows": [
                [
                    tally.name,
                    f"{self._percent(f'{tally.weight_bps}/10000')} %",
                    f"{tally.present} / {tally.enrolled}",
                    str(tally.needed),
                    str(tally.yes),
                    str(tally.no),
                    str(tally.abstain),
                ]
                for tally in result.colleges
            ],
            "outcome": f"{score}. {self(result.outcome)}",
        }

    def signature(self, said: SignMinutes | None, tx: Tx) -> list[tuple[str, str]]:
        if said is None:
            return [("", self("draft"))]
        return [
            (self("signed_by"), said.name.strip()),
            (self("quality"), said.quality.strip()),
            (self("signed_at"), format_instant(tx.now, self._language)),
        ]
