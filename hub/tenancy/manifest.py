"""What tenancy brings."""

from hub.core.vertical import About, Kept, NavItem, Personal, Portability, Slice
from hub.tenancy import api, letters, pages

slice = Slice(
    package="hub.tenancy",
    handlers=(
        api.open_organisation,
        api.show_organisation,
        api.list_members,
        api.add_member,
        api.change_role,
        api.remove_member,
        *pages.handlers,
    ),
    nav=(
        NavItem(
            label="Équipe",
            path=pages.PAGE,
            organisation_kinds=pages.KINDS,
            rank=86,
        ),
    ),
    messages=(*letters.SENTENCES, *pages.WORDS),
    portability=Portability(
        belongs_by={"organisation": ("id",)},
        kept={
            "organisation": Kept(
                years=10, why="its name, which the kept accounts bear", sealed=True
            )
        },
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
        same_by={"organisation": ("kind", "created_at")},
        stays={"leaving_owner": "who is being erased here at this moment"},
    ),
    personal=Personal(
        about={
            "membership": About(
                words="That you belong to an organisation, and as what.", person=("person",)
            )
        },
        nobody={
            "organisation": "organisations are not persons; which ones know you is in the manifest",
            "leaving_owner": "that somebody is being erased; it ends with their account",
        },
        tenants=("tenants_of_member",),
    ),
)
