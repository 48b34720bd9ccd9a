"""What the outside sees of a quote: a signed token in place of its inner id."""

from datetime import date, datetime

import msgspec

from hub.core.settings import Settings
from hub.core.tokens import sign_reference
from tourism.quoting.models import Breakdown, CancellationTerms, PaymentTerms, Quote
from tourism.rates.models import MealPlan

QUOTE = "quote"


class QuoteView(msgspec.Struct, frozen=True, kw_only=True):
    """A frozen offer. `token` names it in later calls."""

    token: str
    property: int
    property_name: str
    commune: str
    arrival: date
    departure: date
    nights: int
    rate_plan: int
    plan_code: str
    meal_plan: MealPlan
    adults: int
    child_ages: tuple[int, ...]
    breakdown: Breakdown
    terms: CancellationTerms
    payment: PaymentTerms
    on_request: bool
    made_at: datetime
    expires_at: datetime


def quote_token(settings: Settings, quote: Quote) -> str:
    return sign_reference(settings.secret_key, QUOTE, quote.tenant, quote.id)


def view_quote(settings: Settings, quote: Quote) -> QuoteView:
    return QuoteView(
        token=quote_token(settings, quote),
        nights=quote.nights,
        **{
            name: getattr(quote, name)
            for name in QuoteView.__struct_fields__
            if name not in {"token", "nights"}
        },
    )
