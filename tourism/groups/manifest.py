"""What rooms kept for groups bring."""

from hub.core.vertical import About, Keeps, NavItem, Personal, Slice
from tourism.booking.models import RoomsCancelled
from tourism.groups import api, pages, tasks
from tourism.groups.models import GroupToMend

slice = Slice(
    package="tourism.groups",
    handlers=(*api.handlers, *pages.handlers),
    tasks=(tasks.look_through_later, tasks.mend_later, tasks.mend_after_later),
    on={GroupToMend: (tasks.mend_later,), RoomsCancelled: (tasks.mend_after_later,)},
    ticks=(tasks.LOOK_THROUGH,),
    nav=(NavItem(label="Groupes", path="/pro/groups", organisation_kinds=("lodging",), rank=45),),
    personal=Personal(
        about={
            "group_pickup": About(
                words="That a stay of yours took a group's room.",
                follows={"booking": "booking"},
                keeps=Keeps.ACCOUNTS,
            )
        },
        nobody={"group_block": "rooms kept for a group, by the group's name"},
    ),
)
