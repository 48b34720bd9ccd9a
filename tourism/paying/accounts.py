"""The accounts that a booking's money moves through, in the words that a treasurer reads."""

ACCOUNT_NAMES = {
    "psp.cash": "Encaissé par carte",
    "psp.fees": "Frais de carte",
    "guest.deposits": "Sommes des voyageurs",
    "lodging.payable": "Dû à l'hébergeur",
    "platform.share": "Part de la centrale",
    "platform.vat": "TVA de la centrale",
    "federation.share": "Part de la fédération",
    "federation.vat": "TVA de la fédération",
    "office.share": "Part de l'office de tourisme",
    "office.vat": "TVA de l'office",
    "region.share": "Part de la région",
    "region.vat": "TVA de la région",
    "reserve.share": "Réserve mutuelle",
    "reserve.vat": "TVA de la réserve",
    "project.share": "Part du projet local",
    "project.vat": "TVA du projet",
    "tourist_tax.": "Taxe de séjour",
    "tourist_tax.ts": "Taxe de séjour, commune",
    "tourist_tax.tad": "Taxe additionnelle, département",
    "tourist_tax.tar": "Taxe additionnelle, région",
}
