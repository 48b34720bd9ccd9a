"""Who may call what, for every operation of the API's description; and nothing of others in it."""

import re
import uuid

import pytest
from litestar.testing import AsyncTestClient

from hub.app import create_app
from hub.core.clock import DrivenClock
from hub.core.db import Database
from hub.core.settings import Settings
from tests.houses import House, book, find_house, quote

NOBODY, SIGNED_IN = "nobody", "signed in"
PEOPLE = ("hotelier", "federation", "office", "region", "exploitant")
EVERYBODY = (NOBODY, *PEOPLE)
UNKNOWN = (
    "copy", "contract", "takeaway", "invoice", "subscription", "evidence", "service", "write_off",
    "transfer", "change", "place", "export",
)  # fmt: skip
CLIENTS = ("hotelier", "federation", "office", "region")
# Who may use each operation. A new operation without a row here fails the test.
ACCESS: dict[str, tuple[str, ...]] = {
    "GET /api/v1/places": EVERYBODY,
    "GET /api/v1/search": EVERYBODY,
    "GET /api/v1/search/calendar": EVERYBODY,
    "GET /api/v1/search/departures": EVERYBODY,
    "GET /api/v1/properties/{id}": EVERYBODY,
    "GET /api/v1/properties/{id}/calendar": EVERYBODY,
    "GET /api/v1/properties/{id}/departures": EVERYBODY,
    "GET /api/v1/properties/{id}/reviews": EVERYBODY,
    "POST /api/v1/reviews/{token}": EVERYBODY,
    "GET /api/v1/ranking": EVERYBODY,
    "POST /api/v1/quotes": EVERYBODY,
    "GET /api/v1/quotes/{token}": EVERYBODY,
    "POST /api/v1/quotes/{token}/hold": EVERYBODY,
    "POST /api/v1/quotes/{token}/request": EVERYBODY,
    "GET /api/v1/bookings/{token}": EVERYBODY,
    "POST /api/v1/bookings/{token}/payment": EVERYBODY,
    "POST /api/v1/bookings/{token}/release": EVERYBODY,
    "GET /api/v1/bookings/{token}/refund": EVERYBODY,
    "GET /api/v1/bookings/{token}/terms": EVERYBODY,
    "POST /api/v1/bookings/{token}/cancellation": EVERYBODY,
    "GET /api/v1/bookings/{token}/owed": EVERYBODY,
    "POST /api/v1/bookings/{token}/owed/payment": EVERYBODY,
    "POST /api/v1/bookings/{token}/change-preview": EVERYBODY,
    "POST /api/v1/bookings/{token}/change": EVERYBODY,
    "POST /api/v1/waiting-list": EVERYBODY,
    "GET /api/v1/waiting-list/{token}": EVERYBODY,
    "POST /api/v1/waiting-list/{token}/leave": EVERYBODY,
    "GET /api/v1/groups/{code}": EVERYBODY,
    "POST /api/v1/groups/{code}/rooms": EVERYBODY,
    "GET /api/v1/house/groups": ("hotelier",),
    "POST /api/v1/house/groups": ("hotelier",),
    "GET /api/v1/house/bookings": ("hotelier",),
    "GET /api/v1/house/calendar": ("hotelier",),
    "PUT /api/v1/house/calendar": ("hotelier",),
    "GET /api/v1/house/calendar/changes": ("hotelier",),
    "POST /api/v1/house/calendar/changes": ("hotelier",),
    "POST /api/v1/house/calendar/copies": ("hotelier",),
    "GET /api/v1/house/calendar/changes/{change}": ("hotelier",),
    "POST /api/v1/house/calendar/changes/{change}/application": ("hotelier",),
    "POST /api/v1/house/calendar/changes/{change}/undo": ("hotelier",),
    "GET /api/v1/house/plans": ("hotelier",),
    "POST /api/v1/house/plans": ("hotelier",),
    "GET /api/v1/house/plans/{id}": ("hotelier",),
    "PUT /api/v1/house/plans/{id}": ("hotelier",),
    "DELETE /api/v1/house/plans/{id}": ("hotelier",),
    "POST /api/v1/house/promotions": ("hotelier",),
    "DELETE /api/v1/house/promotions/{id}": ("hotelier",),
    "POST /api/v1/house/supplements": ("hotelier",),
    "DELETE /api/v1/house/supplements/{id}": ("hotelier",),
    "POST /api/v1/house/take-aways": ("hotelier",),
    "GET /api/v1/house/take-aways/{takeaway}": ("hotelier",),
    "GET /api/v1/house/take-aways/{takeaway}/archive": ("hotelier",),
    "GET /api/v1/invoices": PEOPLE,
    "GET /api/v1/invoices/{invoice}": PEOPLE,
    "GET /api/v1/invoices/{invoice}/pdf": PEOPLE,
    "GET /api/v1/invoices/{invoice}/xml": PEOPLE,
    "GET /api/v1/private-sales": PEOPLE,
    "GET /api/v1/private-payments": PEOPLE,
    "GET /api/v1/usage/plans": ("exploitant",),
    "PUT /api/v1/usage/plans/{code}": ("exploitant",),
    "GET /api/v1/usage/subscriptions": PEOPLE,
    "POST /api/v1/usage/subscriptions": ("exploitant",),
    "POST /api/v1/usage/subscriptions/{subscription}/end": ("exploitant",),
    "POST /api/v1/usage/events": ("exploitant",),
    "GET /api/v1/usage/subscriptions/{subscription}/usage": PEOPLE,
    "GET /api/v1/usage/subscriptions/{subscription}/allowances/{name}": PEOPLE,
    "GET /api/v1/usage/bills": PEOPLE,
    "GET /api/v1/ledger/balances": ("federation", "exploitant"),
    "GET /api/v1/ledger/transfers": PEOPLE,
    "POST /api/v1/seniors/sensors/{token}/events": EVERYBODY,
    "GET /api/v1/towns/{space}/stops": EVERYBODY,
    "GET /api/v1/towns/{space}/departures": EVERYBODY,
    "GET /api/v1/towns/{space}/events": EVERYBODY,
    "POST /api/v1/sessions": EVERYBODY,
    "PUT /api/v1/sessions/current": PEOPLE,
    "DELETE /api/v1/sessions/current": EVERYBODY,
    "GET /api/v1/me": PEOPLE,
    "GET /api/v1/me/spaces": PEOPLE,
    "GET /api/v1/spaces/{space}/{place}/posts": PEOPLE,
    "POST /api/v1/spaces/{space}/{place}/posts": PEOPLE,
    "GET /api/v1/me/stays": PEOPLE,
    "POST /api/v1/me/copies": PEOPLE,
    "GET /api/v1/me/copies/{copy}": PEOPLE,
    "GET /api/v1/me/copies/{copy}/archive": PEOPLE,
    "POST /api/v1/me/erasure": PEOPLE,
    "POST /api/v1/organisations": PEOPLE,
    "GET /api/v1/organisation": PEOPLE,
    "GET /api/v1/organisation/exit": PEOPLE,
    "POST /api/v1/organisation/exit": PEOPLE,
    "POST /api/v1/organisation/exit/steps": PEOPLE,
    "GET /api/v1/organisation/exit/archive": PEOPLE,
    "GET /api/v1/exits/{token}": EVERYBODY,
    "GET /api/v1/organisation/exports": CLIENTS,
    "POST /api/v1/organisation/exports": CLIENTS,
    "GET /api/v1/organisation/exports/{export}": CLIENTS,
    "GET /api/v1/organisation/exports/{export}/archive": CLIENTS,
    "GET /api/v1/organisation/members": PEOPLE,
    "POST /api/v1/organisation/members": PEOPLE,
    "PUT /api/v1/organisation/members/{person}": PEOPLE,
    "DELETE /api/v1/organisation/members/{person}": PEOPLE,
    "GET /api/v1/audit-entries": PEOPLE,
    "GET /api/v1/audit-chain": PEOPLE,
    "GET /api/v1/operator/audit-entries": ("exploitant",),
    "GET /api/v1/operator/audit-verification": ("exploitant",),
    "GET /api/v1/operator/reconciliation": ("exploitant",),
    "GET /api/v1/operator/debts": ("exploitant",),
    "GET /api/v1/operator/write-offs": ("exploitant",),
    "POST /api/v1/operator/write-offs": ("exploitant",),
    "POST /api/v1/operator/write-offs/{write_off}/decision": ("exploitant",),
    "GET /api/v1/operator/aged-debts": ("exploitant",),
    "GET /api/v1/operator/received-transfers": ("exploitant",),
    "POST /api/v1/operator/received-transfers": ("exploitant",),
    "POST /api/v1/operator/received-transfers/{transfer}/withdrawal": ("exploitant",),
    "GET /api/v1/organisation/debts": ("hotelier", "federation", "office", "region"),
    "GET /api/v1/organisation/settlement-calendar": CLIENTS,
    "GET /api/v1/house/debts": ("hotelier",),
    "POST /api/v1/house/debts/payment": ("hotelier",),
    "GET /api/v1/catalogue": EVERYBODY,
    "GET /api/v1/our-services": ("federation", "office", "region"),
    "POST /api/v1/our-services": ("federation", "office", "region"),
    "POST /api/v1/our-services/{service}/steps": ("federation", "office", "region"),
    "GET /api/v1/contracts": CLIENTS,
    "POST /api/v1/contracts/{service}": CLIENTS,
    "GET /api/v1/contracts/{contract}": CLIENTS,
    "GET /api/v1/contracts/{contract}/pdf": CLIENTS,
    "GET /api/v1/service-months": CLIENTS,
    "GET /api/v1/trust/services": EVERYBODY,
    "GET /api/v1/trust/services/{code}": EVERYBODY,
    "GET /api/v1/trust/services/{code}/contract": EVERYBODY,
    "POST /api/v1/operator/services": ("exploitant",),
    "POST /api/v1/operator/services/{code}/evidence": ("exploitant",),
    "POST /api/v1/operator/evidence/{evidence}/confirmation": ("exploitant",),
    "PUT /api/v1/operator/services/{code}/clauses": ("exploitant",),
    "POST /api/v1/operator/services/{code}/approval": ("exploitant",),
    "POST /api/v1/operator/services/{code}/measurements": ("exploitant",),
    "POST /api/v1/operator/services/{code}/incidents": ("exploitant",),
    "POST /api/v1/operator/services/{code}/works": ("exploitant",),
}


def operations(settings: Settings, clock: DrivenClock) -> list[str]:
    schema = create_app(settings, clock=clock).openapi_schema.to_schema()
    return [
        f"{method.upper()} {re.sub(r':[a-z]+}', '}', path)}"
        for path, item in schema["paths"].items()
        for method in item
        if method in {"get", "post", "put", "delete", "patch"}
    ]


async def test_every_operation_says_here_who_may_use_it(
    demo_settings: Settings, clock: DrivenClock
) -> None:
    assert sorted(operations(demo_settings, clock)) == sorted(ACCESS)


@pytest.mark.parametrize("who", EVERYBODY)
async def test_who_may_not_is_refused_and_who_may_is_not(
    visitor: AsyncTestClient, sign_in, who: str
) -> None:
    for operation, allowed in ACCESS.items():
        if who != NOBODY:
            await sign_in(who)
        method, path = operation.split(" ")
        filled = path.replace("{id}", "1").replace("{token}", "x").replace("{person}", "999999")
        if "/{place}/" in path:
            filled = filled.replace("{space}", "1")
        for name in UNKNOWN:
            filled = filled.replace(f"{{{name}}}", str(uuid.UUID(int=1)))
        answer = await visitor.request(
            method,
            filled,
            json={} if method in {"POST", "PUT"} else None,
            headers={"idempotency-key": str(uuid.uuid4())},
        )
        if who in allowed:
            assert answer.status_code not in {401, 500}, (operation, who, answer.text)
        else:
            expected = {401} if who == NOBODY else {403}
            assert answer.status_code in expected, (operation, who, answer.text)


async def test_nothing_of_a_house_is_told_to_another_organisation(
    visitor: AsyncTestClient, sign_in, demo: Database
) -> None:
    house: House = await find_house(demo)
    booked = await book(demo, house.wish())
    quoted = await quote(demo, house.wish())
    secrets = {
        booked.reference,
        str(booked.id),
        str(quoted.id),
        "ada@demo.example",
        "Martin",
        "lodging.payable",
    }
    for who in ("federation", "office", "region"):
        for operation, allowed in ACCESS.items():
            method, path = operation.split(" ")
            if method != "GET" or who not in allowed or "{" in path:
                continue
            await sign_in(who)
            answer = await visitor.get(path, params={"text": "annecy", "place": "commune:74010"})
            # The federation's trial balance names accounts, never a house or a guest.
            told = {s for s in secrets if s in answer.text} - {"lodging.payable"}
            shares_only = path.endswith("/transfers")
            if shares_only:
                told = {s for s in told if s != str(booked.id)}
            assert told == set(), (operation, who)
            if shares_only and who != "exploitant":
                assert "lodging.payable" not in answer.text.replace(
                    '"debit_code":"lodging.payable"', ""
                )


async def test_a_forged_or_foreign_token_opens_nothing(
    visitor: AsyncTestClient, demo: Database
) -> None:
    house = await find_house(demo)
    booked = await book(demo, house.wish())
    from hub.core.tokens import sign_reference  # noqa: PLC0415

    foreign = sign_reference(
        visitor.app.state.settings.secret_key, "booking", house.tenant + 1, booked.id
    )
    forged = sign_reference(b"another key, long enough to be one!!", "booking", 1, booked.id)
    wrong_kind = sign_reference(
        visitor.app.state.settings.secret_key, "quote", house.tenant, booked.id
    )
    for token in (foreign, forged, wrong_kind):
        answer = await visitor.get(f"/api/v1/bookings/{token}")
        assert answer.status_code == 404
