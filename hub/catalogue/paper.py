"""The certificate of a consultation, for paper: its file carries the signed text."""

from datetime import datetime

from babel import dates

from hub.catalogue.models import Consultation
from hub.core.documents import Heading, pdf, template
from hub.core.i18n import catalogue
from hub.gates.words import LEVELS_OR_NONE

WORDS = {
    "title": "Certificat de consultation du catalogue",
    "buyer": "Acheteur public",
    "siret": "SIRET",
    "need": "Besoin",
    "at": "Consulté le",
    "asked": "Recherché",
    "all": "tout le catalogue",
    "found": "Services trouvés : %(count)s sur %(of)s",
    "none": "Aucun service du catalogue ne répond à cette recherche.",
    "validated": "fiche validée",
    "unvalidated": "fiche pas encore validée",
    "possible": "production possible ici",
    "impossible": "production pas encore possible ici",
    "level": "niveau demandé : %(level)s",
    "proof": "Ce document contient le fichier consultation.jws, signé par la plateforme (Ed25519). "
    "Il se vérifie sur %(place)s.",
    "footer": "Catalogue des services · %(place)s",
}


def draw(made: Consultation, jws: str, language: str, asked: str, at: datetime) -> bytes:
    """The certificate as a PDF/A-3 with the signed text attached."""
    words = catalogue(language)
    place = f"{made.iss}/catalogue/verification"

    def said(name: str, **values: object) -> str:
        return words.gettext(WORDS[name]) % values

    when = dates.format_datetime(
        made.at, "long", tzinfo=dates.get_timezone("Europe/Paris"), locale=language
    )
    facts = [
        (said("buyer"), made.buyer),
        (said("siret"), made.siret),
        *([(said("need"), made.need)] if made.need else []),
        (said("at"), when),
        (said("asked"), asked or said("all")),
    ]
    found = [
        {
            "title": one.title,
            "says": " · ".join(
                (
                    said("validated" if one.validated else "unvalidated"),
                    said("possible" if one.production_possible else "impossible"),
                    said(
                        "level",
                        level=words.gettext(
                            LEVELS_OR_NONE.get(one.hosting_level, one.hosting_level)
                        ),
                    ),
                )
            ),
            "mark": one.fingerprint,
        }
        for one in made.found
    ]
    values: dict[str, object] = {
        "facts": facts,
        "found_title": said("found", count=len(made.found), of=made.of),
        "none": said("none"),
        "found": found,
        "proof": said("proof", place=place),
        "jws": jws,
    }
    heading = Heading(
        title=said("title"),
        issuer="usage-hub",
        footer=said("footer", place=made.iss),
        language=language,
    )
    return pdf(template("hub.catalogue", "consultation"), heading, values, at=at)
