"""References that a person can say on the phone: LAC-2741-ORME."""

from hub.core.clock import Ids

PLACES = tuple(
    ["ALPE", "ANSE", "BAIE", "BOIS", "BOURG", "CAP", "CHAMP", "CLOS", "COL", "COMBE", "COTE", "CRETE", "DUNE", "FLEUVE", "FORET", "GARE", "GOLFE", "GUE", "HALLE", "HAMEAU", "ILE", "JARDIN", "LAC", "LANDE", "LAVOIR", "MARAIS", "MER", "MONT", "MOULIN", "PARC", "PAS", "PHARE", "PIC", "PLAGE", "PLAINE", "PONT", "PORT", "PRE", "PUITS", "QUAI", "RADE", "RIVE", "ROC", "SABLE", "SENTIER", "SOURCE", "TOUR", "VAL", "VALLON", "VERGER", "VIGNE", "VILLE"]
)
TREES = tuple(
    ["ACACIA", "ALISIER", "AMANDE", "AULNE", "BOULEAU", "BUIS", "CEDRE", "CERISE", "CHARME", "CHENE", "CITRON", "COING", "CORMIER", "CYPRES", "ERABLE", "FIGUE", "FRENE", "FUSAIN", "GENET", "HETRE", "HOUX", "IF", "LAURIER", "LILAS", "MELEZE", "MERISE", "MURIER", "MYRTE", "NOYER", "OLIVE", "ORANGE", "ORME", "OSIER", "PALME", "PECHE", "PIN", "PLATANE", "POIRE", "POMME", "PRUNE", "ROSE", "SAPIN", "SAULE", "SORBIER", "SUREAU", "THUYA", "TILLEUL", "TREMBLE", "VIORNE"]
)


def draw_reference(ids: Ids) -> str:
    """One of about 25 million; the table's unique index refuses a second use."""
    place = PLACES[ids.below(len(PLACES))]
    tree = TREES[ids.below(len(TREES))]
    return f"{place}-{1000 + ids.below(9000)}-{tree}"
