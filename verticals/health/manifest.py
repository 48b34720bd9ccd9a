"""The practice, as the hub finds it."""

import msgspec

from hub.core.vertical import Example, Sheet, Vertical
from verticals.health.agenda.manifest import slice as agenda
from verticals.health.documents.manifest import slice as documents
from verticals.health.example import fill
from verticals.health.fhir.manifest import slice as fhir
from verticals.health.merging.manifest import slice as merging
from verticals.health.patients.manifest import slice as patients
from verticals.health.visits.manifest import slice as visits

SHEET = Sheet(
    purpose="Un cabinet et ses patients : qui reçoit, quand, et qui vient.",
    does=(
        "Le patient prend, change et annule son rendez-vous, au cabinet ou en vidéo.",
        "La salle de vidéo s'ouvre par un lien à usage unique ; le professionnel laisse une note.",
        "Une heure n'est jamais donnée deux fois.",
        "L'identité est vérifiée pas à pas ; le matricule INS est contrôlé et gardé chiffré.",
        "Deux dossiers d'une même personne se fusionnent par deux membres du cabinet.",
        "Les courriers ne disent ni avec qui, ni où, ni pourquoi.",
        "Le patient partage un document avec un professionnel, pour un temps, et voit qui l'ouvre.",
        "Les logiciels du cabinet lisent et cherchent par FHIR R4.",
    ),
    leaves=(
        "Les urgences : le 15, le 112, le 114 par SMS.",
        "Le diagnostic, le suivi par appareil et la facturation.",
        "Le téléservice INSi, dont les réponses se reportent à la main ; le DMP et MSSanté.",
    ),
)

vertical = Vertical(
    code="health",
    titles={"fr": "Le cabinet et ses patients", "en": "The practice and its patients"},
    slices=(
        msgspec.structs.replace(patients, messages=SHEET.sentences),
        agenda,
        visits,
        documents,
        merging,
        fhir,
    ),
    data_classes=("identity", "contact", "health"),
    hosting_level="silver",
    example=Example(organisation_kind="practice", fill=fill),
    sheet=SHEET,
)
