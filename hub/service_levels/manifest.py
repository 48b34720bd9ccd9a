"""What service levels bring."""

from hub.core.vertical import Kept, Personal, Portability, Slice
from hub.service_levels import tasks
from hub.service_levels.actions import measuring

slice = Slice(
    package="hub.service_levels",
    tasks=(tasks.take_pulses_later, tasks.close_months_later),
    ticks=(tasks.EVERY_MINUTE, tasks.DAILY),
    messages=measuring.SENTENCES,
    portability=Portability(
        stays=dict.fromkeys(
            ("service_pulse", "service_incident", "service_work", "service_measured"),
            "how this hub's services answered; published, of no organisation",
        ),
        kept={"service_month": Kept(years=10, why="why a credit note was issued")},
    ),
    personal=Personal(
        nobody={
            "service_incident": "published to everybody, about nobody",
            "service_work": "published to everybody, about nobody",
        },
    ),
)
