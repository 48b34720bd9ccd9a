"""Which statutes can be applied: a SCIC's colleges have 10 to 50 % each (DOMAIN 3.9)."""

import re

from hub.core.money import BPS
from hub.members.errors import StatuteInvalid
from hub.members.models import Statute

LOWEST_BPS, HIGHEST_BPS = 1_000, 5_000
COLLEGES_MIN, COLLEGES_MAX = 3, 10
_CODE = re.compile(r"[a-z][a-z0-9_]{0,39}")


def check_statute(statute: Statute) -> None:
    """Raise `StatuteInvalid`, naming the field, for a statute that the law or sense forbids."""
    colleges = statute.colleges
    if not COLLEGES_MIN <= len(colleges) <= COLLEGES_MAX:
        raise StatuteInvalid("A statute has 3 to 10 colleges.", field="colleges")
    for college in colleges:
        if not _CODE.fullmatch(college.code) or not 1 <= len(college.name.strip()) <= 80:
            raise StatuteInvalid(
                "A college has a name and a code of small letters.", field="colleges"
            )
        if not LOWEST_BPS <= college.weight_bps <= HIGHEST_BPS:
            raise StatuteInvalid("Each college weighs from 10 to 50 %.", field="colleges")
    if len({college.code for college in colleges}) < len(colleges):
        raise StatuteInvalid("Two colleges have the same code.", field="colleges")
    if sum(college.weight_bps for college in colleges) != BPS:
        raise StatuteInvalid("The weights of the colleges make 100 % together.", field="colleges")
    _check_figures(statute)


def _check_figures(statute: Statute) -> None:
    figures = (
        ("quorum_bps", 0, BPS),
        ("second_quorum_bps", 0, statute.quorum_bps),
        ("notice_days", 1, 90),
        ("second_notice_days", 1, 90),
        ("vote_days", 1, 60),
        ("proxies_max", 0, 10),
        ("emergency_notice_days", 0, 15),
        ("emergency_vote_days", 1, 15),
    )
    for name, low, high in figures:
        if not low <= getattr(statute, name) <= high:
            raise StatuteInvalid("This figure is out of its bounds.", field=name)
