"""Those who decide are told what the clock did."""

from html import escape

from hub import tenancy
from hub.approvals.models import Step
from hub.core.db import Tx
from hub.core.i18n import SOURCE, catalogue
from hub.core.mail import Letter, write_mail
from hub.core.settings import read_settings
from hub.trust import Service

PAGE = "/pro/approvals"
DECIDERS = frozenset({tenancy.Role.OWNER, tenancy.Role.MANAGER})
SUBJECTS = {
    Step.ESCALATE: "Décision en retard : %(title)s",
    Step.WARN: "Niveau en baisse : %(title)s",
    Step.EXPIRE: "Agrément échu : %(title)s",
}
BODIES = {
    Step.ESCALATE: "Les trente jours de l'examen sont passés sans décision. Rien n'est accordé "
    "par silence : décidez. %(link)s",
    Step.WARN: "Les preuves ne font plus le niveau accordé (%(reason)s). Le niveau affiché a "
    "baissé et un avertissement est publié. %(link)s",
    Step.EXPIRE: "L'agrément est arrivé à son terme. Le niveau n'est plus affiché. %(link)s",
}


async def tell_deciders(tx: Tx, service: Service, step: Step, reason: str) -> None:
    """A letter to each owner and manager of the operator."""
    link = f"{read_settings().public_url}{PAGE}/{service.code}"
    words = catalogue(SOURCE)
    values = {"title": service.title, "reason": reason, "link": link}
    subject = words.gettext(SUBJECTS[step]) % values
    text = words.gettext(BODIES[step]) % values
    for member in await tenancy.list_members(tx):
        if member.role in DECIDERS:
            await write_mail(
                tx,
                Letter(
                    recipient=member.email,
                    language=SOURCE,
                    subject=subject,
                    body_text=text + "\n",
                    body_html=f"<!doctype html><html><body><p>{escape(text)}</p></body></html>",
                ),
            )
