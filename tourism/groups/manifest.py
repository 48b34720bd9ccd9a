"""What rooms kept for groups bring."""

from hub.core.vertical import NavItem, Slice
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
)
