"""GeoReport v2 as pure functions: its published examples, and what it refuses with words."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import msgspec
import pytest
from lxml.etree import fromstring as read_xml

from hub.core.errors import HubError
from tests.conftest import NOW
from verticals.city.open311 import policy as open311
from verticals.city.open311.errors import NotGiven, NotKnown
from verticals.city.reports import Attribute, Report, SendReport, Service, State
from verticals.city.reports import policy as reports
from verticals.city.reports.models import Choice, KeepService
from verticals.city.towns import policy as towns

TOWN = towns.choose(12, "48095")
SERVICE = Service(
    code="033",
    name="Cleaning",
    description="Sidewalks & <streets>",
    keywords=("sweep", "dirt"),
    group="street",
    attributes=(
        Attribute(
            code="WHISHETN",
            datatype="singlevaluelist",
            required=True,
            description="What is the ticket/tag/DL number?",
            values=(Choice(key="123", name="Ford"), Choice(key="124", name="Chrysler")),
        ),
        Attribute(code="SIZE", datatype="number", description="How large?"),
        Attribute(code="SEEN", datatype="datetime", description="Since when?"),
    ),
)
REPORT = Report(
    id=UUID(int=1),
    number=638344,
    service="033",
    service_name="Cleaning",
    description="A large sinkhole",
    address="8TH AVE",
    lat=44.5,
    lng=3.5,
    state=State.DONE,
    answer="Duplicate request.",
    sent_at=datetime(2026, 10, 25, 0, 30, tzinfo=UTC),
    updated_at=datetime(2026, 10, 25, 1, 30, tzinfo=UTC),
    shown=True,
    has_photo=True,
    duplicate_of=None,
    attributes={},
)
# The form that the standard shows, with this town's place.
PUBLISHED = {
    "api_key": "xyz",
    "jurisdiction_id": "48095",
    "service_code": "033",
    "lat": "44.52",
    "long": "3.50",
    "address_string": "1234 5th street",
    "email": "smit333@sfgov.edu",
    "device_id": "tt222111",
    "account_id": "123456",
    "first_name": "john",
    "last_name": "smith",
    "phone": "111111111",
    "description": "A large sinkhole is destroying the street",
    "media_url": "http://farm3.static.flickr.com/2002/2212426634_5ed477a060.jpg",
    "attribute[WHISHETN]": "123",
}


def read(**changed: str) -> tuple[SendReport, tuple[float, float] | None]:
    """The published form with some fields changed: what is kept of it, and where it is."""
    command = open311.read_request({**PUBLISHED, **changed}.items())
    kept = reports.check_report(command, SERVICE)
    return kept, towns.read_position(TOWN, kept.lat, kept.long)


def test_the_published_form_is_read_and_accepted() -> None:
    kept, place = read()
    assert kept.address == "1234 5th street"
    assert kept.attributes == {"WHISHETN": ("123",)}
    assert place == (44.52, 3.5)


def test_values_of_a_list_come_under_one_name_with_brackets() -> None:
    fields = [("service_code", "033"), ("attribute[A][]", "1"), ("attribute[A][]", "2")]
    assert open311.read_request(fields).attributes == {"A": ("1", "2")}


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        pytest.param({"service_code": ""}, "service_code was not provided", id="no service"),
        pytest.param({"long": ""}, "lat and long come together", id="half a place"),
        pytest.param({"lat": "forty"}, "degrees with a point", id="no degrees"),
        pytest.param({"lat": "91"}, "At most 90 degrees", id="beyond the pole"),
        pytest.param({"lat": "48.85", "long": "2.35"}, "from the centre of Mende",
                     id="7.4 request outside town"),
        pytest.param({"lat": "3.50", "long": "44.52"}, "are swapped", id="7.4 lat/lon swapped"),
        pytest.param({"email": "smith"}, "an e-mail address", id="no e-mail"),
        pytest.param({"media_url": "javascript:alert(1)"}, "begins with https", id="no address"),
        pytest.param({"description": "x" * 4001}, "at most 4000 letters", id="endless"),
        pytest.param({"attribute[WHISHETN]": ""}, "Answer this question", id="no answer"),
        pytest.param({"attribute[WHISHETN]": "99"}, "not one of those", id="unknown answer"),
        pytest.param({"attribute[SIZE]": "big"}, "not one of those", id="no number"),
        pytest.param({"attribute[SEEN]": "yesterday"}, "not one of those", id="no instant"),
        pytest.param({"attribute[MORE]": "1"}, "does not ask for MORE", id="unknown question"),
    ],
)  # fmt: skip
def test_a_broken_request_is_refused_with_words(changed: dict[str, str], says: str) -> None:
    with pytest.raises(HubError, match=says):
        read(**changed)


def test_emoji_and_markup_are_letters_and_what_cannot_be_seen_is_dropped() -> None:
    typed = "  Trou 🕳️ <b>là</b>\x00\x0b\u202e & e\u0301\r\nici\ufffe\ud800 👨‍👩‍👧 "
    assert towns.clean(typed) == "Trou 🕳️ <b>là</b> & é\nici 👨‍👩‍👧"


def test_services_and_a_definition_are_as_the_standard_writes_them() -> None:
    answer = open311.services_answer([SERVICE])
    (row,) = msgspec.json.decode(open311.write(answer, "json"))
    assert list(row) == ["service_code", "service_name", "description", "metadata", "type",
                         "keywords", "group"]  # fmt: skip
    assert row["metadata"] is True
    root = read_xml(open311.write(answer, "xml"))
    assert root.tag == "services"
    assert root.findtext("service/metadata") == "true"
    assert root.findtext("service/description") == "Sidewalks & <streets>"
    defined = read_xml(open311.write_definition(open311.definition_of(SERVICE), "xml"))
    assert defined.tag == "service_definition"
    asked = defined.findall("attributes/attribute")
    assert [one.findtext("code") for one in asked] == ["WHISHETN", "SIZE", "SEEN"]
    assert [one.findtext("order") for one in asked] == ["1", "2", "3"]
    assert asked[0].findtext("values/value/name") == "Ford"


def test_a_request_tells_both_hours_of_the_night_in_which_clocks_go_back() -> None:
    answer = open311.requests_answer([REPORT], TOWN, "https://hub.example")
    (row,) = answer.rows
    assert row["requested_datetime"] == "2026-10-25T02:30:00+02:00"
    assert row["updated_datetime"] == "2026-10-25T02:30:00+01:00"
    assert (row["status"], row["lat"], row["long"]) == ("closed", 44.5, 3.5)
    assert row["media_url"] == f"https://hub.example/villes/12/photos/{REPORT.id}"
    root = read_xml(open311.write(answer, "xml"))
    assert root.findtext("request/service_request_id") == "638344"
    assert root.findtext("request/zipcode") == ""


def test_an_error_is_a_list_of_codes_with_descriptions() -> None:
    answer = open311.errors_answer(NotGiven("service_code was not provided."))
    assert msgspec.json.decode(open311.write(answer, "json")) == [
        {"code": 400, "description": "service_code was not provided."}
    ]
    root = read_xml(open311.write(answer, "xml"))
    assert (root.tag, root.findtext("error/code")) == ("errors", "400")


def test_a_filter_spans_ninety_days_unless_it_says_less() -> None:
    wanted = open311.read_filter({}, NOW)
    assert (wanted.until, wanted.until - wanted.since) == (NOW, timedelta(days=90))
    day = {"start_date": "2026-11-01T00:00:00Z", "end_date": "2026-11-02T00:00:00 01:00"}
    wanted = open311.read_filter({**day, "status": "open,closed", "service_code": "1, 2"}, NOW)
    assert wanted.until.utcoffset() == timedelta(hours=1)
    assert set(wanted.states) == set(State)
    assert wanted.services == ("1", "2")
    after = open311.read_filter({"start_date": "2026-01-01T00:00:00Z"}, NOW)
    assert after.until == datetime(2026, 4, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    "query",
    [
        pytest.param({"start_date": "2026-11-01T00:00:00"}, id="no zone"),
        pytest.param({"end_date": "soon"}, id="no instant"),
        pytest.param({"end_date": "0001-01-01T00:00:00Z"}, id="long ago"),
        pytest.param({"start_date": "9999-12-31T00:00:00Z"}, id="never"),
        pytest.param({"status": "new"}, id="no status"),
        pytest.param(
            {"start_date": "2026-01-01T00:00:00Z", "end_date": "2026-11-01T00:00:00Z"},
            id="too long",
        ),
        pytest.param(
            {"start_date": "2026-11-02T00:00:00Z", "end_date": "2026-11-01T00:00:00Z"},
            id="backwards",
        ),
    ],
)
def test_a_filter_that_cannot_be_read_is_refused(query: dict[str, str]) -> None:
    with pytest.raises(NotGiven):
        open311.read_filter(query, NOW)


@pytest.mark.parametrize("text", ["", ",", "12a", "²", "1" * 10, "-1"])
def test_numbers_that_are_none_are_not_found(text: str) -> None:
    with pytest.raises(NotKnown):
        open311.read_numbers(text)


def test_the_same_place_is_within_fifty_metres() -> None:
    near = msgspec.structs.replace(REPORT, lat=44.5004, lng=3.5)  # 44 m
    assert near.lat is not None
    far = msgspec.structs.replace(REPORT, lat=44.5005, lng=3.5)  # 56 m
    nowhere = msgspec.structs.replace(REPORT, lat=None, lng=None)
    assert reports.same_place(44.5, 3.5, [far, near, nowhere]) == [near]
    south, north, west, east = reports.around(44.5, 3.5)
    assert south < near.lat - 0.0008 < near.lat < north
    assert west < 3.4993
    assert east > 3.5007


def test_a_kind_of_report_gets_a_code_of_its_name_and_a_question_with_its_answers() -> None:
    asked = KeepService(name="Élagage & arbres", question="Combien ?", choices="un\n\n deux \nun")
    made = reports.make_service(asked)
    assert made.code == "elagage-arbres"
    assert [(one.key, one.name) for one in made.attributes[0].values] == [
        ("1", "un"),
        ("2", "deux"),
    ]
    for wrong in (KeepService(name="🌳"), KeepService(name="x", choices="a")):
        with pytest.raises(reports.ReportInvalid):
            reports.make_service(wrong)


def test_a_refusal_says_why() -> None:
    with pytest.raises(reports.ReportInvalid, match="why"):
        reports.check_answer(State.REFUSED, " \n ")
    assert SendReport(service="x").attributes == {}
