"""What the audit record brings."""

from datetime import timedelta

from hub.audit.api import list_entries_of_all, list_my_entries, verify_chain
from hub.audit.tasks import link_entries_later
from hub.core.vertical import Slice, Tick

slice = Slice(
    package="hub.audit",
    handlers=(list_my_entries, list_entries_of_all, verify_chain),
    tasks=(link_entries_later,),
    ticks=(Tick(task=link_entries_later, every=timedelta(seconds=2)),),
)
