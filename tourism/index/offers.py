"""Offers as they are shown, from the rows of a page."""

from datetime import date, datetime
from functools import lru_cache
from typing import Any

from tourism.index.generation import Generation
from tourism.index.models import Ask, Offer
from tourism.rates.models import Cancellation
from tourism.rates.policy import free_until


def offers_of(generation: Generation, ask: Ask, page: Any) -> tuple[Offer, ...]:
    """The offers of a page in order; its rows are those of `reckoning.seeking`."""
    deals = generation.deals(ask.parties)
    offers: list[Offer] = []
    for card, plan, gross, tax, saved, left, km, stars, free, promotion, *rooms in page.tolist():
        deal = deals.of((card, plan, *rooms))
        offers.append(
            Offer(
                deal=deal,
                stars=stars or None,
                distance_km=float(km) if km >= 0 else None,
                units_left=left,
                gross_cents=gross,
                tax_cents=tax,
                saved_cents=saved,
                promotion=dict(deal.house.promotions).get(promotion) if promotion else None,
                free_until_at=_until(deal.plan.cancellation, ask.arrival, deal.house.zone)
                if free
                else None,
            )
        )
    return tuple(offers)


@lru_cache(maxsize=16_384)
def _until(cancellation: Cancellation, arrival: date, zone: str) -> datetime | None:
    return free_until(cancellation, arrival, zone)
