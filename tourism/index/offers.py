"""Offers as they are shown, from the rows of a page."""

from datetime import date, datetime
from typing import Any

from tourism.index.generation import Generation
from tourism.index.models import Ask, Deal, Offer
from tourism.rates.policy import free_until


def offers_of(generation: Generation, ask: Ask, page: Any) -> tuple[Offer, ...]:
    """The offers of a page in order; its rows are those of `reckoning.seeking`."""
    deals, deadlines = generation.deals(ask.parties), _Deadlines(ask.arrival)
    return tuple(
        Offer(
            deal=(deal := deals.of((card, plan, division, *rooms))),
            stars=stars or None,
            distance_km=float(km) if km >= 0 else None,
            units_left=left,
            gross_cents=gross,
            tax_cents=tax,
            saved_cents=saved,
            promotion=dict(deal.house.promotions).get(promotion) if promotion else None,
            free_until_at=deadlines.of(deal) if free else None,
        )
        for (
            card,
            plan,
            gross,
            tax,
            saved,
            left,
            km,
            stars,
            free,
            promotion,
            division,
            *rooms,
        ) in page.tolist()
    )


class _Deadlines:
    """Until when offers of one arrival can be cancelled for nothing: few ones for many offers."""

    def __init__(self, arrival: date) -> None:
        self._arrival = arrival
        self._known: dict[tuple[int | None, int, str], datetime | None] = {}

    def of(self, deal: Deal) -> datetime | None:
        policy, zone = deal.plan.cancellation, deal.house.zone
        key = (policy.free_days, policy.free_hour, zone)
        if key not in self._known:
            self._known[key] = free_until(policy, self._arrival, zone)
        return self._known[key]
