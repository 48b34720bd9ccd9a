"""TourismInFrance: the national booking centre, as a vertical of the hub."""

import tourism.agreement.manifest
import tourism.amends.manifest
import tourism.booking.manifest
import tourism.calendar.manifest
import tourism.changing.manifest
import tourism.channels.manifest
import tourism.claims.manifest
import tourism.dates.manifest
import tourism.debts.manifest
import tourism.declaring.manifest
import tourism.demand.manifest
import tourism.demo.manifest
import tourism.desk.manifest
import tourism.figures.manifest
import tourism.groups.manifest
import tourism.indexing.manifest
import tourism.invoicing.manifest
import tourism.lodging.manifest
import tourism.mandate.manifest
import tourism.offers.manifest
import tourism.onboarding.manifest
import tourism.owing.manifest
import tourism.paying.manifest
import tourism.photos.manifest
import tourism.places.manifest
import tourism.planning.manifest
import tourism.plans.manifest
import tourism.police.manifest
import tourism.projects.manifest
import tourism.quoting.manifest
import tourism.rates.manifest
import tourism.reconciling.manifest
import tourism.reminding.manifest
import tourism.repaying.manifest
import tourism.requests.manifest
import tourism.reviewing.manifest
import tourism.reviews.manifest
import tourism.search.manifest
import tourism.settlement.manifest
import tourism.stays.manifest
import tourism.storefront.manifest
import tourism.sweeping.manifest
import tourism.takeaway.manifest
import tourism.telling.manifest
import tourism.voucher.manifest
import tourism.waiting.manifest
import tourism.wording.manifest
from hub.core.vertical import Command, Demonstration, Process, Vertical
from tourism.agreement import VOCABULARY
from tourism.demo.seed import accounts, seed_all
from tourism.indexing.process import keep_index
from tourism.lodging.registry.command import import_registry
from tourism.storefront.brand import BRAND, SHEET

vertical = Vertical(
    code="tourism",
    titles={
        "fr": "TourismInFrance, la centrale des professionnels",
        "en": "TourismInFrance, the profession's booking centre",
    },
    slices=(
        tourism.agreement.manifest.slice,
        tourism.lodging.manifest.slice,
        tourism.mandate.manifest.slice,
        tourism.photos.manifest.slice,
        tourism.places.manifest.slice,
        tourism.rates.manifest.slice,
        tourism.calendar.manifest.slice,
        tourism.planning.manifest.slice,
        tourism.plans.manifest.slice,
        tourism.offers.manifest.slice,
        tourism.demand.manifest.slice,
        tourism.indexing.manifest.slice,
        tourism.reviews.manifest.slice,
        tourism.search.manifest.slice,
        tourism.dates.manifest.slice,
        tourism.storefront.manifest.slice,
        tourism.projects.manifest.slice,
        tourism.quoting.manifest.slice,
        tourism.booking.manifest.slice,
        tourism.sweeping.manifest.slice,
        tourism.paying.manifest.slice,
        tourism.owing.manifest.slice,
        tourism.amends.manifest.slice,
        tourism.changing.manifest.slice,
        tourism.settlement.manifest.slice,
        tourism.reconciling.manifest.slice,
        tourism.debts.manifest.slice,
        tourism.repaying.manifest.slice,
        tourism.invoicing.manifest.slice,
        tourism.declaring.manifest.slice,
        tourism.desk.manifest.slice,
        tourism.police.manifest.slice,
        tourism.channels.manifest.slice,
        tourism.figures.manifest.slice,
        tourism.requests.manifest.slice,
        tourism.voucher.manifest.slice,
        tourism.telling.manifest.slice,
        tourism.reminding.manifest.slice,
        tourism.wording.manifest.slice,
        tourism.waiting.manifest.slice,
        tourism.groups.manifest.slice,
        tourism.stays.manifest.slice,
        tourism.reviewing.manifest.slice,
        tourism.takeaway.manifest.slice,
        tourism.claims.manifest.slice,
        tourism.onboarding.manifest.slice,
        tourism.demo.manifest.slice,
    ),
    data_classes=("identity", "booking", "payment"),
    hosting_level="silver",
    demonstration=Demonstration(seed=seed_all, accounts=accounts),
    vocabularies=(VOCABULARY,),
    brand=BRAND,
    sheet=SHEET,
    processes=(
        Process(
            name="index",
            help="the writer of this machine's search index",
            run=keep_index,
            module="tourism.indexing",
            stop_timeout_s=20,
        ),
    ),
    commands=(
        Command(
            name="import-registry",
            help="bring the listed lodgings to a newer export of the national registry",
            arguments=("FILE", "EXPORT_DATE"),
            run=import_registry,
        ),
    ),
)
