"""Who waits for a page keeps their place: first come, first shown, whatever comes behind."""

from http.cookies import SimpleCookie
from pathlib import Path

import pytest

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


def test_processes_keep_one_line(tmp_path: Path) -> None:
    one, other = (WaitingRoom(tmp_path / "line") for _ in range(2))
    late, early, last = wait(one, NOW - 5, NOW - 9, NOW - 1)
    assert [other.take(ticket, NOW, "").ahead for ticket in (early, late, last)] == [0, 1, 2]
    assert not other.lets_in(None, 3, NOW)
    assert not other.lets_in(late, 1, NOW)
    assert other.lets_in(early, 1, NOW)
    assert one.take(last, NOW + 2, "").ahead == 1
    assert one.take(last, NOW + 2, "").minutes == 1  # one was let in, by whichever of them
    third = WaitingRoom(tmp_path / "line")  # one that was started again
    assert third.lets_in(late, 1, NOW + 2)
    assert not one.is_empty()
    assert one.lets_in(last, 1, NOW + 2)
    assert other.is_empty()


def test_a_line_that_was_left_half_written_is_in_order_again_within_a_second(
    tmp_path: Path,
) -> None:
    room = WaitingRoom(tmp_path / "line")
    tickets = wait(room, *(NOW - 50 + n for n in range(40)))
    room._came[5], room._came[30] = room._came[30], room._came[5]
    room._ids[7] = room._ids[8] = 0
    again = WaitingRoom(tmp_path / "line")
    found = [again.take(ticket, NOW + 1, "").ahead for ticket in tickets]
    assert found == sorted(found)
    again._head[0] = 1e9
    assert not again.lets_in(None, 40, NOW + 2)
    assert again.lets_in(tickets[0], 1, NOW + 2)


def test_a_process_that_stands_still_keeps_the_others_from_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("hub.core.waiting_room._LOCK_TRIES", 2)
    frozen, other = (WaitingRoom(tmp_path / "line") for _ in range(2))
    with frozen._alone():
        (ticket,) = wait(other, NOW)
        assert other.lets_in(ticket, 1, NOW)


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
    planted = {"headers": [(b"cookie", f"{COOKIE}={text}".encode())]}
    assert read_ticket(planted, SECRET, NOW, f"__Host-{COOKIE}") is None


def test_only_pages_wait() -> None:
    assert wants_page({"path": "/recherche", "headers": [HTML]})
    assert not wants_page({"path": "/api/v1/search", "headers": [HTML]})
    assert not wants_page({"path": "/recherche", "headers": [(b"accept", b"*/*")]})
    assert not wants_page({"path": "/recherche"})
