"""Connected accounts: opened, brought to be payable on a hosted page, restricted."""

import secrets
from typing import Any

from hub.fake_stripe.books import Books, Thing
from hub.fake_stripe.cards import IBANS
from hub.stripe_form.errors import Refused

DUE = ["business_type", "external_account", "representative", "tos_acceptance.date"]


def create_account(books: Books, p: Thing, ids: list[str], account: str) -> Thing:
    del ids, account
    wanted: Any = p.get("capabilities") or {}
    settings: Any = p.get("settings") or {}
    schedule = settings.get("payouts", {}).get("schedule", {})
    return books.add(
        "acct",
        "account",
        type=p.get("type", "standard"),
        country=p.get("country", "FR"),
        default_currency="eur",
        email=p.get("email"),
        business_type=p.get("business_type"),
        business_profile={"name": None, **p.get("business_profile", {})},
        company=p.get("company", {}),
        capabilities=dict.fromkeys(wanted, "inactive"),
        charges_enabled=False,
        payouts_enabled=False,
        details_submitted=False,
        requirements=_requirements(DUE),
        external_accounts={"object": "list", "data": []},
        settings={"payouts": {"schedule": {"interval": "daily", **schedule}}},
        metadata=p.get("metadata", {}),
    )


def _requirements(due: list[str], reason: str | None = None) -> Thing:
    return {
        "currently_due": due,
        "past_due": due if reason else [],
        "eventually_due": due,
        "pending_verification": [],
        "disabled_reason": reason or ("requirements.past_due" if due else None),
        "errors": [],
    }


def update_account(books: Books, p: Thing, ids: list[str], account: str) -> Thing:
    del account
    found = books.find("account", ids[0])
    for name in ("email", "business_type", "metadata", "business_profile"):
        if name in p:
            found[name] = p[name]
    books.keep(found)
    books.tell("account.updated", found, found["id"])
    return found


def create_link(books: Books, p: Thing, ids: list[str], account: str) -> Thing:
    """The address of the hosted page, for a few minutes."""
    del ids, account
    found = books.find("account", p["account"])
    if p["type"] == "account_onboarding" and not (p.get("return_url") and p.get("refresh_url")):
        raise Refused(
            "Missing required param: return_url.", code="parameter_missing", param="return_url"
        )
    link = books.add(
        "link",
        "account_link",
        url="",
        expires_at=books.now() + 300,
        _owner=found["id"],
        _return_url=p.get("return_url"),
        _refresh_url=p.get("refresh_url"),
    )
    link["url"] = f"{{base}}/onboarding/{link['id']}"
    return link


def complete(books: Books, account: Thing, iban: str, kind: str) -> None:
    """Everything asked for was given: the account may receive and be paid out."""
    bank = {
        "id": books.new_id("ba"),
        "object": "bank_account",
        "account": account["id"],
        "country": iban[:2],
        "currency": "eur",
        "last4": iban[-4:],
        "status": "new",
        "fails": IBANS.get(iban),
    }
    account.update(
        details_submitted=True,
        charges_enabled=True,
        payouts_enabled=True,
        business_type=kind,
        capabilities=dict.fromkeys(account["capabilities"] or ["transfers"], "active"),
        requirements=_requirements([]),
        external_accounts={"object": "list", "data": [bank]},
    )
    books.keep(account)
    books.tell("account.updated", account, account["id"])
    books.tell(
        "capability.updated",
        {"id": "transfers", "object": "capability", "account": account["id"], "status": "active"},
        account["id"],
    )


def restrict(books: Books, account: Thing, reason: str | None) -> None:
    """Stripe stops an account, or lets it go on (`reason` None)."""
    free = reason is None
    account.update(
        payouts_enabled=free,
        charges_enabled=free,
        capabilities=dict.fromkeys(account["capabilities"], "active" if free else "inactive"),
        requirements=_requirements([] if free else ["individual.verification.document"], reason),
    )
    books.keep(account)
    books.tell("account.updated", account, account["id"])


def leave(books: Books, account: Thing) -> None:
    """Its owner takes the platform's access away; a standing that Stripe tells once."""
    account["_left"] = True
    books.keep(account)
    books.tell(
        "account.application.deauthorized",
        {"id": "ca_of_the_platform", "object": "application"},
        account["id"],
    )


def check_access(books: Books, account: str) -> None:
    """Raise `Refused` as Stripe does for an account that is not the platform's any more."""
    if account and books.things.get(account, {}).get("_left"):
        raise Refused(
            f"The provided key does not have access to account '{account}' (or that account does "
            "not exist). Application access may have been revoked.",
            code="account_invalid",
            status=403,
        )


def check_may_receive(account: Thing) -> None:
    """Raise `Refused` as Stripe does for an account that cannot receive transfers."""
    if account["capabilities"].get("transfers") != "active":
        raise Refused(
            "Your destination account needs to have at least one of the following capabilities "
            "enabled: transfers, crypto_transfers, legacy_payments",
            code="insufficient_capabilities_for_transfer",
        )


def login_link(books: Books, p: Thing, ids: list[str], account: str) -> Thing:
    del p, account
    found = books.find("account", ids[0])
    return {
        "object": "login_link",
        "created": books.now(),
        "url": f"{{base}}/accounts/{found['id']}?{secrets.token_hex(4)}",
    }
