"""What the waiting list brings."""

from hub.core.vertical import About, NavItem, Personal, Slice
from tourism.booking.models import RoomsCancelled, StayCancelled, StayMissed
from tourism.changing.models import StayChanged
from tourism.waiting import api, pages, tasks
from tourism.waiting.models import (
    HouseWaitedFor,
    OfferEnds,
    OfferPassed,
    OldWishes,
    RoomOffered,
    WishKept,
)

slice = Slice(
    package="tourism.waiting",
    handlers=(api.join, api.see_wish, api.leave, *pages.handlers),
    tasks=(
        tasks.serve_later,
        tasks.after_cancellation_later,
        tasks.after_rooms_later,
        tasks.after_change_later,
        tasks.after_no_show_later,
        tasks.end_offer_later,
        tasks.write_joined_later,
        tasks.write_offer_later,
        tasks.write_passed_later,
        tasks.look_through_later,
        tasks.announce_old_later,
        tasks.forget_old_later,
    ),
    on={
        HouseWaitedFor: (tasks.serve_later,),
        StayCancelled: (tasks.after_cancellation_later,),
        RoomsCancelled: (tasks.after_rooms_later,),
        StayChanged: (tasks.after_change_later,),
        StayMissed: (tasks.after_no_show_later,),
        OfferEnds: (tasks.end_offer_later,),
        WishKept: (tasks.write_joined_later,),
        RoomOffered: (tasks.write_offer_later,),
        OfferPassed: (tasks.write_passed_later,),
        OldWishes: (tasks.forget_old_later,),
    },
    ticks=(tasks.LOOK_THROUGH, tasks.FORGET),
    nav=(
        NavItem(
            label="Liste d'attente", path="/pro/waiting", organisation_kinds=("lodging",), rank=46
        ),
    ),
    personal=Personal(
        forgets=("forget_wishes",),
        about={
            "waiting_wish": About(
                words="A stay of a full house that you wait, or waited, for.",
                email=("guest.email",),
            )
        },
        tenants=("tenants_of_waiting",),
    ),
)
