"""Who is billed, read from a form."""

from collections.abc import Mapping

from hub.billing import Address, Buyer


def read_buyer(typed: Mapping[str, str]) -> Buyer:
    """The buyer as typed; a VAT number or SIRET left empty is none."""

    def said(name: str) -> str:
        return typed.get(name, "").strip()

    number = "".join(said("siret").split())
    return Buyer(
        name=said("name"),
        email=said("email"),
        address=Address(
            line=said("line"),
            postcode=said("postcode"),
            city=said("city"),
            country=(said("country") or "FR").upper(),
        ),
        siret=number if len(number) > 9 else None,
        siren=number if 0 < len(number) <= 9 else None,
        vat_number=said("vat_number") or None,
        public=typed.get("public") == "1",
        service_code=said("service_code"),
        engagement=said("engagement"),
    )


def show_buyer(buyer: Buyer) -> dict[str, str]:
    """The same, to be typed over."""
    return {
        "name": buyer.name,
        "email": buyer.email,
        "line": buyer.address.line,
        "postcode": buyer.address.postcode,
        "city": buyer.address.city,
        "country": buyer.address.country,
        "siret": buyer.siret or buyer.siren or "",
        "vat_number": buyer.vat_number or "",
        "public": "1" if buyer.public else "",
        "service_code": buyer.service_code,
        "engagement": buyer.engagement,
    }
