"""What keys bring."""

from hub.core.vertical import Personal, Portability, Slice
from hub.keys import tasks
from hub.keys.models import KeysEnded

WHY = "this hub's own keys: what they seal leaves opened, and is sealed anew where it arrives"

slice = Slice(
    package="hub.keys",
    tasks=(tasks.announce_later, tasks.let_go_later),
    on={KeysEnded: (tasks.let_go_later,)},
    ticks=(tasks.HOURLY,),
    portability=Portability(stays={"tenant_key": WHY}, ends=("end_tenant_keys",)),
    personal=Personal(nobody={"tenant_key": "keys of organisations, wrapped"}),
)
