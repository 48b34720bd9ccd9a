"""How the pages of the booking centre introduce it, and its sheet in the catalogue."""

from hub.core.vertical import Brand, Sheet

BRAND = Brand(
    name="TourismInFrance",
    tagline="la centrale des professionnels",
    entry=("Réserver", "/"),
    sign_in="Professionnels",
    links=(
        ("Mettre ma maison en ligne", "/pro/claim"),
        ("Comment ce classement est fait", "/classement"),
    ),
    demonstration="Démonstration : les noms viennent du registre national, les prix et "
    "disponibilités sont calculés. Rien n'est réservé pour de vrai.",
)
SHEET = Sheet(
    purpose="La réservation des hébergements d'un territoire, tenue par ses professionnels.",
    does=(
        "Recherche, prix complet, réservation et paiement en ligne, sans compte.",
        "Partage du prix décidé par les fédérations, montré au centime.",
        "Taxe de séjour, factures et déclarations tirées des comptes.",
    ),
    leaves=("Le prix des chambres : chaque maison le fixe seule.",),
)
