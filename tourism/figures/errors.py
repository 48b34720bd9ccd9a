"""What can go wrong with a question about figures."""

from hub.core.errors import Invalid


class PeriodInvalid(Invalid):
    """This period cannot be shown"""

    code = "figures-period-invalid"
