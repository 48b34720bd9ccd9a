"""Offers as they are shown: of some houses, from their places in a result."""

from datetime import date, datetime
from functools import lru_cache
from math import isnan

import numpy as np

from tourism.index.engine import Best, Inquiry
from tourism.index.generation import Generation
from tourism.index.models import Offer
from tourism.nights.layout import Ints
from tourism.rates.models import Cancellation
from tourism.rates.policy import free_until


def offers_of(
    generation: Generation, inquiry: Inquiry, numbers: Ints, best: Best, places: Ints
) -> list[Offer]:
    """Offers of some houses (rows of the table), from their places in a result."""
    tables, moment, ask = generation.tables, inquiry.moment, inquiry.ask
    slots, columns = best.slots[places], best.columns[:, places]
    zones = tables.house_zone.take(numbers)
    away = inquiry.kilometres(numbers)
    promotions = _first_known(best.promotions[:, places])
    deals = generation.deals(ask.parties)
    offers: list[Offer] = []
    for reference, plan, free, stars, km, rooms, left, gross, tax, saved, promotion in zip(
        tables.houses["card"][numbers].tolist(),
        tables.plans["id"][slots].tolist(),
        moment.are_free(tables.plans["free_lead"][slots], zones).tolist(),
        moment.stars(tables, numbers).tolist(),
        [None] * len(numbers) if away is None else away.tolist(),
        zip(*tables.room_type[columns].tolist(), strict=True),
        inquiry.left(columns.reshape(-1)).reshape(columns.shape).min(axis=0).tolist(),
        best.gross[places].tolist(),
        best.tax[places].tolist(),
        best.saved[places].tolist(),
        np.where(promotions < 0, 0, tables.promotions["id"][promotions]).tolist(),
        strict=True,
    ):
        deal = deals.of((reference, plan, rooms))
        offers.append(
            Offer(
                deal=deal,
                stars=stars or None,
                distance_km=None if km is None or isnan(km) else km,
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
    return offers


def _first_known(promotions: Ints) -> Ints:
    """The promotion of the first room that has one, by offer; -1 where none has."""
    if len(promotions) == 1:
        return promotions[0]
    first = np.argmax(promotions >= 0, axis=0)
    return np.take_along_axis(promotions, first[None], axis=0)[0]


@lru_cache(maxsize=4_096)
def _until(cancellation: Cancellation, arrival: date, zone: str) -> datetime | None:
    return free_until(cancellation, arrival, zone)
