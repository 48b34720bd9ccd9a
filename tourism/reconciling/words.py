"""What the reconciliation calls its differences, in words."""

from tourism.reconciling.models import BreakKind

KINDS = {
    BreakKind.ONLY_SERVICE: "chez le service de paiement, pas au registre",
    BreakKind.ONLY_LEDGER: "au registre, pas chez le service de paiement",
    BreakKind.AMOUNT: "deux montants différents",
    BreakKind.PAYOUT_UNKNOWN: "un virement dont nous ne savons rien",
    BreakKind.PAYOUT_GONE: "un virement que le service ne connaît pas",
    BreakKind.PAYOUT_DIFFERS: "un virement dans un autre état",
    BreakKind.PAYOUT_LATE: "un virement à la centrale qui n'est pas arrivé",
    BreakKind.PAYOUT_RETURNED: "un virement à la centrale que sa banque a renvoyé",
    BreakKind.ACCOUNT: "un compte qui ne contient pas ce qu'il devrait",
    BreakKind.ACCOUNT_CLOSED: "un compte que le service ne nous montre plus",
    BreakKind.ADJUSTMENT: "une correction que le service n'explique pas",
    BreakKind.REFUND_REFUSED: "un remboursement que le service refuse",
}
TO_DO = {
    BreakKind.ONLY_SERVICE: "Un message s'est perdu et sera redemandé. Si la différence reste, "
    "ouvrez le mouvement chez le service.",
    BreakKind.ONLY_LEDGER: "Le service ne connaît pas ce mouvement : a-t-il bien eu lieu ?",
    BreakKind.AMOUNT: "Comparez les deux : un versement fait deux fois se reprend.",
    BreakKind.PAYOUT_UNKNOWN: "Le message du virement s'est perdu et sera redemandé.",
    BreakKind.PAYOUT_GONE: "Demandez au service ce que ce virement est devenu.",
    BreakKind.PAYOUT_DIFFERS: "Le message du nouvel état s'est perdu et sera redemandé.",
    BreakKind.PAYOUT_LATE: "La banque aurait dû le recevoir il y a cinq jours : cherchez-le sur le "
    "relevé, puis demandez au service.",
    BreakKind.PAYOUT_RETURNED: "L'argent est revenu chez le service : vérifiez-y le compte de la "
    "banque, faites repartir la somme, et dites ici ce qu'il en est.",
    BreakKind.ACCOUNT: "Un versement a été fait deux fois, ou repris sans nous.",
    BreakKind.ACCOUNT_CLOSED: "Son titulaire nous a retiré l'accès : demandez-lui de le rouvrir ; "
    "d'ici là, rien ne peut lui être versé ni repris.",
    BreakKind.ADJUSTMENT: "Elle est au registre, à part. Demandez au service ce qu'elle corrige, "
    "et dites-le ici : elle reste ouverte jusque-là.",
    BreakKind.REFUND_REFUSED: "Le voyageur attend cet argent : rendez-le-lui autrement, "
    "et notez-le ici.",
}
# The platform's own movements, as the service calls them.
OWN_KINDS = {
    "payout": "virements à la banque de la centrale",
    "payout_cancel": "virements annulés",
    "payout_failure": "virements revenus de la banque",
    "topup": "apports depuis la banque",
    "topup_reversal": "apports repris",
    "stripe_fee": "frais facturés par le service",
    "stripe_fx_fee": "frais de change",
    "tax_fee": "taxes sur les frais",
    "adjustment": "corrections du service",
}
STATES = {
    "pending": "en préparation",
    "in_transit": "en route",
    "paid": "arrivé",
    "failed": "revenu : la banque l'a refusé",
    "canceled": "annulé",
}
