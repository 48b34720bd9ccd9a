"""What probes bring."""

from hub.core.vertical import Personal, Portability, Slice
from hub.probes import actions, tasks
from hub.probes.models import RunProbes

slice = Slice(
    package="hub.probes",
    tasks=(tasks.run_all_later, tasks.run_one_later),
    on={RunProbes: (tasks.run_one_later,)},
    ticks=(tasks.NIGHTLY,),
    messages=actions.SENTENCES,
    portability=Portability(
        stays={"restore_rehearsal": "how this hub's backups were restored; of no organisation"}
    ),
    personal=Personal(
        nobody={"restore_rehearsal": "how this hub's backups were restored"},
    ),
)
