"""Taxe de séjour and VAT. What other slices may use:"""

from tourism.taxes.errors import RateMissing, TariffInvalid, TaxInputInvalid
from tourism.taxes.models import NOTHING, Category, NetCents, StayTax, VatLine, VatRegime
from tourism.taxes.policy import category_of
from tourism.taxes.reference import lodging_vat_on, supply_vat_on
from tourism.taxes.stay import (
    UnitRule,
    days_of_change,
    net_prices,
    quick_total_cents,
    tax_of_stay,
    tax_place,
    unit_rule,
)
from tourism.taxes.vat import add_vat, net_of, split_gross

__all__ = [
    "NOTHING",
    "Category",
    "NetCents",
    "RateMissing",
    "StayTax",
    "TariffInvalid",
    "TaxInputInvalid",
    "UnitRule",
    "VatLine",
    "VatRegime",
    "add_vat",
    "category_of",
    "days_of_change",
    "lodging_vat_on",
    "net_of",
    "net_prices",
    "quick_total_cents",
    "split_gross",
    "supply_vat_on",
    "tax_of_stay",
    "tax_place",
    "unit_rule",
]
