"""What requests bring."""

from hub.core.vertical import NavItem, Slice
from tourism.booking.models import RequestLapsed
from tourism.requests import api, pages, tasks
from tourism.requests.models import HouseAsked, RequestAccepted, RequestDeclined

slice = Slice(
    package="tourism.requests",
    handlers=(api.ask, *pages.handlers),
    tasks=(
        tasks.write_asked_later,
        tasks.write_accepted_later,
        tasks.write_declined_later,
        tasks.write_lapsed_later,
    ),
    on={
        HouseAsked: (tasks.write_asked_later,),
        RequestAccepted: (tasks.write_accepted_later,),
        RequestDeclined: (tasks.write_declined_later,),
        RequestLapsed: (tasks.write_lapsed_later,),
    },
    nav=(
        NavItem(label="Demandes", path="/pro/requests", organisation_kinds=("lodging",), rank=45),
    ),
)
