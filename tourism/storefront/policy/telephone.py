"""The number that a telephone dials for what a house wrote (RFC 3966, a global number)."""

import re

FRANCE = "+33"
# National numbers that are not of metropolitan France are dialled under their territory's own code
# (French numbering plan): Guadeloupe, Guyane, Martinique, La Réunion and Mayotte.
_OVERSEAS = {
    "+590": ("0590", "0690", "0691"),
    "+594": ("0594", "0694"),
    "+596": ("0596", "0696", "0697"),
    "+262": ("0262", "0263", "0269", "0639", "0692", "0693"),
}
# Special rates, and numbers shared by the territories, of which the prefix does not tell the code.
_NATIONAL_ONLY = ("08", "0709", "0976")
_DIGITS = re.compile(r"[0-9]+")


def dialled(written: str | None) -> str | None:
    """`+33450123456` for `04 50 12 34 56`, `+33 (0)4 50 12 34 56` and `0033 450 123 456`; the
    digits as they are for a number that is not known to be French; None where there is none."""
    text = (written or "").strip()
    digits = "".join(_DIGITS.findall(text))
    if len(digits) < 3:
        return None
    if text.startswith("+") or digits.startswith("00"):
        abroad = "".join(_DIGITS.findall(text.replace("(0)", "")))
        abroad = abroad if text.startswith("+") else abroad[2:]
        # The zero before a French number is dialled in France only, whoever writes it.
        return "+" + re.sub(r"^330", "33", abroad)
    if len(digits) != 10 or digits[0] != "0" or digits.startswith(_NATIONAL_ONLY):
        return digits
    for code, prefixes in _OVERSEAS.items():
        if digits.startswith(prefixes):
            return code + digits[1:]
    return FRANCE + digits[1:]
