"""CAP 1.2: what we write is valid by the schema of OASIS, what comes in is read with suspicion."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import msgspec
import pytest
from lxml import etree

from hub.core.errors import HubError
from tests.conftest import NOW
from verticals.city.alerts import cap, policy
from verticals.city.alerts.errors import AlertInvalid, CapInvalid, SecondPersonNeeded
from verticals.city.alerts.models import Alert, State, Write
from verticals.city.towns import policy as towns

DATA = Path(__file__).parents[1] / "data" / "cap"
SCHEMA = etree.XMLSchema(file=str(DATA / "CAP-v1.2.xsd"))
STORM = (DATA / "thunderstorm.xml").read_text()
QUAKE = (DATA / "earthquake.xml").read_text()
TOWN = towns.choose(12, "48095")
SQUARE = "44.50,3.48 44.55,3.48 44.55,3.53 44.50,3.48"
TYPED = Write(
    headline="Crue du Lot <ce soir>",
    description="Le niveau monte & monte.",
    instruction="Montez à l'étage.",
    polygon=SQUARE,
    expires="2026-12-01T20:00",
)


def alert(**other: object) -> Alert:
    """A message of the town as it is kept."""
    said = msgspec.structs.asdict(policy.check(TYPED, TOWN, NOW))
    kept = {
        **said,
        "id": UUID(int=1),
        "chain": UUID(int=1),
        "replaces": None,
        "msg_type": "Alert",
        "state": State.SENT,
        "written_at": NOW,
        "written_by": "person:1",
        "sent_at": NOW,
        "confirmed_by": "",
        "replaced": False,
    }
    return Alert(**{**kept, **other})  # pyright: ignore[reportArgumentType]


def test_a_message_is_valid_by_the_standards_schema_and_read_back_the_same() -> None:
    written = cap.write(alert(), [], TOWN, "hub.example")
    SCHEMA.assertValid(etree.fromstring(written))
    back = cap.read(written)
    assert back.identifier == f"12-{UUID(int=1)}"
    assert back.sender == "12.villes@hub.example"
    assert (back.sent, back.expires) == (NOW, datetime(2026, 12, 1, 19, tzinfo=UTC))
    assert back.headline == "Crue du Lot <ce soir>"
    assert back.area == "Mende"
    assert back.polygon == SQUARE
    assert b"Z</" not in written


def test_an_update_and_a_cancellation_name_every_message_before_them() -> None:
    first = alert()
    second = alert(id=UUID(int=2), replaces=first.id, msg_type="Update",
                   sent_at=NOW + timedelta(hours=1))  # fmt: skip
    last = alert(id=UUID(int=3), replaces=second.id, msg_type="Cancel",
                 sent_at=NOW + timedelta(hours=2))  # fmt: skip
    written = cap.write(last, [first, second], TOWN, "hub.example")
    SCHEMA.assertValid(etree.fromstring(written))
    back = cap.read(written)
    assert back.msg_type == "Cancel"
    assert [one.identifier[-1] for one in back.references] == ["1", "2"]
    assert [one.sent for one in back.references] == [first.sent_at, second.sent_at]


@pytest.mark.parametrize("published", [STORM, QUAKE], ids=["thunderstorm", "earthquake"])
def test_the_standards_own_examples_are_read(published: str) -> None:
    SCHEMA.assertValid(etree.fromstring(published.encode()))
    message = cap.read(published.encode())
    typed = policy.retell(msgspec.structs.replace(message, urgency="Unknown"), TOWN.zone)
    assert typed.headline == message.headline
    assert all(getattr(typed, name) in known for name, known in policy.CHOICES.items())


BOMB = '<!DOCTYPE a [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
XXE = '<!DOCTYPE a [<!ENTITY f SYSTEM "file:///etc/passwd">]>'
HEAD = '<?xml version="1.0" encoding="UTF-8"?>'


@pytest.mark.parametrize(
    ("text", "old", "new", "says"),
    [
        pytest.param(QUAKE, "<references>.*?</references>", "", "names the message",
                     id="7.4 CAP Update without references"),
        pytest.param(QUAKE, ".1,2003", ".1 2003", "sender,identifier,sent", id="half a reference"),
        pytest.param(STORM, " 38.47,-120.14<", "<", "end where it begins",
                     id="7.4 polygon not closed"),
        pytest.param(STORM, "38.62,-119.89", "-119.89,38.62", "leaves the earth",
                     id="7.4 lat/lon swapped"),
        pytest.param(STORM, "14:57:00-07:00", "14:57:00", "with its zone",
                     id="7.4 sent without zone"),
        pytest.param(STORM, "14:57:00-07:00", "14:57:00Z", "with its zone", id="sent in Z"),
        pytest.param(STORM, "06-17T14", "06-31T14", "with its zone", id="no such day"),
        pytest.param(STORM, ">Severe<", ">Terrible<", "severity is one of", id="unknown severity"),
        pytest.param(STORM, "<event>.*?</event>", "", "event is missing", id="no event"),
        pytest.param(STORM, "KSTO1055887203", "KSTO 1055,7", "no space", id="identifier in words"),
        pytest.param(STORM, "<info>.*</info>", "", "info is missing", id="no info"),
        pytest.param(STORM, "cap:1.2", "cap:1.1", "alert of CAP 1.2", id="an older version"),
        pytest.param(STORM, "</info>", "</inf>", "no XML, from line", id="no XML"),
        pytest.param(STORM, r"<\?xml.*?\?>", HEAD + XXE, "no document type", id="XXE"),
        pytest.param(STORM, r"<\?xml.*?\?>", HEAD + BOMB, "no document type", id="entity bomb"),
        pytest.param(STORM, "<contact>", "<contact>" + "<a>" * 20, "too deep", id="too deep"),
        pytest.param(STORM, "TAKE COVER", "x" * 200_001, "200 kB", id="too heavy"),
        pytest.param(STORM, "(?s).*", "", "no XML", id="nothing"),
        pytest.param(STORM, 'encoding *= *"[^"]*"', 'encoding="KLINGON"', "no XML", id="encoding"),
        pytest.param(STORM, "2003-06-17T14", "0001-06-17T14", "with its zone", id="long ago"),
    ],
)  # fmt: skip
def test_a_broken_message_is_refused_with_words(text: str, old: str, new: str, says: str) -> None:
    import re  # noqa: PLC0415

    broken = re.sub(old, lambda _: new, text, count=1, flags=re.DOTALL)
    assert broken != text
    with pytest.raises(CapInvalid, match=says):
        cap.read(broken.encode())


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        pytest.param({"scope": "Restricted"}, "not for everybody", id="restricted"),
        pytest.param({"scope": "Private"}, "not for everybody", id="private"),
        pytest.param({"msg_type": "Cancel"}, "alerts of nothing", id="cancelled"),
        pytest.param({"msg_type": "Ack"}, "alerts of nothing", id="received"),
        pytest.param({"urgency": "Past"}, "is over", id="past"),
    ],
)
def test_what_is_not_everybodys_or_over_begins_no_alert(changed: dict[str, str], says: str) -> None:
    message = cap.read(STORM.encode())
    with pytest.raises(CapInvalid, match=says) as caught:
        policy.retell(msgspec.structs.replace(message, **changed), TOWN.zone)
    assert caught.value.extra["field"] == "file"


@pytest.mark.parametrize(
    ("changed", "field", "says"),
    [
        pytest.param({"headline": " "}, "headline", "one line", id="no headline"),
        pytest.param({"severity": "Unknown"}, "severity", "Choose", id="no severity"),
        pytest.param({"expires": ""}, "expires", "until when", id="no end"),
        pytest.param({"expires": "9999-12-31T23:59-01:00"}, "expires", "until when", id="never"),
        pytest.param({"expires": "0001-01-01T00:00"}, "expires", "until when", id="long ago"),
        pytest.param({"expires": "2026-12-01T09:59"}, "expires", "30 days", id="over already"),
        pytest.param({"expires": "2027-06-01T00:00"}, "expires", "30 days", id="too long"),
        pytest.param({"polygon": SQUARE[:-11]}, "polygon", "first once more",
                     id="7.4 polygon not closed"),
        pytest.param({"polygon": "3.48,44.50 3.48,44.55 3.53,44.55 3.48,44.50"}, "polygon",
                     "swapped", id="7.4 lat/lon swapped"),
        pytest.param({"polygon": "38,-120 39,-120 39,-119 38,-120"}, "polygon", "far from Mende",
                     id="elsewhere"),
        pytest.param({"polygon": "là"}, "polygon", "Write points", id="no points"),
    ],
)  # fmt: skip
def test_a_message_that_is_not_complete_says_where(
    changed: dict[str, str], field: str, says: str
) -> None:
    with pytest.raises(AlertInvalid, match=says) as caught:
        policy.check(msgspec.structs.replace(TYPED, **changed), TOWN, NOW)
    assert caught.value.extra["field"] == field


def test_an_end_in_the_night_in_which_clocks_change() -> None:
    spring = datetime(2027, 3, 27, 12, tzinfo=UTC)
    with pytest.raises(AlertInvalid, match="go forward"):
        policy.check_expiry("2027-03-28T02:30", spring, TOWN.zone)
    autumn = datetime(2026, 10, 24, 12, tzinfo=UTC)
    twice = policy.check_expiry("2026-10-25T02:30", autumn, TOWN.zone)
    assert twice == datetime(2026, 10, 25, 1, 30, tzinfo=UTC)  # the later of the two


def test_what_is_extreme_needs_somebody_else() -> None:
    extreme = alert(severity="Extreme")
    assert policy.needs_two(extreme)
    assert not policy.needs_two(alert(severity="Severe"))
    with pytest.raises(SecondPersonNeeded):
        policy.check_second(extreme, "person:1")
    policy.check_second(extreme, "person:2")
    assert issubclass(SecondPersonNeeded, HubError)
