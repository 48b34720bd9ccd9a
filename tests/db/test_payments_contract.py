"""Every request that our code can send, against the SDK's own typed parameters."""

import inspect
from datetime import timedelta
from uuid import UUID

import msgspec
import pytest

from hub import payments
from hub.core.clock import DrivenClock
from hub.fake_stripe.routes import ROUTES
from hub.payments import asking, gateway
from hub.payments.errors import CallRefused
from hub.payments.models import Call, CallState, OpenAccount, Page, ReleaseCard, State
from hub.stripe_gateway import moving
from tests.money import BACK, IBAN, World

# What the gateway may ask. Another request of ours without a row here fails the test.
ASKED = {
    "GET /v1/accounts",
    "GET /v1/accounts/:id",
    "GET /v1/balance",
    "GET /v1/balance_transactions",
    "GET /v1/balance_transactions/:id",
    "GET /v1/charges",
    "GET /v1/charges/:id",
    "GET /v1/checkout/sessions/:id",
    "GET /v1/disputes/:id",
    "GET /v1/events",
    "GET /v1/payment_intents/:id",
    "GET /v1/payment_methods/:id",
    "GET /v1/payouts",
    "GET /v1/payouts/:id",
    "GET /v1/refunds",
    "GET /v1/refunds/:id",
    "GET /v1/setup_intents/:id",
    "GET /v1/transfers",
    "GET /v1/transfers/:id/reversals",
    "POST /v1/account_links",
    "POST /v1/accounts",
    "POST /v1/checkout/sessions",
    "POST /v1/checkout/sessions/:id/expire",
    "POST /v1/customers",
    "POST /v1/payment_intents",
    "POST /v1/payment_intents/:id/cancel",
    "POST /v1/payment_methods/:id/detach",
    "POST /v1/refunds",
    "POST /v1/setup_intents",
    "POST /v1/setup_intents/:id/cancel",
    "POST /v1/transfers",
    "POST /v1/transfers/:id/reversals",
}


def call_of(world: World, wish: object) -> Call:
    return Call(
        id=world.demo.ids.uuid(), tenant=world.house.tenant, subject="booking:x",
        wish=wish, state=CallState.WAITING, reference=None, refusal=None,
        created_at=world.demo.clock.now(), settled_at=None,
    )  # fmt: skip  # pyright: ignore


def charge_of(world: World, method: str, **more: object) -> payments.Charge:
    page = Page(return_url=BACK, language="nl", title="Hôtel", email="a@demo.example")
    charge = payments.Charge(
        id=world.demo.ids.uuid(), tenant=world.house.tenant, subject="booking:x",
        amount_cents=12_000, currency="EUR", method=method, page=page, page_url=None, fee_cents=0,
        state=State.PROCESSING, reference=None, decline_code=None,
        created_at=world.demo.clock.now(), settled_at=None,
    )  # fmt: skip
    return msgspec.structs.replace(charge, **more)


async def test_a_page_for_somebody_without_an_address_names_none(world: World) -> None:
    charge = charge_of(world, payments.HOSTED)
    assert charge.page is not None
    nameless = msgspec.structs.replace(charge.page, email="")
    outcome = await asking.the_service().ask(msgspec.structs.replace(charge, page=nameless))
    assert (outcome.waiting, outcome.page_url is not None) == (True, True)
    assert world.fake.app.state.fake.refusals() == []


def refund_of(world: World, charge: UUID) -> payments.Refund:
    return payments.Refund(
        id=world.demo.ids.uuid(), tenant=world.house.tenant, charge=charge, subject="booking:x",
        amount_cents=100, state=State.PROCESSING, reference=None,
        created_at=world.demo.clock.now(), settled_at=None,
    )  # fmt: skip


async def do_everything(world: World, clock: DrivenClock) -> None:
    """Everything that the gateway can do, with every field that it can send."""
    service = asking.the_service()
    opening = call_of(world, OpenAccount(name="Hôtel", email="h@demo.fr"))
    opened = await service.perform(opening)
    assert await service.find_call(opening) == opened
    url = await service.onboarding_page(opened, back=BACK, again=BACK)
    await world.web(url, iban=IBAN, kind="company")
    await service.look_at_account(opened)
    charge = charge_of(world, "pm_card_bypassPending")
    paid = await service.ask(charge)
    assert await service.find_payment(charge) == paid
    await service.ask(charge_of(world, "pm_card_createDispute"))
    secured = await service.ask(charge_of(world, "pm_card_threeDSecure2Required"))
    await service.give_up(secured.reference)
    page = await service.ask(charge_of(world, payments.HOSTED))
    await service.give_up(page.reference)
    (dispute,) = world.fake.books.all("dispute")
    await service.look_at_dispute(dispute["id"])
    wanted = refund_of(world, charge.id)
    back = await service.refund(wanted.id, paid.reference, 100, world.house.tenant)
    await service.look_at_refund(back.reference)
    assert await service.find_refund(wanted, paid.reference) == back.reference
    clock.forward(timedelta(days=3))
    moving = call_of(world, payments.MoveShare(destination=opened, amount_cents=900))
    moved = await service.perform(moving)
    taking = call_of(world, payments.TakeBack(transfer=moved, amount_cents=100))
    taken = await service.perform(taking)
    assert [await service.find_call(one) for one in (moving, taking)] == [moved, taken]
    await _charge_a_kept_card(world)
    clock.forward(timedelta(days=2))
    await service.balance_cents()
    await service.balance_cents(opened)
    assert await service.list_balance_lines(clock.now() - timedelta(days=9))
    assert await service.list_payouts(clock.now() - timedelta(days=9), opened)
    days = (clock.now() - timedelta(days=9), clock.now() + timedelta(hours=1))
    assert await service.list_events(*days)
    assert await service.list_events(*days, opened)
    await world.fake.control(own={"topup_cents": 500, "payout_cents": 300})
    (ours,) = await service.list_payouts(clock.now() - timedelta(days=9), None)
    assert await service.find_payout_of_line(ours.line or "") == ours
    (payout,) = world.fake.books.all("payout", opened)
    assert len((await service.look_at_payout(payout["id"], opened)).lines) == 1


async def _charge_a_kept_card(world: World) -> None:
    """A card left by a token and on the page, beside a payment and alone; charged, let go."""
    service = asking.the_service()
    alone = {"amount_cents": 0, "keeps_card": True}
    kept = await service.ask(charge_of(world, "pm_card_visa", **alone))
    assert (kept.succeeded, kept.card_label) == (True, "visa 4242")
    later = charge_of(world, kept.card or "", page=None, customer=kept.customer)
    assert (await service.ask(later)).succeeded
    assert (await service.ask(charge_of(world, "pm_card_visa", keeps_card=True))).card
    asked = await service.ask(charge_of(world, "pm_card_threeDSecure2Required", **alone))
    known = charge_of(world, "pm_card_threeDSecure2Required", reference=asked.reference, **alone)
    assert (await service.ask(known)).waiting
    await service.give_up(asked.reference)
    for more in (alone, {"keeps_card": True}):
        page = await service.ask(charge_of(world, payments.HOSTED, **more))
        await world.web(page.page_url or "", number="4242424242424242")
        again = await service.ask(
            charge_of(world, payments.HOSTED, reference=page.reference, **more)
        )
        assert (again.succeeded, again.card_label) == (True, "visa 4242")
    releasing = call_of(world, ReleaseCard(card=kept.card or ""))
    assert await service.find_call(releasing) is None
    assert (await service.perform(releasing)) == await service.find_call(releasing) == kept.card


async def test_every_request_of_ours_has_the_form_that_the_sdk_describes(
    world: World,
    clock: DrivenClock,
) -> None:
    await do_everything(world, clock)
    fake = world.fake.app.state.fake
    assert fake.refusals() == []
    asked = {
        f"{route.method} /v1/{route.path}"
        for note in fake.books.requests
        for route in ROUTES
        if route.method == note["method"] and route.pattern.match(note["path"])
    }
    assert asked == ASKED


def test_nothing_in_the_gateway_is_left_out_of_the_walk() -> None:
    """A new method of the gateway must be walked above."""
    walked = inspect.getsource(do_everything)
    offline = {"check_method", "read_event"}
    public = {
        name
        for name, _ in inspect.getmembers(gateway.StripeGateway, inspect.isfunction)
        if not name.startswith("_")
    }
    for name in public - offline:
        assert f"service.{name}(" in walked, name


@pytest.mark.parametrize(
    ("planted", "param"),
    [
        ({"montant": 1}, "montant"),
        ({"type": "expres"}, "type"),
        ({"settings": {"payouts": {"schedule": {"interval": "hourly"}}}},
         "settings[payouts][schedule][interval]"),
        ({"capabilities": {"transfers": {"request": True}}}, "capabilities[transfers][request]"),
    ],
    ids=["a field that is not there", "a word", "a word deep inside", "a field deep inside"],
)  # fmt: skip
async def test_a_planted_wrong_field_is_caught(
    world: World,
    monkeypatch: pytest.MonkeyPatch,
    planted: dict,
    param: str,
) -> None:
    right = moving.account_wish
    monkeypatch.setattr(moving, "account_wish", lambda *given: right(*given) | planted)
    wish = OpenAccount(name="Hôtel", email=None)
    with pytest.raises(CallRefused) as caught:
        await asking.the_service().perform(call_of(world, wish))
    assert caught.value.refusal.startswith("parameter_")
    (wrong,) = world.fake.app.state.fake.refusals()
    assert wrong["refused"]["param"] == param
