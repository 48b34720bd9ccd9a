"""What the core itself brings: health, metrics, the mail's transport."""

from datetime import timedelta

from hub.core.mail import MailWritten
from hub.core.tasks import forget_old_replies_later, send_mail_later
from hub.core.vertical import About, Keeps, Personal, Portability, Slice, Tick
from hub.core.web import live, ready, show_metrics

slice = Slice(
    package="hub.core",
    handlers=(live, ready, show_metrics),
    tasks=(send_mail_later, forget_old_replies_later),
    on={MailWritten: (send_mail_later,)},
    ticks=(Tick(task=forget_old_replies_later, every=timedelta(hours=1)),),
    portability=Portability(
        stays={
            "failed_task": "work of this hub that went wrong, for its operator",
            "idempotent_reply": "first answers to repeated requests, kept for thirty days",
            "schedule": "when this hub works by itself",
            "schema_migration": "the version of this hub",
        }
    ),
    personal=Personal(
        forgets_last=("forget_replies",),
        about={
            "mail": About(
                words="A letter that was written to an address of yours.",
                email=("recipient",),
                keeps=Keeps.ACCOUNTS,
            ),
            "idempotent_reply": About(
                words="A request of a program of yours, so that a repeat does nothing twice.",
                actor=("scope",),
            ),
        },
        nobody={
            "failed_task": "ids of work that went wrong, for the operator",
            "schedule": "when this hub works by itself",
            "schema_migration": "the version of this hub",
        },
        tenants=("tenants_of_mail",),
    ),
)
