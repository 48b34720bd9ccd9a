"""The town, as the hub finds it."""

import msgspec

from hub.core.vertical import Example, Sheet, Vertical
from verticals.city.alerts.manifest import slice as alerts
from verticals.city.events.manifest import slice as events
from verticals.city.example import fill
from verticals.city.open311.manifest import slice as open311
from verticals.city.reports.manifest import slice as reports
from verticals.city.towns.manifest import slice as towns
from verticals.city.transit.manifest import slice as transit

SHEET = Sheet(
    purpose="Une ville et ses habitants : ce qu'ils signalent, et ce qu'elle répond.",
    does=(
        "Un habitant signale un problème avec photo et position, et le suit par un lien.",
        "La mairie répond ; ses données ouvertes ne disent rien de qui signale.",
        "Les programmes signalent et lisent par Open311 GeoReport v2.",
        "La mairie prévient par messages CAP 1.2, mis à jour et levés ; l'extrême demande deux "
        "personnes.",
        "Les départs d'un arrêt et leurs perturbations, depuis le fichier GTFS du réseau.",
        "L'agenda de la ville : on s'inscrit, jamais plus que de places, et la liste d'attente "
        "avance seule.",
    ),
    leaves=(
        "Les urgences : un danger immédiat se dit au 112.",
        "Les alertes de l'État : FR-Alert vient de la préfecture.",
    ),
)

vertical = Vertical(
    code="city",
    titles={"fr": "La ville et ses habitants", "en": "The town and its people"},
    slices=(
        msgspec.structs.replace(towns, messages=SHEET.sentences),
        reports,
        open311,
        alerts,
        transit,
        events,
    ),
    data_classes=("public", "identity", "contact", "location"),
    hosting_level="bronze",
    example=Example(organisation_kind="town", fill=fill),
    sheet=SHEET,
)
