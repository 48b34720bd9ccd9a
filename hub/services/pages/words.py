"""What steps of a service are called, and what each will do."""

from typing import Any

from hub.gates.words import SHOWN as GATES_SHOWN
from hub.services.models import Step

STEPS = {
    Step.TRY.value: "Bac à sable ouvert",
    Step.OPEN_TRIAL.value: "Essai ouvert",
    Step.EXTEND.value: "Essai prolongé",
    Step.GO_LIVE.value: "Mis en production",
    Step.WIND_DOWN.value: "Fermeture commencée",
    Step.LAPSE.value: "Essai arrivé à son terme",
    Step.RESUME.value: "Repris à l'essai",
    Step.RETIRE.value: "Fermé",
    Step.CLOSE.value: "Fermé à son terme",
    Step.TAKE_OUT.value: "Données emportées",
    Step.TAKE_IN.value: "Données reprises",
}
VERBS = {
    Step.OPEN_TRIAL.value: "Passer à l'essai",
    Step.EXTEND.value: "Prolonger l'essai",
    Step.GO_LIVE.value: "Mettre en production",
    Step.WIND_DOWN.value: "Commencer la fermeture",
    Step.RESUME.value: "Reprendre à l'essai",
    Step.RETIRE.value: "Fermer pour de bon",
}
WILL = {
    Step.OPEN_TRIAL.value: "Un espace neuf s'ouvre pour de vraies personnes, sans les "
    "données inventées.",
    Step.EXTEND.value: "Rien d'autre ne change.",
    Step.GO_LIVE.value: "Le service reste, avec ses données, sans date de fin ni quota.",
    Step.WIND_DOWN.value: "Plus rien ne s'écrit ; les données se lisent et s'emportent "
    "pendant trente jours.",
    Step.RESUME.value: "On peut de nouveau y écrire, jusqu'au jour choisi.",
    Step.RETIRE.value: "Plus personne n'y entre. L'exploitant efface les données, avec "
    "un certificat.",
}
WORDS = (*STEPS.values(), *VERBS.values(), *WILL.values())
SHOWN: dict[str, Any] = {**GATES_SHOWN, "steps": STEPS, "verbs": VERBS, "will": WILL}
WITH_DAY = frozenset({Step.OPEN_TRIAL.value, Step.EXTEND.value, Step.RESUME.value})
