"""What the codes of trust are called, in French."""

NO_LEVEL_YET = "aucun niveau"
LEVELS = {"bronze": "Bronze", "silver": "Argent", "gold": "Or"}
FAULTS = {
    "unknown-kind": "document inconnu",
    "not-yet": "pas encore valable",
    "expired": "échu",
    "withdrawn": "retiré",
    "other-entity": "au nom de quelqu'un d'autre",
    "other-service": "pour un autre service",
    "self-issued": "émis par le fournisseur lui-même",
    "issuer-unknown": "émetteur inconnu",
    "number-unknown": "numéro pas encore vérifié chez l'émetteur",
}
SENTENCES = (NO_LEVEL_YET, *LEVELS.values(), *FAULTS.values())
