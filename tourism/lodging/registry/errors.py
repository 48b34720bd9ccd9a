"""What refuses an export: nothing is dropped in silence."""

from hub.core.errors import Invalid


class RegistryInvalid(Invalid):
    """This file is not an export of the registry"""

    code = "registry-export-invalid"
