"""VAT: the vectors of DOMAIN 2 by their ids."""

from datetime import date

import pytest

from tourism.taxes.errors import RateMissing, TaxInputInvalid
from tourism.taxes.models import VatRegime
from tourism.taxes.reference import lodging_vat_on, vat_rate_on
from tourism.taxes.vat import MENTIONS, add_vat, by_rate, net_of, split_gross


@pytest.mark.parametrize(
    ("gross", "rate", "net", "vat"),
    [
        pytest.param(22_000, 1000, 20_000, 2_000, id="VT-1"),
        pytest.param(2_400, 1000, 2_182, 218, id="VT-2-10"),
        pytest.param(2_400, 2000, 2_000, 400, id="VT-2-20"),
        pytest.param(10_000, 550, 9_479, 521, id="VT-3"),
    ],
)
def test_vat_from_gross(gross: int, rate: int, net: int, vat: int) -> None:
    line = split_gross(gross, rate)
    assert (line.net_cents, line.vat_cents, line.gross_cents) == (net, vat, gross)


def test_vt_4_the_commission_is_a_supply_of_its_own() -> None:
    commission = 22_000 * 12 // 100
    line = add_vat(commission, 2000)
    assert (line.net_cents, line.vat_cents, line.gross_cents) == (2_640, 528, 3_168)


def test_vt_5_vat_is_computed_on_the_sum_of_its_rate() -> None:
    lines = [(333, 1000), (333, 1000), (333, 1000)]
    assert by_rate(lines)[0].vat_cents == 100
    assert sum(add_vat(net, rate).vat_cents for net, rate in lines) == 99


def test_the_regime_of_a_house_decides_its_rate() -> None:
    on = date(2027, 5, 1)
    assert lodging_vat_on(VatRegime.HOTEL_10, on) == 1000
    assert lodging_vat_on("EXEMPT_261D", on) == lodging_vat_on("FRANCHISE_293B", on) == 0
    assert set(MENTIONS) == {VatRegime.EXEMPT_261D, VatRegime.FRANCHISE_293B}


def test_a_date_without_a_rate_refuses() -> None:
    with pytest.raises(RateMissing):
        vat_rate_on("lodging", date(2001, 1, 1))
    with pytest.raises(RateMissing):
        vat_rate_on("caviar", date(2027, 1, 1))


def test_a_negative_price_is_refused() -> None:
    with pytest.raises(TaxInputInvalid):
        net_of(-1, 1000)
