"""Numbers, sums, rates and days as they are written in both languages."""

from datetime import date
from decimal import Decimal

from hub.rules.models import Span, Yearly
from hub.rules.reading.cursor import Cursor, Phrases, phrases
from hub.rules.reading.lexing import Token, TokenKind, refuse
from hub.rules.says import Says
from hub.rules.vocabulary import Language

CENTS_MAX = 100_000_000_00
MONTHS: dict[Language, tuple[str, ...]] = {
    "fr": tuple(
        "janvier février mars avril mai juin juillet août septembre octobre novembre "
        "décembre".split()
    ),
    "en": tuple(
        "January February March April May June July August September October November "
        "December".split()
    ),
}
_MONTHS: dict[Language, Phrases] = {
    language: phrases(((str(n), (name,)) for n, name in enumerate(names, start=1)), language)
    for language, names in MONTHS.items()
}
_FIRST: dict[Language, Phrases] = {
    language: phrases([("first", ("er", "st"))], language) for language in MONTHS
}


def plain_number(token: Token) -> Decimal:
    return Decimal(token.text.replace(",", ".").translate({0x20: None, 0xA0: None, 0x202F: None}))


def whole(cursor: Cursor) -> int:
    """A whole number of at most nine digits."""
    token = cursor.here
    if token.kind is not TokenKind.NUMBER or not token.text.isascii() or not token.text.isdigit():
        refuse(token, Says.WHOLE_WANTED)
    if len(token.text) > 9:
        refuse(token, Says.NUMBER_LARGE)
    cursor.step()
    return int(token.text)


def percent(token: Token) -> int:
    """A percentage in basis points."""
    bps = plain_number(token) * 100
    if bps != int(bps) or bps > 10_000:
        refuse(token, Says.PERCENT_RANGE)
    return int(bps)


def sum_of_money(cursor: Cursor) -> int:
    """A sum in cents: `2,50 €`, `1 000 euros`."""
    token = cursor.here
    if token.kind is not TokenKind.NUMBER:
        refuse(token, Says.SUM_WANTED)
    cursor.step()
    return euros(cursor, token)


def euros(cursor: Cursor, token: Token) -> int:
    """The same, when its number has been read."""
    if not cursor.take_mark("€") and not cursor.take_key("euros"):
        refuse(cursor.here, Says.UNIT_WANTED)
    cents = plain_number(token) * 100
    if cents != int(cents) or cents > CENTS_MAX:
        refuse(token, Says.SUM_RANGE)
    return int(cents)


def _day(cursor: Cursor) -> tuple[Token, int, int, int | None]:
    """A day, a month, and a year if there is one."""
    token = cursor.here
    if token.kind is not TokenKind.NUMBER or not token.text.isdigit() or len(token.text) > 2:
        refuse(token, Says.DAY_WANTED)
    cursor.step()
    cursor.take(_FIRST[cursor.language])
    month = cursor.take(_MONTHS[cursor.language])
    if month is None:
        refuse(cursor.here, Says.MONTH_WANTED)
    year = None
    if cursor.here.kind is TokenKind.NUMBER:
        if len(cursor.here.text) != 4 or not cursor.here.text.isdigit():
            refuse(cursor.here, Says.YEAR_DIGITS)
        year = int(cursor.step().text)
    return token, int(token.text), int(month), year


def _date(token: Token, year: int, month: int, day: int) -> date:
    try:
        return date(year, month, day)
    except ValueError:
        refuse(token, Says.DAY_UNKNOWN)


def period(cursor: Cursor) -> Span | Yearly:
    """`du 2 novembre au 31 mars` of every year, or with the year of both days."""
    first, day, month, year = _day(cursor)
    if not cursor.take_key("to"):
        refuse(cursor.here, Says.PERIOD_END)
    last, last_day, last_month, last_year = _day(cursor)
    if year is not None and last_year is not None:
        span = Span(
            first=_date(first, year, month, day), last=_date(last, last_year, last_month, last_day)
        )
        if span.last < span.first:
            refuse(last, Says.PERIOD_ORDER)
        return span
    if year is not None or last_year is not None:
        refuse(last, Says.YEAR_HALF)
    # In a year that is not a leap year: 29 February does not exist every year.
    _date(first, 2027, month, day)
    _date(last, 2027, last_month, last_day)
    return Yearly(first=f"{month:02}-{day:02}", last=f"{last_month:02}-{last_day:02}")
