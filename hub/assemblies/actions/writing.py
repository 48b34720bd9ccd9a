"""Every state of a vote has its letter, to those who decide for each member."""

from hub import members
from hub.assemblies.models import Proposal, State
from hub.core.db import Tx
from hub.core.i18n import SOURCE, catalogue
from hub.core.mail import Letter, write_mail
from hub.core.pages import format_instant

ADDRESS = "/pro/votes"
SUBJECTS = {
    State.ANNOUNCED: "Vote annoncé : %(title)s",
    State.OPEN: "Le vote est ouvert : %(title)s",
    State.RECALLED: "Seconde convocation : %(title)s",
    State.SECOND: "Le second vote est ouvert : %(title)s",
    State.ADOPTED: "Adopté : %(title)s",
    State.REFUSED: "Refusé : %(title)s",
    State.FAILED: "Sans quorum : %(title)s",
}
BODIES = {
    State.ANNOUNCED: "Le vote ouvrira le %(opens)s et fermera le %(closes)s. Le texte, ses raisons "
    "et ce qu'il changerait sont sur la page de la proposition.",
    State.OPEN: "Vous pouvez voter, et changer d'avis, jusqu'au %(closes)s.",
    State.RECALLED: "Le quorum n'a pas été atteint dans un collège. Un second vote est convoqué : "
    "ses dates sont sur la page de la proposition.",
    State.SECOND: "Vous pouvez voter, et changer d'avis, jusqu'au %(closes)s.",
    State.ADOPTED: "Les membres ont adopté la proposition. Elle s'appliquera aux réservations à "
    "partir du %(day)s ; les réservations d'avant ne changent pas.",
    State.REFUSED: "Les membres ont refusé la proposition. L'accord en vigueur ne change pas.",
    State.FAILED: "Le quorum n'a pas été atteint non plus à la seconde convocation. L'accord en "
    "vigueur ne change pas.",
}


async def write_members(tx: Tx, proposal: Proposal) -> None:
    """Write to every member what the new state of a vote means."""
    subject = SUBJECTS.get(proposal.state)
    if subject is None:
        return
    words = catalogue(SOURCE)
    opens, closes = proposal.opens_at or tx.now, proposal.closes_at or tx.now
    values = {
        "title": proposal.title,
        "opens": format_instant(opens, SOURCE),
        "closes": format_instant(closes, SOURCE),
        "day": proposal.effective_on.strftime("%d/%m/%Y"),
    }
    text = words.gettext(BODIES[proposal.state]) % values + f"\n\n{ADDRESS}/{proposal.id}\n"
    for email in sorted({one.email for one in await members.list_emails(tx)}):
        await write_mail(
            tx,
            Letter(
                recipient=email,
                language=SOURCE,
                subject=words.gettext(subject) % values,
                body_text=text,
                body_html=f"<p>{_escape(text)}</p>",
            ),
        )


def _escape(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace("\n", "<br>")
