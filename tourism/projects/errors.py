"""What can be wrong with a local project."""

from hub.core.errors import Invalid


class ProjectInvalid(Invalid):
    """This project cannot be kept as it is"""

    code = "project-invalid"
