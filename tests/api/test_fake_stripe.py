"""The fake Stripe, asked by the real SDK."""

import asyncio
import json
import os
import re
import signal
import sys
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
import stripe

from hub.core.clock import DrivenClock
from loadtests.serving import ROOT, free_port
from tests.stripes import KEY, FakeStripe, Line

GOOD_IBAN = "FR1420041010050500013M02606"
CLOSED_IBAN = "FR8420041010050500013M02607"


@pytest.fixture
async def fake(clock: DrivenClock) -> AsyncIterator[FakeStripe]:
    fake = FakeStripe(clock)
    yield fake
    await fake.close()


async def pay(fake: FakeStripe, cents: int = 10_000, method: str = "pm_card_visa", **more):
    return await fake.v1.payment_intents.create_async(
        {
            "amount": cents,
            "currency": "eur",
            "payment_method": method,
            "automatic_payment_methods": {"enabled": True, "allow_redirects": "never"},
            "confirm": True,
            "capture_method": "automatic",
            **more,
        }
    )


async def payable(fake: FakeStripe, iban: str = GOOD_IBAN) -> str:
    """A connected account that went through the hosted page."""
    account = await fake.v1.accounts.create_async(
        {"type": "express", "country": "FR", "capabilities": {"transfers": {"requested": True}}}
    )
    assert not account.payouts_enabled
    link = await fake.v1.account_links.create_async(
        {
            "account": account.id,
            "type": "account_onboarding",
            "return_url": "http://site.test/back",
            "refresh_url": "http://site.test/again",
        }
    )
    answer = await fake.web.post(link.url, data={"iban": iban, "kind": "company"})
    assert (answer.status_code, answer.headers["location"]) == (303, "http://site.test/back")
    return account.id


async def test_a_card_pays_and_its_fee_is_told(fake: FakeStripe) -> None:
    intent = await pay(fake, expand=["latest_charge.balance_transaction"])
    assert intent.status == "succeeded"
    line = intent.latest_charge.balance_transaction
    assert (line.amount, line.fee, line.net) == (10_000, 175, 9_825)
    balance = await fake.v1.balance.retrieve_async()
    assert (balance.available[0].amount, balance.pending[0].amount) == (0, 9_825)


async def test_what_is_captured_by_the_way_is_booked_later_and_told(fake: FakeStripe) -> None:
    expand = ["latest_charge.balance_transaction"]
    intent = await pay(fake, capture_method="automatic_async", expand=expand)
    assert intent.status == "succeeded"
    assert intent.latest_charge.balance_transaction is None
    assert (await fake.v1.balance.retrieve_async()).pending[0].amount == 0
    await fake.control(forward_s=60)
    intent = await fake.v1.payment_intents.retrieve_async(intent.id, {"expand": expand})
    assert intent.latest_charge.balance_transaction.fee == 175
    assert (await fake.v1.balance.retrieve_async()).pending[0].amount == 9_825
    (told,) = [one for one in fake.books.all("event") if one["type"] == "charge.updated"]
    assert told["data"]["object"]["balance_transaction"]


async def test_a_declined_card_is_an_error_with_its_reason(fake: FakeStripe) -> None:
    with pytest.raises(stripe.CardError) as caught:
        await pay(fake, method="pm_card_chargeDeclinedInsufficientFunds")
    assert caught.value.code == "card_declined"
    intent = caught.value.error.payment_intent
    assert intent.last_payment_error.decline_code == "insufficient_funds"
    assert intent.status == "requires_payment_method"


@pytest.mark.parametrize(
    ("answer", "status"), [("accept", "succeeded"), ("refuse", "requires_payment_method")]
)
async def test_the_holder_answers_the_bank(fake: FakeStripe, answer: str, status: str) -> None:
    back = "http://site.test/back"
    intent = await pay(fake, method="pm_card_threeDSecure2Required", return_url=back)
    assert intent.status == "requires_action"
    url = intent.next_action.redirect_to_url.url
    assert (await fake.web.get(url)).status_code == 200
    answered = await fake.web.post(url, data={"answer": answer})
    assert answered.headers["location"] == back
    assert (await fake.v1.payment_intents.retrieve_async(intent.id)).status == status


async def test_a_card_kept_with_its_holder_pays_later_without(fake: FakeStripe) -> None:
    guest = await fake.v1.customers.create_async({"email": "ada@demo.example"})
    setup = await fake.v1.setup_intents.create_async(
        {
            "customer": guest.id,
            "payment_method": "pm_card_authenticationRequiredOnSetup",
            "automatic_payment_methods": {"enabled": True, "allow_redirects": "never"},
            "confirm": True,
            "usage": "off_session",
            "return_url": "http://site.test/back",
        }
    )
    assert setup.status == "requires_action"
    await fake.web.post(setup.next_action.redirect_to_url.url, data={"answer": "accept"})
    setup = await fake.v1.setup_intents.retrieve_async(setup.id)
    later = await pay(fake, method=setup.payment_method, customer=guest.id, off_session=True)
    assert later.status == "succeeded"
    with pytest.raises(stripe.CardError) as caught:
        await pay(fake, method="pm_card_authenticationRequired", off_session=True)
    assert caught.value.code == "authentication_required"


async def test_money_kept_aside_is_captured_in_part_or_let_go(fake: FakeStripe) -> None:
    held = await pay(fake, capture_method="manual")
    assert held.status == "requires_capture"
    taken = await fake.v1.payment_intents.capture_async(held.id, {"amount_to_capture": 4_000})
    assert taken.amount_received == 4_000
    other = await pay(fake, capture_method="manual")
    gone = await fake.v1.payment_intents.cancel_async(other.id)
    assert gone.status == "canceled"


async def test_the_same_key_gives_the_same_answer_and_another_form_is_refused(
    fake: FakeStripe,
) -> None:
    owner = await payable(fake)
    charge = (await pay(fake)).latest_charge
    wish = {"amount": 700, "currency": "eur", "destination": owner, "source_transaction": charge}
    once = await fake.v1.transfers.create_async(wish, {"idempotency_key": "k"})
    again = await fake.v1.transfers.create_async(wish, {"idempotency_key": "k"})
    assert again.id == once.id
    assert again.last_response.headers["Idempotent-Replayed"] == "true"
    with pytest.raises(stripe.IdempotencyError):
        await fake.v1.transfers.create_async({**wish, "amount": 800}, {"idempotency_key": "k"})
    assert len(fake.books.all("transfer")) == 1


@pytest.mark.parametrize(
    ("change", "code", "param"),
    [
        ({"montant": 1}, "parameter_unknown", "montant"),
        ({"source_type": "carte"}, "parameter_invalid_enum", "source_type"),
        ({"amount": "beaucoup"}, "parameter_invalid_integer", "amount"),
        ({"destination": None}, "parameter_missing", "destination"),
        ({"metadata": {"a": {"b": "c"}}}, None, "metadata"),
    ],
)
async def test_a_wrong_form_is_refused_by_name_and_noted(
    fake: FakeStripe, change: dict, code: str | None, param: str
) -> None:
    wish = {"amount": 100, "currency": "eur", "destination": "acct_1", **change}
    wish = {name: value for name, value in wish.items() if value is not None}
    with pytest.raises(stripe.InvalidRequestError) as caught:
        await fake.v1.transfers.create_async(wish)
    assert (caught.value.code, caught.value.param) == (code, param)
    if code:
        noted = (await fake.web.get("/_fake/wrong")).json()
        assert [note["path"] for note in noted] == ["/v1/transfers"]


async def test_a_transfer_needs_money_and_a_payable_account(fake: FakeStripe) -> None:
    closed = await fake.v1.accounts.create_async({"type": "express", "country": "FR"})
    owner = await payable(fake)
    wish = {"amount": 9_000, "currency": "eur"}
    with pytest.raises(stripe.InvalidRequestError) as caught:
        await fake.v1.transfers.create_async({**wish, "destination": closed.id})
    assert caught.value.code == "insufficient_capabilities_for_transfer"
    with pytest.raises(stripe.InvalidRequestError) as caught:
        await fake.v1.transfers.create_async({**wish, "destination": owner})
    assert caught.value.code == "balance_insufficient"
    charge = (await pay(fake)).latest_charge
    moved = await fake.v1.transfers.create_async(
        {**wish, "destination": owner, "source_transaction": charge}
    )
    with pytest.raises(stripe.InvalidRequestError):  # 1,000 are left of the charge
        await fake.v1.transfers.create_async(
            {"amount": 1_001, "currency": "eur", "destination": owner, "source_transaction": charge}
        )
    back = await fake.v1.transfers.reversals.create_async(moved.id, {"amount": 4_000})
    assert back.amount == 4_000
    assert (await fake.v1.transfers.retrieve_async(moved.id)).amount_reversed == 4_000


async def test_a_reversal_needs_what_the_account_still_has(fake: FakeStripe) -> None:
    owner = await payable(fake)
    charge = (await pay(fake)).latest_charge
    moved = await fake.v1.transfers.create_async(
        {"amount": 9_000, "currency": "eur", "destination": owner, "source_transaction": charge}
    )
    await fake.control(forward_s=3 * 86_400)  # available, and paid out to the bank
    with pytest.raises(stripe.InvalidRequestError) as caught:
        await fake.v1.transfers.reversals.create_async(moved.id)
    assert caught.value.code == "balance_insufficient"


async def test_a_payout_arrives_or_comes_back(fake: FakeStripe) -> None:
    for iban, status, left in ((GOOD_IBAN, "paid", 0), (CLOSED_IBAN, "failed", 5_000)):
        owner = await payable(fake, iban)
        charge = (await pay(fake)).latest_charge
        await fake.v1.transfers.create_async(
            {"amount": 5_000, "currency": "eur", "destination": owner, "source_transaction": charge}
        )
        await fake.control(forward_s=3 * 86_400)
        await fake.control(forward_s=3 * 86_400)
        on = {"stripe_account": owner}
        (payout,) = (await fake.v1.payouts.list_async({}, on)).data
        assert (payout.status, payout.amount) == (status, 5_000)
        lines = await fake.v1.balance_transactions.list_async({"payout": payout.id}, on)
        assert sum(line.net for line in lines.data if line.type == "payment") == 5_000
        assert (await fake.v1.balance.retrieve_async({}, on)).available[0].amount == left


async def test_refunds_stop_at_what_was_paid(fake: FakeStripe) -> None:
    intent = await pay(fake)
    first = await fake.v1.refunds.create_async({"payment_intent": intent.id, "amount": 6_000})
    assert first.status == "succeeded"
    with pytest.raises(stripe.InvalidRequestError):
        await fake.v1.refunds.create_async({"payment_intent": intent.id, "amount": 4_001})


async def test_a_dispute_takes_the_money_and_its_fees_until_it_is_won(fake: FakeStripe) -> None:
    intent = await pay(fake, method="pm_card_createDispute")
    (dispute,) = (await fake.v1.disputes.list_async({"payment_intent": intent.id})).data
    assert fake.books.funds_of("").available == -12_000  # and the fee of 20 euros
    await fake.v1.disputes.update_async(dispute.id, {"evidence": {"customer_name": "Ada"}})
    assert fake.books.funds_of("").available == -14_000  # and as much again for the answer
    won = await fake.v1.disputes.update_async(
        dispute.id, {"evidence": {"uncategorized_text": "winning_evidence"}}
    )
    assert won.status == "won"
    assert fake.books.funds_of("").available == 0


async def test_a_hosted_page_takes_the_card_and_the_banks_answer(
    fake: FakeStripe, clock: DrivenClock
) -> None:
    session = await fake.v1.checkout.sessions.create_async(
        {
            "mode": "payment",
            "line_items": [
                {
                    "quantity": 1,
                    "price_data": {
                        "currency": "eur",
                        "unit_amount": 12_300,
                        "product_data": {"name": "Hôtel"},
                    },
                }
            ],
            "payment_intent_data": {"metadata": {"charge": "7"}},
            "success_url": "http://site.test/paid",
            "cancel_url": "http://site.test/not",
            "expires_at": int(clock.now().timestamp()) + 1_800,
        }
    )
    page = await fake.web.get(session.url)
    assert "123,00" in page.text
    declined = await fake.web.post(session.url, data={"number": "4000 0000 0000 9995"})
    assert (declined.status_code, "Provision" in declined.text) == (402, True)
    asked = await fake.web.post(session.url, data={"number": "4000000000003220"})
    bank = asked.headers["location"]
    assert bank.startswith("/3ds/")
    paid = await fake.web.post(bank, data={"answer": "accept"})
    assert paid.headers["location"] == "http://site.test/paid"
    found = await fake.v1.checkout.sessions.retrieve_async(
        session.id, {"expand": ["payment_intent"]}
    )
    assert (found.status, found.payment_status) == ("complete", "paid")
    assert found.payment_intent.metadata["charge"] == "7"
    with pytest.raises(stripe.InvalidRequestError):
        await fake.v1.checkout.sessions.expire_async(session.id)


async def test_a_page_left_alone_closes_by_itself(fake: FakeStripe, clock: DrivenClock) -> None:
    session = await fake.v1.checkout.sessions.create_async(
        {"mode": "setup", "success_url": "http://site.test", "currency": "eur",
         "expires_at": int(clock.now().timestamp()) + 1_800}
    )  # fmt: skip
    clock.forward(timedelta(minutes=31))
    assert (await fake.v1.checkout.sessions.retrieve_async(session.id)).status == "expired"
    assert (await fake.web.get(session.url or f"/checkout/{session.id}")).status_code == 410


async def test_an_event_is_signed_and_sent_until_somebody_takes_it(clock: DrivenClock) -> None:
    heard: list[tuple[bytes, str]] = []
    answers = [500, 0, 200]

    async def hear(url: str, body: bytes, headers: dict[str, str]) -> int:
        heard.append((body, headers["stripe-signature"]))
        return answers.pop(0) if answers else 200

    fake = FakeStripe(clock, send=hear, hook=("http://site.test/hook", "whsec_1"))
    await payable(fake)
    assert fake.books.deliveries
    for _ in range(4):
        await fake.control(forward_s=60, deliver=True)
    assert fake.books.deliveries == []
    body, signature = heard[-1]
    verify = stripe.WebhookSignature.verify_header
    assert verify(body.decode(), signature, "whsec_1", None)
    with pytest.raises(stripe.SignatureVerificationError):
        verify(body.decode() + " ", signature, "whsec_1", None)
    await fake.close()


@pytest.mark.parametrize(
    ("mishap", "heard_count"), [("lose", 0), ("duplicate", 2), ("late", 1), ("reorder", 1)]
)
async def test_a_webhook_is_lost_doubled_late_or_out_of_order_on_demand(
    clock: DrivenClock, mishap: str, heard_count: int
) -> None:
    heard: list[bytes] = []

    async def hear(url: str, body: bytes, headers: dict[str, str]) -> int:
        heard.append(body)
        return 200

    fake = FakeStripe(clock, send=hear, hook=("http://site.test/hook", "whsec_1"))
    fake.books.tell("account.updated", {"id": "acct_1", "object": "account"})
    await fake.control(webhooks=[mishap], deliver=True)
    for _ in range(3):
        await fake.control(forward_s=86_400, deliver=True)
    assert len(heard) == heard_count
    await fake.close()


@pytest.mark.parametrize("what", ["error_before", "cut_before", "cut_after"])
async def test_after_a_fault_the_same_key_moves_the_money_once(fake: FakeStripe, what: str) -> None:
    await fake.control(faults=[{"what": what, "on": "POST /v1/payment_intents"}])
    wish = {"amount": 5_000, "currency": "eur", "payment_method": "pm_card_visa", "confirm": True}
    with pytest.raises(stripe.StripeError):
        await fake.v1.payment_intents.create_async(wish, {"idempotency_key": "k"})
    done = await fake.v1.payment_intents.create_async(wish, {"idempotency_key": "k"})
    assert done.status == "succeeded"
    assert len(fake.books.all("charge")) == 1


async def test_an_error_after_the_work_is_answered_again_until_its_key_is_forgotten(
    fake: FakeStripe,
) -> None:
    await fake.control(faults=[{"what": "error_after", "on": "POST /v1/payment_intents"}])
    wish = {"amount": 5_000, "currency": "eur", "payment_method": "pm_card_visa", "confirm": True}
    for _ in range(2):
        with pytest.raises(stripe.APIError) as caught:
            await fake.v1.payment_intents.create_async(wish, {"idempotency_key": "k"})
    headers = caught.value.headers or {}
    assert (caught.value.http_status, headers.get("idempotent-replayed")) == (500, "true")
    assert len(fake.books.all("charge")) == 1
    await fake.control(forward_s=86_400)
    done = await fake.v1.payment_intents.create_async(wish, {"idempotency_key": "k"})
    assert done.status == "succeeded"
    assert len(fake.books.all("charge")) == 2


async def test_chance_gives_the_same_faults_for_the_same_seed(clock: DrivenClock) -> None:
    async def outcomes(seed: int) -> list[str]:
        fake = FakeStripe(clock)
        await fake.control(chaos={"seed": seed, "requests": 500})
        found = []
        for _ in range(12):
            try:
                found.append((await pay(fake)).status)
            except stripe.StripeError as error:
                found.append(type(error).__name__)
        await fake.close()
        return found

    assert await outcomes(3) == await outcomes(3) != await outcomes(4)


async def test_everything_survives_a_kill(tmp_path: Path) -> None:
    """The server, served as the demonstration serves it, killed with -9 after an answer."""
    port = free_port()
    base = f"http://127.0.0.1:{port}"
    environment = {**os.environ, "HUB_FAKE_STRIPE_PORT": str(port), "HUB_DATA": str(tmp_path)}
    line = Line()
    client = stripe.StripeClient(
        KEY, base_addresses={"api": base}, http_client=line, max_network_retries=0
    )

    async def serve() -> asyncio.subprocess.Process:
        command = [sys.executable, "-m", "hub.fake_stripe"]
        process = await asyncio.create_subprocess_exec(
            *command, env=environment, start_new_session=True
        )
        async with httpx.AsyncClient() as web:
            for _ in range(600):
                try:
                    await web.get(f"{base}/health/ready")
                    return process
                except httpx.TransportError:
                    await asyncio.sleep(0.1)
        raise AssertionError("the fake did not start")

    process = await serve()
    try:
        wish = {
            "amount": 5_000,
            "currency": "eur",
            "payment_method": "pm_card_visa",
            "capture_method": "automatic",
            "confirm": True,
        }
        made = await client.v1.payment_intents.create_async(wish, {"idempotency_key": "k"})
        os.killpg(process.pid, signal.SIGKILL)  # its server's own worker as well
        await process.wait()
        process = await serve()
        again = await client.v1.payment_intents.create_async(wish, {"idempotency_key": "k"})
        assert again.id == made.id
        found = await client.v1.payment_intents.retrieve_async(made.id)
        assert found.status == "succeeded"
        balance = await client.v1.balance.retrieve_async()
        assert balance.pending[0].amount == 4_900
    finally:
        await line.close_async()
        os.killpg(process.pid, signal.SIGKILL)
        await process.wait()


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("fr", "Numéro de carte"),
        ("en", "Card number"),
        ("de", "Kartennummer"),
        ("es", "Número de tarjeta"),
        ("it", "Numero della carta"),
        ("nl", "Kaartnummer"),
    ],
)
async def test_the_hosted_pages_speak_six_languages(
    fake: FakeStripe, language: str, words: str
) -> None:
    price: dict = {"currency": "eur", "unit_amount": 1_200, "product_data": {"name": "Hôtel"}}
    session = await fake.v1.checkout.sessions.create_async(
        {
            "mode": "payment",
            "line_items": [{"quantity": 1, "price_data": price}],
            "locale": language,  # pyright: ignore[reportArgumentType]
            "success_url": "http://site.test/back",
        }
    )
    assert session.url
    page = await fake.web.get(session.url)
    assert words in page.text
    assert f'<html lang="{language}">' in page.text
    spoken = {"accept-language": f"{language}-XX,fr;q=0.5"}
    for path in ("/", f"/accounts/{await payable(fake)}"):
        answer = await fake.web.get(path, headers=spoken)
        assert (answer.status_code, f'<html lang="{language}">' in answer.text) == (200, True)


def test_every_sentence_of_the_hosted_pages_is_in_every_language() -> None:
    folder = ROOT / "hub/fake_stripe"
    said = {
        text
        for path in [*folder.glob("templates/*.html"), folder / "pages.py"]
        for text in re.findall(r'_\("([^"]+)"', path.read_text())
    }
    known = json.loads((folder / "data/words.json").read_text())
    assert len(said) > 40
    assert said <= set(known)
    assert all(set(told) == {"en", "de", "es", "it", "nl"} for told in known.values())


async def test_a_list_is_read_page_by_page_with_what_stands_behind_its_ids(
    fake: FakeStripe,
) -> None:
    charges = [(await pay(fake)).latest_charge for _ in range(5)]
    page = await fake.v1.balance_transactions.list_async({"limit": 2, "expand": ["data.source"]})
    found = [line.source.id async for line in page.auto_paging_iter()]  # pyright: ignore
    assert found == charges[::-1]
