"""The gates' French words: why one is closed, and what codes of data and states are called."""

from typing import Any

from hub.gates.models import State
from hub.trust.words import LEVELS, NO_LEVEL_YET

NO_EXAMPLE = "Ce service n'apporte pas de données inventées : il n'a pas de bac à sable."
NO_HOST = "Aucun hébergement n'est inscrit ici, et ses données demandent des preuves."
NO_LEVEL = "Aucun hébergement n'est inscrit ici : la production demande le niveau %(level)s."
LACKS = "Il manque à « %(host)s » : %(proof)s (données « %(data)s »)."
BAD_PAPER = "« %(proof)s » de %(issuer)s ne vaut pas (%(fault)s, jusqu'au %(day)s)."
BELOW_FLOOR = (
    "Les données « %(data)s » demandent au moins le niveau %(level)s ; "
    "« %(host)s » est à : %(has)s."
)
BELOW_LEVEL = "Ce service demande le niveau %(level)s ; « %(host)s » est à : %(has)s."
HALTED = "L'agrément de « %(host)s » est %(halt)s : rien de nouveau n'y commence."
HALTS = {"suspended": "suspendu", "withdrawn": "retiré"}
CLASSES = {
    "identity": "identité",
    "contact": "adresses et téléphones",
    "wellbeing": "bien-être",
    "booking": "réservations",
    "payment": "paiements",
    "health": "santé",
    "public": "publiques",
    "education": "scolarité",
    "minors": "mineurs",
    "location": "position",
}
STATES = {
    State.SANDBOX.value: "bac à sable",
    State.TRIAL.value: "à l'essai",
    State.PRODUCTION.value: "en production",
    State.WINDING_DOWN.value: "en fermeture",
    State.RETIRED.value: "fermé",
}
LEVELS_OR_NONE = {"": NO_LEVEL_YET, **LEVELS}
SENTENCES = (
    NO_EXAMPLE, NO_HOST, NO_LEVEL, LACKS, BAD_PAPER, BELOW_FLOOR, BELOW_LEVEL, HALTED,
    *HALTS.values(),
    *CLASSES.values(), *STATES.values(),
)  # fmt: skip
SHOWN: dict[str, Any] = {
    "states": STATES,
    "classes": CLASSES,
    "levels": LEVELS_OR_NONE,
}
