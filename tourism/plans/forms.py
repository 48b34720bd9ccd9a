"""Forms of rate plans, promotions and supplements: what the browser sends, turned into Structs."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date

from tourism.rates.cancellation import MOST_STEPS, Cancellation, CancellationStep, PenaltyKind
from tourism.rates.errors import (
    EditInvalid,
    PlanInvalid,
    PromotionInvalid,
    SupplementInvalid,
)
from tourism.rates.fields import read_cents, read_day, read_number
from tourism.rates.models import (
    ChildBand,
    Deposit,
    DepositKind,
    Derivation,
    Guarantee,
    MealPlan,
    NoShow,
    PlanDetails,
    Pricing,
    PricingModel,
    Promotion,
    PromotionDetails,
    PromotionKind,
    RatePlan,
    Rounding,
    Supplement,
    SupplementDetails,
    SupplementEach,
    SupplementPer,
    SupplementVat,
    Windows,
)

Form = Mapping[str, str]
BANDS, MOST_BANDS = 3, 18  # those shown at least; one for each age of a child
STEPS = 2  # those shown at least
MEALS = {str(int(meal)): meal for meal in MealPlan}


def read_plan(form: Form, id: int) -> RatePlan:
    """The plan's form. Raises `PlanInvalid` with the field."""
    try:
        return RatePlan(
            id=id,
            code="",
            name=form.get("name", "").strip(),
            rank=0,
            meal_plan=MEALS[_listed(form, "meal_plan", MEALS, "14")],
            adjust_bps=_cents(form, "adjust"),
            supplement_adult_cents=_cents(form, "supplement_adult"),
            supplement_child_cents=_cents(form, "supplement_child"),
            cancellation=_cancellation(form),
            parent=_number(form, "parent", 0) or None,
            details=PlanDetails(
                pricing=_pricing(form),
                derivation=_derivation(form),
                windows=_windows(form),
                guarantee=Guarantee(_listed(form, "guarantee", list(Guarantee), "prepaid")),
                deposit=_deposit(form),
                no_show=_no_show(form),
                on_request=form.get("on_request") == "1",
            ),
        )
    except EditInvalid as error:
        raise PlanInvalid(error.detail, **error.extra) from None


def _listed(form: Form, field: str, known: Collection[str], default: str) -> str:
    """One of the values of a list; int codes as their text."""
    choice = form.get(field, "").strip() or default
    if choice not in known:
        raise EditInvalid("Choose among what is listed.", field=field)
    return choice


def _cancellation(form: Form) -> Cancellation:
    kind, bps = _penalty(form, "penalty", "first_night")
    return Cancellation(
        free_days=_optional(form, "free_days"),
        free_hour=_number(form, "free_hour", 18),
        penalty=kind,
        penalty_bps=bps,
        steps=tuple(_step(form, n) for n in range(1, MOST_STEPS + 1) if _has_step(form, n)),
    )


def _has_step(form: Form, n: int) -> bool:
    return any(form.get(f"later_{n}_{part}", "").strip() for part in ("days", "percent"))


def _step(form: Form, n: int) -> CancellationStep:
    days = read_number(form.get(f"later_{n}_days", "").strip(), f"later_{n}_days")
    kind, bps = _penalty(form, f"later_{n}", "percent")
    return CancellationStep(days=days, penalty=kind, penalty_bps=bps)


def _penalty(form: Form, field: str, default: str) -> tuple[PenaltyKind, int]:
    """The first night, or a percentage like `50` written beside the choice."""
    kind = PenaltyKind(_listed(form, field, list(PenaltyKind), default))
    if kind is PenaltyKind.FIRST_NIGHT:
        return kind, 10_000
    return kind, _number(form, f"{field}_percent", 100) * 100


def _no_show(form: Form) -> NoShow:
    kind, bps = _penalty(form, "no_show", "percent")
    return NoShow(penalty=kind, penalty_bps=bps)


def _deposit(form: Form) -> Deposit:
    at_house = _listed(form, "balance", ("house", "card"), "house") == "house"
    return Deposit(
        kind=DepositKind(_listed(form, "deposit_kind", list(DepositKind), "arrhes")),
        bps=_cents(form, "deposit_percent") or Deposit().bps,
        balance_days=None if at_house else _number(form, "balance_days", 14),
        grace_days=_number(form, "grace_days", 3),
    )


def _pricing(form: Form) -> Pricing:
    bands: list[ChildBand] = []
    for n in range(1, MOST_BANDS + 1):
        age = form.get(f"band_{n}_age", "").strip()
        if not age:
            continue
        amount = form.get(f"band_{n}_amount", "").strip() or "0"
        percent = form.get(f"band_{n}_unit") == "percent"
        cents = read_cents(amount.replace("%", ""), f"band_{n}_amount")
        more = form.get(f"band_{n}_more", "").replace("%", "").strip() or "0"
        bands.append(
            ChildBand(
                until_age=read_number(age, f"band_{n}_age"),
                cents=0 if percent else cents,
                adult_bps=cents if percent else read_cents(more, f"band_{n}_more"),
            )
        )
    return Pricing(
        model=PricingModel(_listed(form, "model", list(PricingModel), "per_room")),
        extra_adult_cents=_cents(form, "extra_adult"),
        single_discount_cents=_cents(form, "single_discount"),
        single_supplement_cents=_cents(form, "single_supplement"),
        child_bands=tuple(bands),
    )


def _derivation(form: Form) -> Derivation:
    return Derivation(
        adjust_cents=_cents(form, "adjust_cents"),
        step_cents=_cents(form, "step") or 1,
        rounding=Rounding(_listed(form, "rounding", list(Rounding), "nearest")),
        floor_cents=_cents(form, "floor"),
        cap_cents=_cents(form, "cap"),
    )


def _windows(form: Form) -> Windows:
    return Windows(
        min_advance_days=_optional(form, "min_advance_days"),
        cutoff_hour=_number(form, "cutoff_hour", 24),
        max_advance_days=_optional(form, "max_advance_days"),
        stay_from=_day(form, "stay_from"),
        stay_until=_day(form, "stay_until"),
        book_from=_day(form, "book_from"),
        book_until=_day(form, "book_until"),
    )


def read_promotion(form: Form, plans: Sequence[str]) -> Promotion:
    """The promotion's form. Raises `PromotionInvalid` with the field."""
    try:
        kind = PromotionKind(_listed(form, "kind", list(PromotionKind), "early"))
        free = kind is PromotionKind.FREE_NIGHTS
        return Promotion(
            id=0,
            name=form.get("name", "").strip(),
            rank=0,
            details=PromotionDetails(
                kind=kind,
                threshold=_number(form, "threshold", 0),
                percent_bps=0 if free else _cents(form, "percent"),
                free_nights=_number(form, "free_nights", 1) if free else 0,
                plans=_ids(plans, "plans"),
                stay_from=_day(form, "stay_from"),
                stay_until=_day(form, "stay_until"),
            ),
        )
    except EditInvalid as error:
        raise PromotionInvalid(error.detail, **error.extra) from None


def read_supplement(
    form: Form, plans: Sequence[str], room_types: Sequence[str], weekdays: Sequence[str]
) -> Supplement:
    """The supplement's form. Raises `SupplementInvalid` with the field."""
    try:
        return Supplement(
            id=0,
            name=form.get("name", "").strip(),
            details=SupplementDetails(
                cents=_cents(form, "amount"),
                mandatory=_listed(form, "mandatory", ("1", "0"), "1") == "1",
                per=SupplementPer(_listed(form, "per", list(SupplementPer), "room")),
                each=SupplementEach(_listed(form, "each", list(SupplementEach), "stay")),
                from_age=_number(form, "from_age", 0),
                vat=SupplementVat(_listed(form, "vat", list(SupplementVat), "lodging")),
                most=_number(form, "most", 1),
                plans=_ids(plans, "plans"),
                room_types=_ids(room_types, "room_types"),
                weekdays=_ids(weekdays, "weekdays"),
            ),
        )
    except EditInvalid as error:
        raise SupplementInvalid(error.detail, **error.extra) from None


def _ids(texts: Sequence[str], field: str) -> tuple[int, ...]:
    return tuple(read_number(text, field) for text in texts)


def _cents(form: Form, field: str) -> int:
    text = form.get(field, "").replace("%", "").strip()
    return read_cents(text, field) if text else 0


def _number(form: Form, field: str, default: int) -> int:
    text = form.get(field, "").strip()
    return read_number(text, field) if text else default


def _optional(form: Form, field: str) -> int | None:
    text = form.get(field, "").strip()
    return read_number(text, field) if text else None


def _day(form: Form, field: str) -> date | None:
    text = form.get(field, "").strip()
    return read_day(text, field) if text else None


def as_form(plan: RatePlan) -> dict[str, str]:
    """A plan as its form shows it."""
    details = plan.details
    shown = {
        "name": plan.name or "",
        "meal_plan": str(int(plan.meal_plan)),
        "parent": str(plan.parent or ""),
        "adjust": _shown(plan.adjust_bps),
        "adjust_cents": _shown(details.derivation.adjust_cents),
        "step": _shown(details.derivation.step_cents) if details.derivation.step_cents > 1 else "",
        "rounding": details.derivation.rounding.value,
        "floor": _shown(details.derivation.floor_cents),
        "cap": _shown(details.derivation.cap_cents),
        "supplement_adult": _shown(plan.supplement_adult_cents),
        "supplement_child": _shown(plan.supplement_child_cents),
        "free_days": ""
        if plan.cancellation.free_days is None
        else str(plan.cancellation.free_days),
        "free_hour": str(plan.cancellation.free_hour),
        "penalty": plan.cancellation.penalty.value,
        "penalty_percent": _part(plan.cancellation.penalty_bps),
        "no_show": details.no_show.penalty.value,
        "no_show_percent": _part(details.no_show.penalty_bps),
        "on_request": "1" if details.on_request else "",
        "guarantee": details.guarantee.value,
        "deposit_kind": details.deposit.kind.value,
        "deposit_percent": _shown(details.deposit.bps),
        "balance": "house" if details.deposit.balance_days is None else "card",
        "balance_days": _text(details.deposit.balance_days),
        "grace_days": str(details.deposit.grace_days),
        "model": details.pricing.model.value,
        "extra_adult": _shown(details.pricing.extra_adult_cents),
        "single_discount": _shown(details.pricing.single_discount_cents),
        "single_supplement": _shown(details.pricing.single_supplement_cents),
        "min_advance_days": _text(details.windows.min_advance_days),
        "cutoff_hour": str(details.windows.cutoff_hour),
        "max_advance_days": _text(details.windows.max_advance_days),
        "stay_from": _text(details.windows.stay_from),
        "stay_until": _text(details.windows.stay_until),
        "book_from": _text(details.windows.book_from),
        "book_until": _text(details.windows.book_until),
    }
    for n, band in enumerate(details.pricing.child_bands, start=1):
        shown[f"band_{n}_age"] = str(band.until_age)
        percent = band.adult_bps > 0 and not band.cents
        shown[f"band_{n}_amount"] = _shown(band.adult_bps if percent else band.cents)
        shown[f"band_{n}_unit"] = "percent" if percent else "cents"
        shown[f"band_{n}_more"] = _shown(0 if percent else band.adult_bps)
    for n, step in enumerate(plan.cancellation.steps, start=1):
        shown[f"later_{n}_days"] = str(step.days)
        shown[f"later_{n}"] = step.penalty.value
        shown[f"later_{n}_percent"] = _part(step.penalty_bps)
    return shown


def bands_shown(typed: Form) -> int:
    """How many bands of children a form shows: all that it has, and one more."""
    used = (n for n in range(1, MOST_BANDS + 1) if typed.get(f"band_{n}_age"))
    return min(max(BANDS, max(used, default=0) + 1), MOST_BANDS)


def steps_shown(typed: Form) -> int:
    """How many later steps of a cancellation a form shows: all that it has, and one more."""
    used = (n for n in range(1, MOST_STEPS + 1) if _has_step(typed, n))
    return min(max(STEPS, max(used, default=0) + 1), MOST_STEPS)


def _shown(hundredths: int) -> str:
    """Cents as euros, basis points as percent; nothing for zero."""
    if not hundredths:
        return ""
    sign = "-" if hundredths < 0 else ""
    whole, rest = divmod(abs(hundredths), 100)
    return f"{sign}{whole},{rest:02d}" if rest else f"{sign}{whole}"


def _part(bps: int) -> str:
    """A part of the price in percent: nothing kept is a nought, for an empty field means all."""
    return _shown(bps) or "0"


def _text(value: object) -> str:
    return "" if value is None else str(value)
