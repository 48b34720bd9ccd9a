"""The letter whose link proves an address."""

from functools import cache
from uuid import UUID

from hub.core.db import Tx
from hub.core.mail import Letter, write_mail
from hub.core.pages import Site, template_folders
from hub.core.settings import Settings, read_settings
from hub.core.tokens import sign_reference
from tourism.stays.models import ProofAsked

PROOF = "stays of a person"


@cache
def _settings() -> Settings:
    return read_settings()


@cache
def _site() -> Site:
    return Site(template_folders(["hub.core", "tourism.stays"]), [], demo=_settings().demo)


def proof_token(settings: Settings, person: int, proof: UUID) -> str:
    """It names the person in place of a tenant."""
    return sign_reference(settings.secret_key, PROOF, person, proof)


async def write_proof(tx: Tx, asked: ProofAsked) -> None:
    """As text and HTML that say the same."""
    settings, site = _settings(), _site()
    token = proof_token(settings, asked.person, asked.proof)
    link = f"{settings.public_url}/mes-sejours/preuve/{token}"
    said = {"asked": asked, "link": link}
    subject = site.render(asked.language, "stays/letters/proof.subject.txt", said)
    text = site.render(asked.language, "stays/letters/proof.txt", said)
    paragraphs = [" ".join(part.split()) for part in text.split("\n\n")]
    body = "\n\n".join(part for part in paragraphs if part) + "\n"
    html = site.render(asked.language, "stays/letters/letter.html", {"text": body, **said})
    letter = Letter(
        recipient=asked.email,
        language=asked.language,
        subject=" ".join(subject.split()),
        body_text=body,
        body_html=html,
    )
    await write_mail(tx, letter)
