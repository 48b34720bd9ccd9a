"""An organisation's account at the payment service: opened, completed there, what it was paid."""

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.response import Redirect

from hub.core.caller import Caller, access
from hub.core.db import Tx
from hub.core.pages import AnyRequest, page
from hub.core.settings import Settings
from hub.payments import asking
from hub.payments.actions import payees

PAID = ("lodging", "office", "region", "federation")
PAGE = "/pro/payments"
# What the service still asks for, in words; whatever else it asks is said by its own page.
DUE = {
    "external_account": "votre compte bancaire (IBAN)",
    "business_type": "ce que vous êtes : société, association, personne",
    "representative": "qui vous représente",
    "tos_acceptance.date": "votre accord sur les conditions du service de paiement",
}
PAYOUT_STATES = {
    "pending": "en préparation",
    "in_transit": "en route vers votre banque",
    "paid": "arrivé",
    "failed": "revenu : la banque l'a refusé",
    "canceled": "annulé",
}


@get(PAGE, opt=access(*PAID), include_in_schema=False)
async def show_payments(request: AnyRequest, tx: NamedDependency[Tx]) -> Response[str]:
    """Whether the organisation can be paid, what is missing, and its payouts."""
    payee = await payees.find_payee(tx)
    return page(
        request,
        "payments/payments.html",
        service=asking.has_hosted_page(),
        payee=payee,
        due=[DUE[name] for name in payee.due if name in DUE] if payee else [],
        payouts=await payees.list_payouts(tx, 50),
        returned=await payees.list_returned(tx),
        states=PAYOUT_STATES,
    )


@post(f"{PAGE}/open", opt=access(*PAID), include_in_schema=False)
async def open_account(request: AnyRequest, caller: NamedDependency[Caller]) -> Redirect:
    """Open the account, once; the page then says how to go on."""
    assert caller.tenant is not None
    database = request.app.state.database
    await asking.open_payee(database, caller.tenant, caller.organisation or "", caller.email)
    return Redirect(PAGE, status_code=303)


@get(f"{PAGE}/continue", opt=access(*PAID), include_in_schema=False)
async def go_on(request: AnyRequest, caller: NamedDependency[Caller]) -> Redirect:
    """On to the service's own page: its address is made for this visit."""
    assert caller.tenant is not None
    settings: Settings = request.app.state.settings
    site = settings.public_url
    url = await asking.onboarding_page(
        request.app.state.database,
        caller.tenant,
        back=f"{site}{PAGE}/back",
        again=f"{site}{PAGE}/continue",
    )
    return Redirect(url, status_code=303)


@get(f"{PAGE}/back", opt=access(*PAID), include_in_schema=False)
async def come_back(request: AnyRequest, caller: NamedDependency[Caller]) -> Redirect:
    """Back from the service: look how the account stands now."""
    assert caller.tenant is not None
    await asking.look_at_payee(request.app.state.database, caller.tenant)
    return Redirect(PAGE, status_code=303)


handlers = (show_payments, open_account, go_on, come_back)
