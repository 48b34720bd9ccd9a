"""Numbers that carry a key: SIREN, SIRET, French VAT, IBAN (DOMAIN 2.3), by python-stdnum."""

from stdnum import iban
from stdnum.exceptions import ValidationError
from stdnum.fr import siren, siret, tva

from hub.core.errors import Invalid
from hub.core.sentences import Sentence, say


class IdentifierInvalid(Invalid):
    """This number cannot be right"""

    code = "identifier-invalid"


def check_siren(number: str) -> str:
    """The nine digits, without spaces. Raises `IdentifierInvalid`."""
    return _checked(siren, number, "SIREN")


def check_siret(number: str) -> str:
    """The fourteen digits; La Poste's establishments have a key of their own (sum mod 5)."""
    return _checked(siret, number, "SIRET")


def check_vat_number(number: str) -> str:
    """A French VAT number, as two key characters and the SIREN."""
    return _checked(tva, number, say("VAT number"))


def check_iban(number: str) -> str:
    """An IBAN of any country (mod 97)."""
    return _checked(iban, number, "IBAN")


def _checked(kind: object, number: str, name: str | Sentence) -> str:
    try:
        return str(kind.validate(number))  # pyright: ignore[reportAttributeAccessIssue]  a stdnum module
    except ValidationError:
        raise IdentifierInvalid(
            say("This %(name)s is wrong.", name=name), field=str(name)
        ) from None
