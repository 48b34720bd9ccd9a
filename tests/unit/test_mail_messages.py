"""A mail as it is handed over: text and HTML that say the same, and a calendar file that is read as
one."""

from datetime import UTC, datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from uuid import UUID

import msgspec
import pytest
from icalendar import Calendar

from hub.core.mail import Mail
from hub.core.post import make_message

CALENDAR = (
    "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//hub//FR\r\nMETHOD:PUBLISH\r\nBEGIN:VEVENT\r\n"
    "UID:1@usage-hub\r\nDTSTAMP:20270101T090000Z\r\nDTSTART;VALUE=DATE:20270227\r\n"
    "SUMMARY:Hôtel du Lac\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
)
MAIL = Mail(
    id=UUID(int=7),
    tenant=1,
    recipient="ada@demo.example",
    language="fr",
    subject="Votre séjour est confirmé : Hôtel du Lac",
    body_text="Bonjour Ada,\n\nVotre séjour est confirmé.\n",
    body_html="<p>Bonjour Ada,</p><p>Votre séjour est confirmé.</p>",
    calendar=CALENDAR,
    created_at=datetime(2027, 1, 1, 9, tzinfo=UTC),
    sent_at=None,
)


def sent(mail: Mail) -> EmailMessage:
    """The mail as its reader's program reads it."""
    raw = make_message(mail, "no-reply@hub.example").as_bytes()
    return message_from_bytes(raw, policy=default)


def test_text_and_html_say_the_same_to_one_reader() -> None:
    message = sent(MAIL)
    assert (message["To"], message["From"]) == ("ada@demo.example", "no-reply@hub.example")
    assert message["Subject"] == MAIL.subject
    assert message["Message-ID"] == f"<{MAIL.id}@usage-hub>"
    assert message["Content-Language"] == "fr"
    text, html = message.get_body(("plain",)), message.get_body(("html",))
    assert text is not None
    assert html is not None
    assert text.get_content() == MAIL.body_text
    assert html.get_content().strip() == MAIL.body_html


def test_its_calendar_file_says_what_it_is_for_and_how_it_is_written() -> None:
    [part] = list(sent(MAIL).iter_attachments())
    assert part.get_content_type() == "text/calendar"
    assert part.get_param("method") == "PUBLISH"
    assert part.get_content_charset() == "utf-8"
    assert part.get_filename() == "sejour.ics"
    data = part.get_payload(decode=True)
    assert isinstance(data, bytes)
    [event] = Calendar.from_ical(data).walk("VEVENT")
    assert event["SUMMARY"] == "Hôtel du Lac"


def test_a_mail_without_a_calendar_has_no_attachment() -> None:
    message = sent(msgspec.structs.replace(MAIL, calendar=None))
    assert list(message.iter_attachments()) == []


@pytest.mark.parametrize("field", ["recipient", "subject", "language"])
def test_no_line_of_somebody_else_comes_into_the_head(field: str) -> None:
    with pytest.raises(ValueError, match=r"linefeed|newline|carriage"):
        make_message(msgspec.structs.replace(MAIL, **{field: "a\nBcc: b@c.example"}), "x@y.example")
