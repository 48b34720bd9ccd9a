"""Rate plans of a registry row: rules on the base price, so that no night is stored twice."""

import msgspec

from tourism.lodging.registry import Row
from tourism.rates.models import Cancellation, MealPlan, PenaltyKind


class PlanSpec(msgspec.Struct, frozen=True, kw_only=True):
    """A rate plan to create."""

    code: str
    meal_plan: MealPlan
    adjust_bps: int
    adult_cents: int
    child_cents: int
    cancellation: Cancellation


HOTEL_FREE = Cancellation(free_days=2, penalty=PenaltyKind.FIRST_NIGHT)
STAY_FREE = Cancellation(free_days=14, penalty=PenaltyKind.PERCENT, penalty_bps=3_000)
NEVER_FREE = Cancellation(free_days=None, penalty=PenaltyKind.PERCENT)
BREAKFAST_CENTS = (900, 900, 1_050, 1_350, 1_900, 3_200)
DINNER_CENTS = (2_200, 2_200, 2_400, 2_800, 3_800, 6_500)


def rate_plans(row: Row) -> list[PlanSpec]:
    """The plans of a lodging, in the house's own order."""
    stars = row.stars or 0
    match row.kind:
        case "hotel":
            plans = [_plain("flexible", 0, HOTEL_FREE), _plain("saver", -1_000, NEVER_FREE)]
            if stars >= 2:
                plans.append(_meals("breakfast", MealPlan.BREAKFAST, BREAKFAST_CENTS[stars]))
            if stars >= 4:
                both = BREAKFAST_CENTS[stars] + DINNER_CENTS[stars]
                plans.append(_meals("half_board", MealPlan.HALF_BOARD, both))
            return plans
        case "village":
            plans = [_plain("flexible", 0, STAY_FREE), _plain("saver", -1_000, NEVER_FREE)]
            if has_board(row):
                full = BREAKFAST_CENTS[2] + 2 * DINNER_CENTS[2] * 3 // 4
                plans.append(_meals("full_board", MealPlan.FULL_BOARD, full, STAY_FREE))
            return plans
        case "auberge":
            return [_plain("flexible", 0, HOTEL_FREE)]
        case _:
            return [_plain("flexible", 0, STAY_FREE), _plain("saver", -800, NEVER_FREE)]


def has_board(row: Row) -> bool:
    """Whether a holiday village serves meals, by the registry's type of stay."""
    return "PENSION" in (row.stay_type or "").upper()


def _plain(code: str, adjust_bps: int, cancellation: Cancellation) -> PlanSpec:
    return PlanSpec(
        code=code,
        meal_plan=MealPlan.ROOM_ONLY,
        adjust_bps=adjust_bps,
        adult_cents=0,
        child_cents=0,
        cancellation=cancellation,
    )


def _meals(
    code: str, meal_plan: MealPlan, adult_cents: int, cancellation: Cancellation = HOTEL_FREE
) -> PlanSpec:
    return PlanSpec(
        code=code,
        meal_plan=meal_plan,
        adjust_bps=0,
        adult_cents=adult_cents,
        child_cents=adult_cents // 2,
        cancellation=cancellation,
    )
