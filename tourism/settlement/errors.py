"""What can go wrong with a statement."""

from hub.core.errors import Invalid


class StatementTooLong(Invalid):
    """This span has more stays than a file may hold"""

    code = "statement-too-long"
