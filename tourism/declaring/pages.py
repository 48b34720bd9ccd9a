"""The operator's declarations, and what a house says of itself for them."""

from uuid import UUID

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, URLEncodedBody
from litestar.response import Redirect

from hub import billing
from hub.core.caller import Caller, access
from hub.core.clock import local_date
from hub.core.db import Tx
from hub.core.errors import HubError
from hub.core.pages import AnyRequest, page
from hub.core.problems import describe_problem
from tourism.declaring import forms, policy
from tourism.declaring.actions import diligence, making
from tourism.declaring.models import DeclarationFile, Kind

PAGE, SELLER = "/pro/declarations", "/pro/seller"
PARIS, TURNED_MOST = "Europe/Paris", 1_000
Form = URLEncodedBody[dict[str, str]]
KINDS = {
    Kind.TOURIST_TAX: "Taxe de séjour",
    Kind.DAC7: "Revenus des hébergeurs (DAC7)",
    Kind.SHORT_TERM: "Activité des meublés",
}
FACTS = {
    "sellers": "Hébergeurs",
    "listings": "Annonces",
    "paid_cents": "Versé",
    "incomplete": "Fiches incomplètes",
    "nights": "Nuits",
    "guests": "Nuitées",
}
MISSING = {
    "file": "toute sa fiche",
    "tax_number": "son numéro fiscal",
    "account": "son compte de versement",
}


@get(PAGE, opt=access("operator"), include_in_schema=False)
async def show_declarations(
    request: AnyRequest,
    tx: NamedDependency[Tx],
    older: FromQuery[int] = 0,
) -> Response[str]:
    """What is due next, to whom and how much; what was made and where it was sent, on as
    many pages as it takes (`older`: how many of them come before)."""
    turned = min(max(older, 0), TURNED_MOST)
    made = await making.list_declarations(tx, turned)
    today = local_date(tx.now, PARIS)
    month = policy.last_month(today)
    years, sellers = await making.year_of(tx, today.year)
    return page(
        request,
        "declaring/declarations.html",
        taxes=await making.find_taxes(tx),
        due_on=policy.remittance_day(today),
        year=today.year,
        years=years,
        sellers=sellers,
        missing={one: policy.missing_of(seller) for one, seller in sellers.items()},
        month=month,
        nights=await making.count_short_lets(tx, month),
        made=made,
        turned=turned,
        more=len(made) == making.LISTED_MOST,
        parts=await making.list_parts(tx),
        introduced=await billing.find_profile(tx) is not None,
        kinds=KINDS,
        facts=FACTS,
        missing_words=MISSING,
    )


@post(f"{PAGE}/tourist-tax", opt=access("operator"), include_in_schema=False)
async def declare_taxes(tx: NamedDependency[Tx]) -> Redirect:
    await making.declare_taxes(tx)
    return Redirect(PAGE, status_code=303)


@post(f"{PAGE}/dac7", opt=access("operator"), include_in_schema=False)
async def report_year(tx: NamedDependency[Tx], data: Form) -> Redirect:
    await making.report_year(tx, forms.read_year(data))
    return Redirect(PAGE, status_code=303)


@post(f"{PAGE}/dac7/remind", opt=access("operator"), include_in_schema=False)
async def remind_sellers(
    request: AnyRequest, caller: NamedDependency[Caller], data: Form
) -> Redirect:
    assert caller.tenant is not None
    database = request.app.state.database
    await diligence.remind_sellers(database, caller.tenant, forms.read_year(data))
    return Redirect(PAGE, status_code=303)


@post(f"{PAGE}/short-term", opt=access("operator"), include_in_schema=False)
async def report_month(request: AnyRequest, tx: NamedDependency[Tx], data: Form) -> Redirect:
    await making.report_month(tx, forms.read_month(data), request.app.state.settings.public_url)
    return Redirect(PAGE, status_code=303)


@post(f"{PAGE}/{{id:uuid}}/sent", opt=access("operator"), include_in_schema=False)
async def mark_sent(tx: NamedDependency[Tx], id: FromPath[UUID], data: Form) -> Redirect:
    await making.mark_sent(tx, id, data.get("to", ""), data.get("receipt", ""))
    return Redirect(PAGE, status_code=303)


@get(f"{PAGE}/{{id:uuid}}/file", opt=access("operator"), include_in_schema=False)
async def download(tx: NamedDependency[Tx], id: FromPath[UUID]) -> Response[bytes]:
    """The file as it was made."""
    return _as_file(await making.find_file(tx, id), "text/csv; charset=utf-8")


@get(f"{PAGE}/{{id:uuid}}/files/{{place:int}}", opt=access("operator"), include_in_schema=False)
async def download_part(
    tx: NamedDependency[Tx], id: FromPath[UUID], place: FromPath[int]
) -> Response[bytes]:
    """A further file of it, as the administration takes it."""
    return _as_file(await making.find_part(tx, id, place), "application/xml")


def _as_file(found: DeclarationFile, kind: str) -> Response[bytes]:
    return Response(
        found.file,
        media_type=kind,
        headers={
            "content-disposition": f'attachment; filename="{found.file_name}"',
            "cache-control": "private, no-store",
        },
    )


@get(SELLER, opt=access("lodging"), include_in_schema=False)
async def show_seller(
    request: AnyRequest, tx: NamedDependency[Tx], kept: FromQuery[bool] = False
) -> Response[str]:
    """What the house has said of itself for the tax authority."""
    said = await diligence.find_seller_file(tx)
    typed = forms.show_seller(said)
    year = local_date(tx.now, PARIS).year
    return page(
        request, "declaring/seller.html", typed=typed, problem=None, kept=kept, year=year,
        own=await making.own_year(tx, year), before=await making.own_year(tx, year - 1),
    )  # fmt: skip


@post(SELLER, opt=access("lodging"), include_in_schema=False)
async def keep_seller(
    request: AnyRequest, tx: NamedDependency[Tx], data: Form
) -> Response[str] | Redirect:
    try:
        await diligence.keep_seller_file(tx, forms.read_seller(data))
    except HubError as error:
        return page(
            request,
            "declaring/seller.html",
            status_code=error.status,
            typed=data,
            problem=describe_problem(error),
            kept=False,
            year=local_date(tx.now, PARIS).year,
            own=None,
            before=None,
        )
    return Redirect(f"{SELLER}?kept=true", status_code=303)


handlers = (
    show_declarations,
    declare_taxes,
    report_year,
    remind_sellers,
    report_month,
    mark_sent,
    download,
    download_part,
    show_seller,
    keep_seller,
)
