"""References that a person can say on the phone: LAC-274138-ORME; older ones have four digits.
Each names one booking, or one hold that nobody paid, for ever: there are 2.3 thousand million."""

from hub.core.clock import Ids

PLACES = tuple(
    "ALPE ANSE BAIE BOIS BOURG CAP CHAMP CLOS COL COMBE COTE CRETE DUNE FLEUVE FORET "
    "GARE GOLFE GUE HALLE HAMEAU ILE JARDIN LAC LANDE LAVOIR MARAIS MER MONT MOULIN PARC "
    "PAS PHARE PIC PLAGE PLAINE PONT PORT PRE PUITS QUAI RADE RIVE ROC SABLE SENTIER "
    "SOURCE TOUR VAL VALLON VERGER VIGNE VILLE".split()
)
TREES = tuple(
    "ACACIA ALISIER AMANDE AULNE BOULEAU BUIS CEDRE CERISE CHARME CHENE CITRON COING "
    "CORMIER CYPRES ERABLE FIGUE FRENE FUSAIN GENET HETRE HOUX IF LAURIER LILAS MELEZE "
    "MERISE MURIER MYRTE NOYER OLIVE ORANGE ORME OSIER PALME PECHE PIN PLATANE POIRE "
    "POMME PRUNE ROSE SAPIN SAULE SORBIER SUREAU THUYA TILLEUL TREMBLE VIORNE".split()
)


FIRST, NUMBERS = 100_000, 900_000


def draw_reference(ids: Ids) -> str:
    """At most 22 characters; the table's unique index refuses a second use."""
    place = PLACES[ids.below(len(PLACES))]
    tree = TREES[ids.below(len(TREES))]
    return f"{place}-{FIRST + ids.below(NUMBERS)}-{tree}"
