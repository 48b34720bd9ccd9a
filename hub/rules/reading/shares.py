"""Who receives what: `l'office : 4 % de l'hébergement, au moins 2,00 €, TVA 20 %`."""

from hub.rules.models import Base, Component, Role, Tier
from hub.rules.reading.amounts import euros, percent, sum_of_money
from hub.rules.reading.conditions import check_allowed
from hub.rules.reading.cursor import Cursor, phrases, quoted
from hub.rules.reading.lexing import TokenKind, refuse
from hub.rules.says import Says
from hub.rules.vocabulary import Vocabulary

TIERS_MAX = 10
VAT_BPS_MAX = 3_000


class ShareReader:
    """Reads shares with the words of a vocabulary."""

    def __init__(self, vocabulary: Vocabulary, cursor: Cursor) -> None:
        self._vocabulary = vocabulary
        self._cursor = cursor
        language = cursor.language
        self._roles = phrases(
            ((r.code, r.word.forms(language)) for r in vocabulary.roles), language
        )
        self._bases = phrases(
            ((b.code, b.word.forms(language)) for b in vocabulary.bases), language
        )
        self._units = phrases(
            ((u.code, u.word.forms(language)) for u in vocabulary.units), language
        )

    def take_role(self) -> Role | None:
        code = self._cursor.take(self._roles, articles=True)
        return None if code is None else Role(code)

    def unknown_role(self) -> None:
        """Refuse what should have been a beneficiary."""
        token = self._cursor.word_here
        check_allowed(self._cursor)
        refuse(
            token,
            Says.UNKNOWN_LINE,
            found=quoted(token),
            known=", ".join(
                role.word.written(self._cursor.language) for role in self._vocabulary.roles
            ),
        )

    def read(self, beneficiary: Role) -> Component:
        """The share of a beneficiary, to the end of the line."""
        cursor = self._cursor
        if not cursor.take_mark(":"):
            refuse(cursor.here, Says.AFTER_ROLE)
        token = cursor.here
        if token.kind is not TokenKind.NUMBER:
            check_allowed(cursor)
            refuse(token, Says.AMOUNT_WANTED)
        cursor.step()
        said: dict[str, object] = {"beneficiary": beneficiary}
        if cursor.take_mark("%"):
            said |= self._rate(percent(token))
        else:
            said |= self._fixed(euros(cursor, token))
        while cursor.take_mark(","):
            self._limit(said)
        cursor.end_line()
        return Component(**said)  # pyright: ignore[reportArgumentType]  read above, by name

    def _rate(self, bps: int) -> dict[str, object]:
        base = self._base()
        tiers = self._tiers(bps)
        return {"base": base, "tiers": tiers} if tiers else {"base": base, "percent_bps": bps}

    def _base(self) -> Base:
        cursor = self._cursor
        token = cursor.word_here
        code = cursor.take(self._bases, articles=True)
        if code is None:
            check_allowed(cursor)
            refuse(
                token,
                Says.BASE_WANTED,
                known=", ".join(b.word.written(cursor.language) for b in self._vocabulary.bases),
            )
        return Base(code)

    def _tiers(self, bps: int) -> tuple[Tier, ...]:
        cursor = self._cursor
        tiers: list[Tier] = []
        token = cursor.here
        while cursor.take_key("up_to"):
            upto = sum_of_money(cursor)
            if (tiers and upto <= (tiers[-1].upto_cents or 0)) or upto == 0:
                refuse(token, Says.TIERS_ORDER)
            if not cursor.take_key("a_year"):
                refuse(cursor.here, Says.AFTER_TIER_SUM)
            tiers.append(Tier(percent_bps=bps, upto_cents=upto))
            if len(tiers) > TIERS_MAX:
                refuse(token, Says.TOO_MANY_TIERS)
            cursor.take_mark(",")
            if not cursor.take_key("then"):
                refuse(cursor.here, Says.AFTER_TIER)
            token = cursor.here
            if token.kind is not TokenKind.NUMBER:
                refuse(token, Says.PERCENT_WANTED)
            cursor.step()
            bps = percent(token)
            if not cursor.take_mark("%"):
                refuse(cursor.here, Says.UNIT_WANTED)
            token = cursor.here
        if tiers:
            if not cursor.take_key("beyond"):
                refuse(cursor.here, Says.LAST_TIER)
            tiers.append(Tier(percent_bps=bps))
        return tuple(tiers)

    def _fixed(self, cents: int) -> dict[str, object]:
        cursor = self._cursor
        said: dict[str, object] = {"fixed_cents": cents}
        if not cursor.take_key("per_booking"):
            unit = cursor.take(self._units)
            if unit is None:
                refuse(
                    cursor.here,
                    Says.AFTER_SUM,
                    known=", ".join(
                        unit.word.written(cursor.language) for unit in self._vocabulary.units
                    ),
                )
            said["per"] = unit
        default = Base(self._vocabulary.bases[0].code)
        said["base"] = self._base() if cursor.take_key("on") else default
        return said

    def _limit(self, said: dict[str, object]) -> None:
        cursor = self._cursor
        token = cursor.here
        if cursor.take_key("at_least"):
            name, value = "floor_cents", sum_of_money(cursor)
        elif cursor.take_key("at_most"):
            name, value = "cap_cents", sum_of_money(cursor)
        elif cursor.take_key("vat"):
            name, value = "vat_bps", self._vat()
        else:
            check_allowed(cursor)
            refuse(
                token,
                Says.AFTER_COMMA,
                found=quoted(token),
            )
        if name in said:
            refuse(token, Says.LIMIT_TWICE)
        said[name] = value

    def _vat(self) -> int:
        cursor = self._cursor
        token = cursor.here
        if token.kind is not TokenKind.NUMBER:
            refuse(token, Says.PERCENT_WANTED)
        cursor.step()
        bps = percent(token)
        if bps > VAT_BPS_MAX:
            refuse(token, Says.VAT_RANGE)
        if not cursor.take_mark("%"):
            refuse(cursor.here, Says.UNIT_WANTED)
        return bps
