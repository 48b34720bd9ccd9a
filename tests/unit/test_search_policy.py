"""What can be searched, how results are ordered and counted, calendars and maps: pure."""

from datetime import date, timedelta

import msgspec
import pytest

from hub.app import compose
from hub.core.pages import Site, template_folders
from tests.unit.shelves import NOW, TODAY, make_shelf
from tourism.dates.models import NearStay
from tourism.dates.policy import flexible
from tourism.index import Order
from tourism.offers import (
    DayOffer,
    cheapest_by_day,
    departures_of,
    nearest_stay,
    refusal_of,
)
from tourism.offers.models import Stay
from tourism.offers.shelf import nearby_stays
from tourism.rates.models import Closed, Derivation, Obstacle, Overlay, PlanDetails, RoomParty
from tourism.search.api import told
from tourism.search.errors import SearchInvalid
from tourism.search.forms import Asked, read_party, read_search, read_stay, read_wants
from tourism.search.models import Party, Sort
from tourism.search.policy import ranking, rules
from tourism.storefront.policy import days

TWO = (RoomParty(adults=2),)
PAGES = Site(template_folders(compose().packages), [], demo=True)


def stay(first: int, nights: int) -> Stay:
    arrival = TODAY + timedelta(days=first)
    return Stay(arrival=arrival, departure=arrival + timedelta(days=nights))


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        (Asked(arrival="2027-05-10", departure="2027-05-06"), "departure"),
        (Asked(arrival="2027-05-10", departure="2027-05-10"), "departure"),
        (Asked(arrival="2026-11-30", departure="2026-12-02"), "arrival"),
        (Asked(arrival="2027-05-10", departure="2027-11-26"), "departure"),
        (Asked(arrival="2028-05-10", departure="2028-05-12"), "departure"),
        (Asked(arrival="10/05/2027", departure="2027-05-12"), "arrival"),
        (Asked(arrival="2027-02-30", departure="2027-03-02"), "arrival"),
        (Asked(arrival="'; drop table", departure="2027-05-12"), "arrival"),
        (Asked(arrival="2027-05-10", nights="200"), "nights"),
        (Asked(arrival="2027-05-10", nights="0"), "nights"),
        (Asked(arrival="2027-05-10", departure="2027-05-12", adults="60"), "adults"),
        (Asked(arrival="2027-05-10", departure="2027-05-12", adults="0"), "adults"),
        (Asked(arrival="2027-05-10", departure="2027-05-12", adults="-2"), "adults"),
        (Asked(arrival="2027-05-10", departure="2027-05-12", adults="9" * 400), "adults"),
        (Asked(arrival="2027-05-10", departure="2027-05-12", rooms="10"), "rooms"),
        (Asked(arrival="2027-05-10", departure="2027-05-12", rooms="3"), "rooms"),
        (Asked(arrival="2027-05-10", departure="2027-05-12", child_ages=("18",)), "child_ages"),
        (Asked(arrival="2027-05-10", departure="2027-05-12", child_ages=("7",) * 40), "adults"),
        (Asked(arrival="2027-05-10", departure="2027-05-12", kinds=("castle",)), "kind"),
        (Asked(arrival="2027-05-10", departure="2027-05-12", stars=("five",)), "stars"),
        (Asked(arrival="2027-05-10", departure="2027-05-12", amenities=("<b>",)), "amenity"),
        (Asked(arrival="2027-05-10", departure="2027-05-12", price_max="-5"), "price_max"),
        (Asked(arrival="2027-05-10", departure="2027-05-12", sort="paid"), "sort"),
        (Asked(arrival="2027-05-10", departure="2027-05-12", page="x"), "page"),
    ],
)
def test_a_search_that_cannot_be_made_names_its_field(asked: Asked, field: str) -> None:
    with pytest.raises(SearchInvalid) as caught:
        read_all(asked)
    assert caught.value.extra["field"] == field


def read_all(asked: Asked) -> None:
    rules.check_stay(read_stay(asked), TODAY)
    rules.check_party(read_party(asked))
    read_wants(asked)
    read_search(msgspec.structs.replace(asked, place="commune:74010"))


def test_an_arrival_and_a_number_of_nights_are_a_stay() -> None:
    read = read_stay(Asked(arrival="2027-05-10", nights="3"))
    assert read == Stay(arrival=date(2027, 5, 10), departure=date(2027, 5, 13))


@pytest.mark.parametrize(
    ("party", "total", "rooms"),
    [
        (Party(adults=2), 0, None),
        (Party(adults=5), 0, 2),
        (Party(adults=5), 100, 2),
        (Party(adults=3), 100, None),
        (Party(adults=1, child_ages=(3, 4, 5)), 0, None),
        (Party(adults=4, rooms=2), 0, None),
        (Party(adults=5, rooms=2), 3, 3),
    ],
)
def test_one_room_more_is_tried_where_it_may_lodge_better(
    party: Party, total: int, rooms: int | None
) -> None:
    assert rules.rooms_to_try(party, total) == rooms


@pytest.mark.parametrize(
    ("wanted", "days", "nights", "first", "shown"),
    [
        (None, 62, 2, 0, 62),
        (-5, 62, 2, 0, 62),
        (365, 30, 7, 365, 29),  # the last day from which a week can be searched
        (369, 31, 2, 369, 30),
        (900, 30, 2, 370, 29),
        (900, 1, 28, 372, 1),
    ],
)
def test_a_calendar_has_the_arrivals_that_can_be_searched(
    wanted: int | None, days: int, nights: int, first: int, shown: int
) -> None:
    asked = None if wanted is None else TODAY + timedelta(days=wanted)
    found = rules.days_of_calendar(asked, days, nights, TODAY)
    assert found == (TODAY + timedelta(days=first), shown)
    last = found[0] + timedelta(days=found[1] - 1)
    rules.check_stay(Stay(arrival=last, departure=last + timedelta(days=nights)), TODAY)


@pytest.mark.parametrize("day", range(366))
def test_every_month_that_is_offered_is_covered(day: int) -> None:
    today = TODAY + timedelta(days=day)
    for month in flexible.months_offered(today):
        first = max(month, today)
        days_left = (days.next_month(month) - first).days
        for nights in flexible.NIGHTS.values():
            start, shown = rules.days_of_calendar(first, days_left, nights, today)
            assert start == first
            assert shown >= min(days_left, 18)


def test_pages_end_somewhere() -> None:
    assert [rules.pages_of(total) for total in (0, 20, 21, 100_000)] == [1, 1, 2, rules.MAX_PAGES]


def test_the_words_of_the_default_order_carry_the_numbers_that_it_sorts_by() -> None:
    default = ranking.RANKING[Sort.RECOMMENDED]
    assert "par nuit et par chambre, 0,50\xa0€ par kilomètre" in told(default).words
    assert "3,00\xa0€ par étoile qui manque à 5." in told(default).words
    other = msgspec.structs.replace(
        default, cents_per_km=75, cents_per_missing_star=410, per=(ranking.Per.ROOM,), most_stars=7
    )
    assert "seulement, par chambre, 0,75\xa0€ par kilomètre" in told(other).words
    assert "4,10\xa0€ par étoile qui manque à 7." in told(other).words
    assert set(ranking.RANKING) == set(Sort)
    assert ranking.order_for(Sort.DISTANCE, centred=False) is Order.PRICE


@pytest.mark.parametrize(
    ("per", "times"),
    [((), 1), (("night",), 3), (("room",), 2), (("night", "room"), 6)],
)
def test_the_weights_are_multiplied_by_what_the_words_say(
    per: tuple[str, ...], times: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    rule = msgspec.structs.replace(
        ranking.RANKING[Sort.RECOMMENDED], per=tuple(map(ranking.Per, per))
    )
    monkeypatch.setitem(ranking.RANKING, Sort.RECOMMENDED, rule)
    weights = ranking.weights_for(Sort.RECOMMENDED, nights=3, rooms=2)
    assert weights.cents_per_km == rule.cents_per_km * times
    assert weights.cents_per_missing_star == rule.cents_per_missing_star * times
    assert ("nuit" in " ".join(rule.per_words)) == (times % 3 == 0)
    assert ("chambre" in " ".join(rule.per_words)) == (times % 2 == 0)


@pytest.mark.parametrize(
    ("language", "per", "most"),
    [
        ("fr", "par nuit et par chambre, 0,50", "qui manque à 5."),
        ("en", "per night and per room, €0.50", "missing to 5."),
        ("de", "je Nacht und je Zimmer 0,50", "der zu 5 fehlt"),
        ("es", "por noche y por habitación, 0,50", "falta para 5."),
        ("it", "a notte e a camera, 0,50", "che manca a 5."),
        ("nl", "per nacht en per kamer €\xa00,50", "die aan 5 ontbreekt"),
    ],
)
def test_every_language_says_the_numbers_of_the_default_order(
    language: str, per: str, most: str
) -> None:
    text = '{% import "search/labels.html" as labels with context %}{{ labels.rule(rule) }}'
    template = PAGES.environment(language).from_string(text)
    said = template.render(page=None, rule=ranking.RANKING[Sort.RECOMMENDED])
    assert per in said
    assert most in said
    assert "%(" not in said


def test_nearby_stays_come_nearest_first_and_never_in_the_past() -> None:
    found = nearby_stays(stay(2, 2), TODAY)
    distances = [far for far, _ in found]
    assert distances == sorted(distances)
    assert stay(2, 2) not in [other for _, other in found]
    assert min(other.arrival for _, other in found) == TODAY
    assert {other.nights for _, other in found} == {1, 2, 3, 4, 5, 6, 7, 8, 9}


def test_a_minimum_is_named_and_the_departure_that_works_is_given() -> None:
    shelf = make_shelf(min_stay={5: 3})
    refusal = refusal_of(shelf, stay(5, 2), TWO, NOW)
    assert (refusal.obstacles, refusal.min_stay) == ((Obstacle.MIN_STAY,), 3)
    near = nearest_stay(shelf, stay(5, 2), TWO, NOW)
    assert near is not None
    assert (near.arrival, near.departure) == (stay(4, 2).arrival, stay(4, 2).departure)
    alone = make_shelf(min_stay={5: 3}, closed=dict.fromkeys({*range(40)} - {5}, Closed.TO_ARRIVAL))
    longer = nearest_stay(alone, stay(5, 2), TWO, NOW)
    assert longer is not None
    assert (longer.arrival, longer.departure) == (stay(5, 3).arrival, stay(5, 3).departure)
    assert longer.total_cents == 3 * 10_000 + longer.total_cents % 10_000


def test_no_arrival_on_a_day_leads_to_the_cheaper_neighbour() -> None:
    shelf = make_shelf(closed={5: Closed.TO_ARRIVAL}, prices={4: 20_000})
    assert refusal_of(shelf, stay(5, 2), TWO, NOW).obstacles == (Obstacle.CLOSED_TO_ARRIVAL,)
    near = nearest_stay(shelf, stay(5, 2), TWO, NOW)
    assert near is not None
    assert near.arrival == stay(6, 2).arrival


def test_a_week_from_saturday_to_saturday_is_found_from_a_thursday() -> None:
    closed = {n: Closed.TO_ARRIVAL | Closed.TO_DEPARTURE for n in range(60) if n % 7 != 4}
    shelf = make_shelf(closed=closed, min_stay=dict.fromkeys(range(60), 7))
    near = nearest_stay(shelf, stay(9, 2), TWO, NOW)
    assert near is not None
    assert (near.arrival, near.departure) == (stay(11, 7).arrival, stay(11, 7).departure)


def test_a_house_that_is_full_everywhere_has_no_alternative() -> None:
    shelf = make_shelf(left=dict.fromkeys(range(60), 0))
    assert refusal_of(shelf, stay(5, 2), TWO, NOW).obstacles == (Obstacle.SOLD_OUT,)
    assert nearest_stay(shelf, stay(5, 2), TWO, NOW) is None


def test_a_night_without_a_price_is_no_cheap_one_but_for_a_plan_with_its_own() -> None:
    shelf = make_shelf(prices={7: 0})
    found = cheapest_by_day(shelf, TODAY, 10, 2, TWO, NOW)
    refused = {(day.on - TODAY).days: day.refusal.obstacles for day in found if day.refusal}
    assert refused == {6: (Obstacle.NO_PRICE,), 7: (Obstacle.NO_PRICE,)}
    said = Overlay(
        room_type=10, rate_plan=100, on=TODAY + timedelta(days=7), price_cents=8_000, min_stay=0,
        min_through=0, max_stay=0, max_through=0, closed=Closed(0),
    )  # fmt: skip
    own = msgspec.structs.replace(shelf, overlays=[said])
    assert all(day.refusal is None for day in cheapest_by_day(own, TODAY, 10, 2, TWO, NOW))
    # A plan that takes off more than there is has no price either.
    rule = PlanDetails(derivation=Derivation(adjust_cents=-12_000))
    falling = msgspec.structs.replace(shelf.plans[0], details=rule)
    shelf = msgspec.structs.replace(make_shelf(), plans=[falling])
    assert refusal_of(shelf, stay(5, 2), TWO, NOW).obstacles == (Obstacle.NO_PRICE,)
    assert nearest_stay(shelf, stay(5, 2), TWO, NOW) is None


def test_a_party_that_is_too_large_is_told_so() -> None:
    refusal = refusal_of(make_shelf(), stay(5, 2), (RoomParty(adults=7),), NOW)
    assert refusal.obstacles == (Obstacle.TOO_MANY_PERSONS,)


def test_a_calendar_gives_each_arrival_its_total_or_its_reason() -> None:
    shelf = make_shelf(left={7: 0}, min_stay={3: 4})
    found = cheapest_by_day(shelf, TODAY, 10, 2, TWO, NOW)
    assert [day.on for day in found] == [TODAY + timedelta(days=n) for n in range(10)]
    refused = {
        (day.on - TODAY).days: day.refusal.obstacles for day in found if day.refusal is not None
    }
    assert refused == {
        3: (Obstacle.MIN_STAY,),
        6: (Obstacle.SOLD_OUT,),
        7: (Obstacle.SOLD_OUT,),
    }
    leaving = departures_of(shelf, TODAY + timedelta(days=3), 6, TWO, NOW)
    assert [day.total_cents is not None for day in leaving] == [False, False, False, True,
                                                                False, False]  # fmt: skip


def test_months_are_whole_weeks_from_monday_on() -> None:
    some = [DayOffer(on=date(2027, 5, n), total_cents=10_000 + n) for n in range(1, 32)]
    months = days.make_months(some, date(2027, 5, 1))
    assert [month.first for month in months] == [date(2027, 5, 1), date(2027, 6, 1)]
    for month in months:
        assert [day.weekday() for day in month.weekdays] == list(range(7))
        shown = [day.on for week in month.weeks for day in week if day]
        assert shown == [month.first + timedelta(days=n) for n in range(len(shown))]
        for week in month.weeks:
            assert len(week) == 7
            assert all(day is None or day.on.weekday() == n for n, day in enumerate(week))
    assert months[0].cheap_cents == 10_007


def test_bars_are_lowest_where_it_is_cheapest() -> None:
    totals = [200, 100, None, 300]
    some = [DayOffer(on=TODAY + timedelta(days=n), total_cents=t) for n, t in enumerate(totals)]
    assert [bar.height for bar in days.make_bars(some)] == [5, 1, 0, 9]
    assert days.make_bars(some[2:3]) == []
    assert [day.total_cents for day in days.cheapest_days(some)] == [100, 200, 300]
    assert days.standing_out(some) == {TODAY, TODAY + timedelta(days=1)}
    assert days.standing_out(some[:1]) == set()


def test_bars_are_highest_where_most_houses_are_on_sale() -> None:
    """One cheap house that is never full says nothing by its price."""
    some = [
        DayOffer(on=TODAY + timedelta(days=n), total_cents=100 if houses else None, houses=houses)
        for n, houses in enumerate([40, 8, 0, 24])
    ]
    assert [bar.height for bar in days.make_bars(some)] == [9, 1, 0, 5]


def test_the_stays_near_one_begin_and_end_within_three_days_of_it() -> None:
    wanted = Stay(arrival=TODAY + timedelta(days=30), departure=TODAY + timedelta(days=34))
    near = {
        (first + timedelta(days=n), first + timedelta(days=n + nights))
        for nights, first, count in flexible.rows(wanted, TODAY)
        for n in range(count)
    }
    expected = {
        (wanted.arrival + timedelta(days=a), wanted.departure + timedelta(days=d))
        for a in range(-3, 4)
        for d in range(-3, 4)
        if a < d + 4
    }
    assert near == expected
    soon = Stay(arrival=TODAY + timedelta(days=1), departure=TODAY + timedelta(days=2))
    assert min(first for _, first, _ in flexible.rows(soon, TODAY)) == TODAY


def test_the_table_around_a_stay_has_a_place_for_each_pair_and_marks_the_cheap_nights() -> None:
    def near(arrival: int, nights: int, cents: int | None) -> NearStay:
        on = TODAY + timedelta(days=arrival)
        return NearStay(arrival=on, departure=on + timedelta(days=nights), total_cents=cents)

    stays = [near(1, 1, 100), near(1, 2, 180), near(2, 1, None), near(2, 2, 160), near(3, 1, 90),
             near(4, 1, 95)]  # fmt: skip
    table = flexible.make_table(stays)
    assert table is not None
    assert [len(row.stays) for row in table.rows] == [4] * 4
    assert table.rows[0].stays[1:] == (None, None, None)
    assert table.cheap_cents == 90
    assert flexible.make_table([]) is None
    same = [near(n, 1, 100) for n in range(6)]
    assert flexible.make_table(same).cheap_cents == 0  # pyright: ignore[reportOptionalMemberAccess]


def test_weekends_of_a_month_begin_on_its_fridays() -> None:
    june = date(2027, 6, 1)
    every = [DayOffer(on=june + timedelta(days=n), total_cents=1) for n in range(-5, 40)]
    weekends = flexible.of_month(every, june, flexible.Length.WEEKEND)
    assert [day.on.day for day in weekends] == [4, 11, 18, 25]
    assert len(flexible.of_month(every, june, flexible.Length.WEEK)) == 30
