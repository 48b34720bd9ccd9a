"""What tenancy brings."""

from hub.core.vertical import Slice
from hub.tenancy import api

slice = Slice(
    package="hub.tenancy",
    handlers=(
        api.open_organisation,
        api.show_organisation,
        api.list_members,
        api.add_member,
        api.remove_member,
    ),
)
