"""What tenancy brings."""

from hub.core.vertical import Portability, Slice
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
    portability=Portability(
        belongs_by={"organisation": ("id",)},
        named={
            "organisation": (
                "id",
                "kind",
                "name",
                "territory_kind",
                "territory_code",
                "created_at",
            )
        },
    ),
)
