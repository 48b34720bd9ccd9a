"""Pages for people: the Jinja environment of each language, the page's frame, the filters."""

import hashlib
import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from functools import cache, lru_cache, partial
from importlib import resources
from typing import Any
from urllib.parse import urlencode, urlsplit
from zoneinfo import ZoneInfo

import jinja2
import msgspec
from babel import Locale, dates, numbers
from litestar import Request, Response
from litestar.utils.empty import value_or_default
from litestar.utils.scope.state import ScopeState

from hub.core.caller import ANONYMOUS, Caller
from hub.core.errors import FactorMissing, FactorStale, NotSignedIn
from hub.core.i18n import AMOUNTS_KEPT, LANGUAGES, SOURCE, catalogue, choose_language, money
from hub.core.problems import describe_problem, log_failure, retry_headers
from hub.core.sentences import Sentence
from hub.core.settings import Settings
from hub.core.vertical import NO_ORGANISATION, Brand, NavItem, Vertical

AnyRequest = Request[Any, Any, Any]
HTML = "text/html"  # Litestar adds the charset
SIGN_IN = "/sign-in"
SET_UP_FACTOR, SHOW_FACTOR = "/account/second-factor", "/second-factor"
PARIS = ZoneInfo("Europe/Paris")
_YEAR_LAST = re.compile(r"(,| 'de')? y$")
LANGUAGE_COOKIE = "language"
# So many entries of the navigation fit beside the name, also on a phone; the menu holds the others.
IN_BAR = 4


class Link(msgspec.Struct, frozen=True, kw_only=True):
    """An entry of the navigation."""

    label: str
    href: str
    current: bool


class Neighbour(msgspec.Struct, frozen=True, kw_only=True):
    """Something else that the person may pass to with one press: the organisation to act for there,
    and the page that it begins with."""

    name: str
    organisation: int
    path: str
    current: bool


class Surroundings(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of the person's surroundings beside who they are: the name that their pages
    bear, its style sheet and legal page, what to tell above every page (a French pattern with its
    values, and the page where something is done about it), and their neighbours."""

    brand: str = ""
    theme: str | None = None
    legal: str | None = None
    notice: str = ""
    notice_page: str = ""
    filled: Mapping[str, object] = {}
    neighbours: tuple[Neighbour, ...] = ()


NOWHERE = Surroundings()
HUB = Brand(name="usage-hub")


class Page(msgspec.Struct, frozen=True, kw_only=True):
    """The frame of a page: what the layout shows around its content."""

    path: str
    language: str
    languages: tuple[Link, ...]
    brand: Brand
    around: Surroundings
    demo: bool
    user: Caller | None
    nav: tuple[Link, ...]
    more: tuple[Link, ...]
    csrf_token: str
    idempotency_key: str


class Site:
    """The templates of all slices, one environment a language."""

    def __init__(
        self,
        folders: Mapping[str, str],
        nav: Sequence[NavItem],
        *,
        account_names: Mapping[str, str] | None = None,
        faces: Sequence["BrandOf"] = (),
        demo: bool,
    ) -> None:
        self._folders = folders
        self._faces = tuple(faces)
        self._face_of: dict[str, BrandOf | None] = {}
        self._account_names = account_names or {}
        self.nav = tuple(sorted(nav, key=lambda item: item.rank))
        self.demo = demo
        self._environments: dict[tuple[str, bool], jinja2.Environment] = {}

    def brand_of(self, handler: Any, language: str) -> Brand:
        """The brand of the vertical that a page is of; of the one at the front for the hub's own.
        One that has only a title is called by it."""
        module = f"{getattr(getattr(handler, 'fn', None), '__module__', '')}."
        if module not in self._face_of:
            own = (one for one in self._faces if one.has(module))
            self._face_of[module] = next(own, next((f for f in self._faces if f.front), None))
        face = self._face_of[module]
        if face is None:
            return HUB
        return face.brand or Brand(name=face.vertical.title(language), home=face.home)

    def environment(self, language: str, *, plain: bool = False) -> jinja2.Environment:
        """The environment whose messages, money and dates speak `language`.

        A `plain` one escapes nothing, macros of pages included: a letter's text is no HTML. Where
        it is none of ours, they speak French.
        """
        language = language if language in LANGUAGES else SOURCE
        key = (language, plain)
        if key not in self._environments:
            made = _make_environment(self._folders, language, plain=plain, demo=self.demo)
            made.filters["account"] = partial(_name_account, self._account_names, language)
            self._environments[key] = made
        return self._environments[key]

    def render(self, language: str, template: str, context: Mapping[str, object]) -> str:
        environment = self.environment(language, plain=template.endswith(".txt"))
        return environment.get_template(template).render(context)


class BrandOf(msgspec.Struct, frozen=True, kw_only=True):
    """A vertical as its pages introduce it. `front` is the one with the page at /."""

    vertical: Vertical
    front: bool
    home: str
    brand: Brand | None

    def has(self, module: str) -> bool:
        """Whether a module, with a dot at its end, is one of its slices'."""
        return any(module.startswith(f"{one.package}.") for one in self.vertical.slices)


def faces_of(verticals: Sequence[Vertical]) -> list[BrandOf]:
    """How the pages of each vertical introduce it."""
    return [
        BrandOf(
            vertical=one,
            front=any("/" in handler.paths for slice in one.slices for handler in slice.handlers),
            home=home_of(one),
            brand=one.brand,
        )
        for one in verticals
    ]


def home_of(vertical: Vertical) -> str:
    """The page of a vertical that its people find first."""
    items = [item for slice in vertical.slices for item in slice.nav]
    return min(items, key=lambda item: item.rank).path if items else "/"


def _name_account(names: Mapping[str, str], language: str, code: str) -> str:
    """An account of the ledger in a person's words; one that nobody named keeps its code."""
    name = names.get(code) or names.get(code[: code.find(".") + 1])
    return catalogue(language).gettext(name) if name else code


def template_folders(packages: Sequence[str]) -> dict[str, str]:
    """The `templates/` of each slice, under the last word of its package's name."""
    found: dict[str, str] = {}
    for package in packages:
        folder = resources.files(package).joinpath("templates")
        if folder.is_dir():
            found[package.rpartition(".")[2]] = str(folder)
    return found


def _make_environment(
    folders: Mapping[str, str], language: str, *, plain: bool, demo: bool
) -> jinja2.Environment:
    loaders = {name: jinja2.FileSystemLoader(path) for name, path in folders.items()}
    environment = jinja2.Environment(
        loader=jinja2.PrefixLoader(loaders),
        autoescape=not plain,  # noqa: S701  plain text is sent as text/plain only
        undefined=jinja2.StrictUndefined,
        extensions=["jinja2.ext.i18n"],
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    environment.install_gettext_translations(catalogue(language), newstyle=True)  # pyright: ignore[reportAttributeAccessIssue]  added by the i18n extension
    environment.filters.update(_filters(language))
    own = {
        "url": make_url,
        "static": static_url,
        "demo": demo,  # letters have no `page` that tells it
        "_": _make_gettext(environment, language),
    }
    environment.globals.update(own)  # pyright: ignore[reportArgumentType,reportCallIssue]  jinja2 types its own globals only
    return environment


def _make_gettext(environment: jinja2.Environment, language: str) -> Any:
    """`_`: jinja's own for the templates' literals. What an error says may hold what somebody
    typed, so it comes as plain text, which the template escapes, and never as a format."""
    literal: Any = environment.globals["gettext"]

    @jinja2.pass_context
    def translate(context: jinja2.runtime.Context, message: str, **values: object) -> str:
        if isinstance(message, Sentence):
            return catalogue(language).tell(message)
        return literal(context, message, **values)

    return translate


def _filters(language: str) -> dict[str, Any]:
    def day(value: date, form: str) -> str:
        return dates.format_skeleton(form, value, locale=language)

    # The language's full date without its year: "samedi 8 mai".
    words = _YEAR_LAST.sub("", str(dates.get_date_format("full", language)))
    return {
        "money": lambda cents: money(cents, language),
        "day": lambda value: day(value, "yMMMEd"),
        "day_long": lambda value: dates.format_date(value, "full", locale=language),
        "month_year": lambda value: day(value, "yMMMM").capitalize(),
        "month_name": lambda value: dates.format_date(value, "LLLL", locale=language),
        "weekday_letter": lambda value: dates.format_date(value, "ccccc", locale=language),
        "euros": lambda cents: numbers.format_decimal(
            Decimal(cents) / 100, "#,##0" if cents % 100 == 0 else "#,##0.00", locale=language
        ),
        "whole_money": lambda cents: whole_money(cents, language),
        "weekday": lambda value: dates.format_date(value, "EEEE", locale=language),
        "day_words": lambda value: dates.format_date(value, words, locale=language),
        "day_short": lambda value: day(value, "MMMd"),
        "datetime": lambda at, zone=PARIS: format_instant(at, language, zone),
        "number": lambda value: numbers.format_decimal(value, locale=language),
        "km": lambda value: numbers.format_decimal(round(value, 1), locale=language) + "\xa0km",
        "percent_bps": lambda bps: numbers.format_percent(
            Decimal(bps) / 10_000, locale=language, decimal_quantization=False
        ),
    }


@lru_cache(maxsize=AMOUNTS_KEPT)
def whole_money(cents: int, language: str) -> str:
    """Euros without cents, the nearest, for a map or a calendar: `341 €`."""
    pattern = Locale.parse(language).currency_formats["standard"].pattern
    euros = (cents + 50) // 100
    return numbers.format_currency(
        euros, "EUR", format=pattern.replace(".00", ""), locale=language, currency_digits=False
    )


def format_instant(at: datetime, language: str, zone: Any = PARIS) -> str:
    """An instant in the zone's own clock: `4 déc. 2026, 18:00` (minutes, no seconds)."""
    local = at.astimezone(ZoneInfo(zone) if isinstance(zone, str) else zone)
    day = dates.format_skeleton("yMMMd", local, tzinfo=local.tzinfo, locale=language)
    hour = dates.format_time(local, "short", tzinfo=local.tzinfo, locale=language)
    both = str(dates.get_datetime_format("medium", language)).replace("'", "")
    return both.replace("{1}", day).replace("{0}", hour)


def make_url(path: str, **query: object) -> str:
    """A path with its query; None is left out, lists are repeated."""
    pairs = [(name, value) for name, value in query.items() if value is not None]
    return f"{path}?{urlencode(pairs, doseq=True)}" if pairs else path


@cache
def static_url(path: str) -> str:
    """The address of one of our static files, with a mark that changes with its content."""
    file = resources.files("hub.core").joinpath("static", path)
    mark = hashlib.sha256(file.read_bytes()).hexdigest()[:10] if file.is_file() else "missing"
    return f"/static/{path}?v={mark}"


def language_of(request: AnyRequest) -> str:
    """The language that was chosen, else of the browser."""
    return choose_language(chosen_language(request), request.headers.get("accept-language", ""))


def chosen_language(request: AnyRequest) -> str | None:
    """The language of the address or of the cookie; none where nobody has chosen one."""
    settings: Settings = request.app.state.settings
    kept = request.cookies.get(settings.cookie_name(LANGUAGE_COOKIE))
    return request.query_params.get("lang") or kept


def frame_of(request: AnyRequest) -> Page:
    """The frame around this request's page."""
    site: Site = request.app.state.site
    caller: Caller = request.scope.get("caller", ANONYMOUS)  # pyright: ignore[reportAssignmentType]  set by the identity middleware
    path = request.url.path
    kind = caller.organisation_kind or (NO_ORGANISATION if caller.person is not None else None)
    nav = tuple(
        Link(label=item.label, href=item.path, current=path.startswith(item.path))
        for item in site.nav
        if kind in item.organisation_kinds
    )
    return Page(
        path=path,
        language=language_of(request),
        languages=_language_links(request),
        brand=site.brand_of(request.scope.get("route_handler"), language_of(request)),
        around=request.scope.get("surroundings", NOWHERE),  # pyright: ignore[reportArgumentType]  set by the middleware of services
        demo=site.demo,
        user=caller if caller.person is not None else None,
        nav=nav[:IN_BAR],
        more=nav[IN_BAR:],
        csrf_token=csrf_token_of(request),
        idempotency_key=str(request.app.state.database.ids.uuid()),
    )


def _language_links(request: AnyRequest) -> tuple[Link, ...]:
    """The same page in each language, with whatever was asked of it."""
    query = {name: request.query_params.getall(name) for name in request.query_params}
    return tuple(
        Link(
            label=code,
            href=make_url(request.url.path, **{**query, "lang": code}),
            current=code == language_of(request),
        )
        for code in LANGUAGES
    )


def csrf_token_of(request: AnyRequest) -> str:
    """The token that our forms carry back."""
    # On the first visit the cookie is only being set: Litestar's connection state has the token.
    return value_or_default(ScopeState.from_scope(request.scope).csrf_token, "")


def page(
    request: AnyRequest, template: str, /, *, status_code: int = 200, **context: object
) -> Response[str]:
    """Render a template as the answer; `page` and the language come from the request."""
    frame = frame_of(request)
    site: Site = request.app.state.site
    body = site.render(frame.language, template, {"page": frame, **context})
    answer = Response(body, status_code=status_code, media_type=HTML)
    if request.query_params.get("lang") in LANGUAGES:
        settings: Settings = request.app.state.settings
        answer.set_cookie(
            settings.cookie_name(LANGUAGE_COOKIE),
            frame.language,
            max_age=31_536_000,
            secure=settings.encrypted,
            httponly=True,
            samesite="lax",
        )
    return answer


def _where_from(request: AnyRequest) -> str | None:
    """The page of our own whose form was sent."""
    place = urlsplit(request.headers.get("referer", ""))
    return place.path if place.netloc == request.url.netloc and place.path else None


def answer_error_page(request: AnyRequest, error: Exception) -> Response[str]:
    """The page for an error: what happened, what was kept, what to do.

    Whoever looks at a page without being signed in is led to the sign-in, and back again; so is
    whoever has to show their second factor, or to set one up.
    """
    if isinstance(error, NotSignedIn) and request.method == "GET":
        wanted = make_url(request.url.path, **request.query_params.dict())
        return Response("", status_code=303, headers={"location": make_url(SIGN_IN, next=wanted)})
    if isinstance(error, FactorMissing | FactorStale):
        place = SET_UP_FACTOR if isinstance(error, FactorMissing) else SHOW_FACTOR
        if request.method == "GET":
            wanted = make_url(request.url.path, **request.query_params.dict())
        else:
            wanted = _where_from(request)
        return Response("", status_code=303, headers={"location": make_url(place, next=wanted)})
    problem = describe_problem(error, request.url.path)
    log_failure(problem, error)
    answer = page(request, "core/error.html", status_code=problem.status, problem=problem)
    answer.headers.update(retry_headers(problem))
    return answer
