"""What cannot be done, and why."""

from hub.core.errors import Invalid


class LinkInvalid(Invalid):
    """This activity cannot be placed as it is"""

    code = "lti-link-invalid"


class LaunchRefused(Invalid):
    """This activity cannot be opened this way"""

    code = "lti-launch-refused"


class ChoiceRefused(Invalid):
    """What the tool sent back cannot be taken"""

    code = "lti-choice-refused"
