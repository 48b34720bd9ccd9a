"""Who waits for a page keeps their place: first come, first shown, whatever comes behind."""

from http.cookies import SimpleCookie

from hub.core.waiting_room import (
    COOKIE,
    LIVES_S,
    MISSED_RETURNS,
    SOONEST_S,
    Ticket,
    WaitingRoom,
    new_ticket,
    read_ticket,
    wants_page,
    write_ticket,
)

SECRET = b"a secret of sixteen bytes or more"
NOW = 1_800_000_000.0
HTML = (b"accept", b"text/html,application/xhtml+xml")


def wait(room: WaitingRoom, *came: float, now: float = NOW) -> list[Ticket]:
    tickets = [new_ticket(at, f"t{n}") for n, at in enumerate(came)]
    for ticket in tickets:
        room.take(ticket, now, "")
    return tickets


def test_pages_are_shown_in_the_order_of_first_coming() -> None:
    room = WaitingRoom()
    late, early, last = wait(room, NOW - 5, NOW - 9, NOW - 1)
    assert [room.take(one, NOW, "").ahead for one in (early, late, last)] == [0, 1, 2]
    assert not room.lets_in(None, 3, NOW)  # who comes new stands behind the three who wait
    assert not room.lets_in(last, 2, NOW)
    assert room.lets_in(early, 1, NOW)
    assert room.lets_in(last, 2, NOW)
    assert not room.is_empty()
    assert room.lets_in(late, 1, NOW)
    assert room.is_empty()
    assert room.lets_in(None, 1, NOW)
    assert not room.lets_in(None, 0, NOW)


def test_a_place_is_kept_between_two_returns_and_who_stays_away_is_forgotten() -> None:
    room = WaitingRoom()
    (gone,) = wait(room, NOW - 1)
    again = room.take(gone, NOW + SOONEST_S, "")
    assert (again.ahead, again.waited_s) == (0, SOONEST_S + 1)
    stays = new_ticket(NOW + 1, "stays")
    assert room.take(stays, NOW + SOONEST_S, "").ahead == 1
    later = NOW + SOONEST_S * (MISSED_RETURNS + 1) + 2
    assert room.take(stays, later, "").ahead == 0


def test_what_is_told_of_the_time_is_what_the_last_minute_shows() -> None:
    room = WaitingRoom()
    tickets = wait(room, *(NOW - 100 + n for n in range(91)))
    assert room.take(tickets[90], NOW, "").minutes is None
    for ticket in tickets[:30]:
        assert room.lets_in(ticket, 1, NOW)
    assert room.take(tickets[90], NOW, "").minutes == 2  # sixty before, thirty a minute
    far = WaitingRoom()
    wait(far, *(NOW - 300 + n / 10 for n in range(1_000)))
    assert far.take(new_ticket(NOW, "new"), NOW, "").again_s > SOONEST_S


def test_a_ticket_is_ours_or_none() -> None:
    ticket = new_ticket(NOW - 60, "abc")
    text = write_ticket(ticket, SECRET)

    def bring(value: str, now: float = NOW) -> Ticket | None:
        scope = {"headers": [(b"cookie", f"a=b; {COOKIE}={value}".encode())]}
        return read_ticket(scope, SECRET, now)

    assert SimpleCookie(f"{COOKIE}={text}")[COOKIE].value == text
    assert bring(text) == ticket
    earlier = text.replace(str(round(ticket.came * 1_000)), str(round(NOW * 1_000) - 600_000))
    assert bring(earlier) is None
    assert bring(text, NOW + LIVES_S) is None
    assert bring(text, NOW - 100) is None
    assert bring("") is None
    assert read_ticket({"headers": []}, SECRET, NOW) is None


def test_only_pages_wait() -> None:
    assert wants_page({"path": "/recherche", "headers": [HTML]})
    assert not wants_page({"path": "/api/v1/search", "headers": [HTML]})
    assert not wants_page({"path": "/recherche", "headers": [(b"accept", b"*/*")]})
    assert not wants_page({"path": "/recherche"})
