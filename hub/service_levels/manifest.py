"""What service levels bring."""

from hub.core.vertical import Kept, Personal, Portability, Slice
from hub.service_levels import tasks
from hub.service_levels.actions import measuring, telling
from hub.service_levels.models import TellIncident, TellWork

slice = Slice(
    package="hub.service_levels",
    tasks=(
        tasks.take_pulses_later,
        tasks.close_months_later,
        tasks.tell_incident_later,
        tasks.tell_work_later,
    ),
    on={TellIncident: (tasks.tell_incident_later,), TellWork: (tasks.tell_work_later,)},
    ticks=(tasks.EVERY_MINUTE, tasks.DAILY),
    messages=(*measuring.SENTENCES, *telling.SENTENCES),
    portability=Portability(
        stays=dict.fromkeys(
            ("service_pulse", "service_incident", "service_work", "service_measured"),
            "how this hub's services answered; published, of no organisation",
        )
        | {"service_told": "of which of them this hub wrote a letter"},
        kept={"service_month": Kept(years=10, why="why a credit note was issued")},
    ),
    personal=Personal(
        nobody={
            "service_incident": "published to everybody, about nobody",
            "service_work": "published to everybody, about nobody",
        },
    ),
)
