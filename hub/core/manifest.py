"""What the core itself brings: health, metrics, the mail's transport."""

from datetime import timedelta

from hub.core.mail import MailWritten
from hub.core.tasks import forget_old_replies_later, send_mail_later
from hub.core.vertical import Slice, Tick
from hub.core.web import live, ready, show_metrics

slice = Slice(
    package="hub.core",
    handlers=(live, ready, show_metrics),
    tasks=(send_mail_later, forget_old_replies_later),
    on={MailWritten: (send_mail_later,)},
    ticks=(Tick(task=forget_old_replies_later, every=timedelta(hours=1)),),
)
