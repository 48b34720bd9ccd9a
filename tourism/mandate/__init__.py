"""The written mandate between a house and the booking centre. What other slices may use:"""

from tourism.mandate.actions.ending import end_at_once
from tourism.mandate.actions.signing import (
    find_standing,
    prepare_mandate,
    require_active,
    sign_mandate,
)
from tourism.mandate.errors import MandateMissing
from tourism.mandate.models import AGREEMENT, Mandate, Revision, SignMandate, Standing, State
from tourism.mandate.policy.standing import REVISIONS

__all__ = [
    "AGREEMENT",
    "REVISIONS",
    "Mandate",
    "MandateMissing",
    "Revision",
    "SignMandate",
    "Standing",
    "State",
    "end_at_once",
    "find_standing",
    "prepare_mandate",
    "require_active",
    "sign_mandate",
]
