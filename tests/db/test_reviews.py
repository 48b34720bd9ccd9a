"""A review is asked for and written once, after a stay, by who stayed; it is answered, reported,
removed with a reason, and forgotten."""

import re
from datetime import UTC, datetime, time, timedelta

import asyncpg
import pytest

from hub.core.clock import DrivenClock
from hub.core.db import Database
from hub.core.mail import Mail, list_captured_mail
from hub.core.settings import Settings
from hub.core.sql import parse_query
from hub.core.tokens import read_reference
from hub.core.vertical import Nothing
from tests.houses import ARRIVAL, NIGHTS, House, book, find_house
from tests.orders import legal_hold
from tests.served import Queue
from tourism import reviews
from tourism.booking.actions import staying
from tourism.booking.models import Booking
from tourism.paying.actions import cancelling
from tourism.paying.models import CancelBooking
from tourism.reviewing.actions import asking, letters, moderating, writing
from tourism.reviewing.errors import NotStayedYet, ReviewInvalid, ReviewOver, ReviewUnknown
from tourism.reviewing.models import (
    DecideReport,
    OldReviews,
    OwnReview,
    Reason,
    ReportReview,
    WriteReview,
)
from tourism.reviewing.tasks import announce_later, announce_old_later, forget_old_later
from tourism.reviewing.views import STAYED

DEPARTURE = ARRIVAL + timedelta(days=NIGHTS)
GOOD = WriteReview(score=5, text="Une chambre calme, un accueil simple et juste.")


@pytest.fixture
async def admin_of_demo(demo: Database, demo_settings: Settings):
    """The administrator's connection, to run an empty queue."""
    connection = await asyncpg.connect(demo_settings.database_url)
    await connection.execute("delete from pgmq.q_celery")
    yield connection
    await connection.close()


@pytest.fixture
async def house(demo: Database) -> House:
    return await find_house(demo)


def go_to(clock: DrivenClock, days: int) -> None:
    """So many days after the departure, at noon."""
    clock.set(datetime.combine(DEPARTURE + timedelta(days=days), time(12), UTC))


async def write(demo: Database, stay: Booking, command: WriteReview = GOOD) -> OwnReview:
    async with demo.transaction(stay.tenant, actor="guest") as tx:
        return await writing.write_review(tx, stay.id, command)


async def summary(demo: Database, house: House) -> tuple[int, int | None]:
    found = await reviews.summarise(demo.reader, house.id, demo.clock.now())
    return found.count, found.tenths


async def letters_to(demo: Database, address: str, word: str) -> list[Mail]:
    async with demo.transaction() as tx:
        mails = await list_captured_mail(tx, 200)
    return [mail for mail in mails if mail.recipient == address and word in mail.subject]


async def organisation(admin: asyncpg.Connection, kind: str) -> int:
    return await admin.fetchval("select min(id) from organisation where kind = $1", kind)


async def test_a_guest_is_asked_once_after_the_departure_by_a_letter_that_the_house_never_holds(
    demo: Database, house: House, clock: DrivenClock, admin_of_demo: asyncpg.Connection
) -> None:
    stay = await book(demo, house.wish())
    gone = await book(demo, house.wish(plan="flexible"))
    async with demo.transaction(house.tenant, actor="guest") as tx:
        await cancelling.cancel_booking(tx, gone.id, CancelBooking(refund_cents=gone.total_cents))
    queue = Queue(demo, admin_of_demo)
    go_to(clock, 0)
    await announce_later.run(demo, None, Nothing())
    await queue.run(only="reviewing")
    assert await letters_to(demo, "ada@demo.example", "Comment était") == []
    go_to(clock, 1)
    for _ in range(2):
        await announce_later.run(demo, None, Nothing())
        await queue.run(only="reviewing")
    [letter] = await letters_to(demo, "ada@demo.example", "Comment était")
    assert letter.tenant not in {house.tenant}
    async with demo.transaction(house.tenant) as tx:
        own = await tx.connection()
        assert await own.fetchval("select count(*) from mail where body_text like '%/avis/%'") == 0
    found = re.search(r"/avis/(\S+)", letter.body_text)
    assert found is not None
    reference = read_reference(letters._settings().secret_key, STAYED, found[1])
    assert (reference.tenant, reference.id) == (stay.tenant, stay.id)


async def test_all_guests_are_asked_however_many_have_left(
    demo: Database,
    house: House,
    clock: DrivenClock,
    admin_of_demo: asyncpg.Connection,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(asking, "AT_ONCE", 2)
    for _ in range(5):
        await book(demo, house.wish())
    await admin_of_demo.execute("delete from pgmq.q_celery")
    go_to(clock, 1)
    await announce_later.run(demo, None, Nothing())
    await Queue(demo, admin_of_demo).run(only="reviewing")
    assert len(await letters_to(demo, "ada@demo.example", "Comment était")) == 5


async def test_only_a_stay_that_took_place_is_reviewed_and_once(
    demo: Database, house: House, clock: DrivenClock
) -> None:
    stay = await book(demo, house.wish())
    gone = await book(demo, house.wish())
    with pytest.raises(NotStayedYet):
        await write(demo, stay)
    async with demo.transaction(house.tenant, actor="guest") as tx:
        await cancelling.cancel_booking(tx, gone.id, CancelBooking(refund_cents=gone.total_cents))
    go_to(clock, 1)
    with pytest.raises(NotStayedYet):
        await write(demo, gone)
    # The house never noted that the guest came: the guest may speak all the same.
    first = await write(demo, stay)
    assert await write(demo, stay) == first
    with pytest.raises(ReviewOver):
        await write(demo, stay, WriteReview(score=1, text="Une seconde fois, autrement."))
    assert (first.author, first.score, first.stayed_until) == ("Ada M.", 5, DEPARTURE)
    assert await summary(demo, house) == (1, 50)
    late = await book(demo, house.wish(arrival=DEPARTURE + timedelta(days=2)))
    clock.set(clock.now() + timedelta(days=400))
    with pytest.raises(NotStayedYet):
        await write(demo, late)


async def test_a_guest_who_left_early_may_write_and_one_who_never_came_may_not(
    demo: Database, house: House, clock: DrivenClock
) -> None:
    came, missed = await book(demo, house.wish()), await book(demo, house.wish())
    go_to(clock, -1)
    async with demo.transaction(house.tenant, actor="person:1") as tx:
        await staying.begin_stay(tx, came.id)
        await staying.end_stay(tx, came.id)
        await staying.miss_stay(tx, missed.id)
    assert (await write(demo, came)).score == 5
    go_to(clock, 3)
    with pytest.raises(NotStayedYet):
        await write(demo, missed)


@pytest.mark.parametrize(
    ("score", "text", "field"),
    [
        (0, "Une chambre calme et claire.", "score"),
        (6, "Une chambre calme et claire.", "score"),
        (4, "  Bien.  ", "text"),
        (4, "x" * 4_001, "text"),
        (4, "Écrivez-moi à ada@exemple.fr pour en parler.", "text"),
        (4, "Tout est dit sur www.mon-blog.example, allez voir.", "text"),
        (4, "Appelez le 06 12 34 56 78, ils répondent.", "text"),
    ],
)
async def test_what_cannot_be_published_is_told_beside_its_field(
    demo: Database, house: House, clock: DrivenClock, score: int, text: str, field: str
) -> None:
    stay = await book(demo, house.wish())
    go_to(clock, 1)
    with pytest.raises(ReviewInvalid) as refused:
        await write(demo, stay, WriteReview(score=score, text=text))
    assert refused.value.extra["field"] == field
    assert await summary(demo, house) == (0, None)


async def test_the_mean_is_over_what_is_shown_and_the_house_answers_beside(
    demo: Database, house: House, clock: DrivenClock
) -> None:
    stays = [await book(demo, house.wish()) for _ in range(3)]
    go_to(clock, 1)
    written = []
    for stay, score in zip(stays, (5, 4, 4), strict=True):
        written.append(
            await write(demo, stay, WriteReview(score=score, text="Une chambre calme et claire."))
        )
        clock.set(clock.now() + timedelta(hours=1))
    assert await summary(demo, house) == (3, 43)
    async with demo.transaction(house.tenant, actor="person:1") as tx:
        await writing.reply_to(tx, written[0].id, "Merci, à bientôt.")
        await writing.reply_to(tx, written[0].id, "Merci, et à bientôt.")
    page = await reviews.list_reviews(demo.reader, house.id, clock.now())
    assert [review.id for review in page.reviews] == [one.id for one in reversed(written)]
    assert [review.reply for review in page.reviews] == [None, None, "Merci, et à bientôt."]
    async with demo.transaction(house.tenant, actor="guest") as tx:
        await writing.withdraw_review(tx, stays[0].id)
        gone = await writing.withdraw_review(tx, stays[0].id)
    assert (gone.text, gone.reply) == ("-", None)
    assert await summary(demo, house) == (2, 40)
    assert (await write(demo, stays[0])).state is reviews.ReviewState.WITHDRAWN
    with pytest.raises(ReviewOver):
        async with demo.transaction(house.tenant, actor="person:1") as tx:
            await writing.reply_to(tx, written[0].id, "Encore merci.")


async def test_a_reported_review_is_removed_with_a_reason_that_its_author_reads(
    demo: Database, house: House, clock: DrivenClock, admin_of_demo: asyncpg.Connection
) -> None:
    stay = await book(demo, house.wish())
    go_to(clock, 1)
    review = await write(demo, stay)
    federation, office = [
        await organisation(admin_of_demo, kind) for kind in ("federation", "office")
    ]
    wrong = ReportReview(reason=Reason.INSULT, words="Court")
    async with demo.transaction(house.tenant, actor="person:1") as tx:
        with pytest.raises(ReviewInvalid):
            await moderating.report_review(tx, review.id, wrong, by_house=True)
    report = ReportReview(reason=Reason.INSULT, words="Une personne y est insultée.")
    async with demo.transaction(house.tenant, actor="person:1") as tx:
        await moderating.report_review(tx, review.id, report, by_house=True)
    assert await summary(demo, house) == (1, 50)
    remove = DecideReport(remove=True, reason=Reason.INSULT, words="La gérante y est insultée.")
    for nobody in (office, house.tenant):
        async with demo.transaction(nobody) as tx:
            assert await moderating.list_reported(tx) == []
        with pytest.raises(ReviewUnknown):
            await moderating.decide(demo, nobody, "person:1", review.id, remove)
    for words, reason, field in (("Non.", Reason.INSULT, "words"), ("x" * 20, None, "reason")):
        said = DecideReport(remove=True, reason=reason, words=words)
        with pytest.raises(ReviewInvalid) as refused:
            await moderating.decide(demo, federation, "person:2", review.id, said)
        assert refused.value.extra["field"] == field
    await moderating.decide(demo, federation, "person:2", review.id, remove)
    await Queue(demo, admin_of_demo).run(only="reviewing")
    assert await summary(demo, house) == (0, None)
    [letter] = await letters_to(demo, "ada@demo.example", "n'est plus montré")
    assert "La gérante y est insultée." in letter.body_text
    async with demo.transaction(house.tenant, actor="guest") as tx:
        with pytest.raises(ReviewOver):
            await writing.withdraw_review(tx, stay.id)
    assert [
        row["action"]
        for row in await admin_of_demo.fetch(
            "select action from audit_entry where action like 'review.%' order by id"
        )
    ] == ["review.write", "review.report", "review.removed"]


async def test_a_review_that_is_kept_stays_and_waits_for_nobody(
    demo: Database, house: House, clock: DrivenClock, admin_of_demo: asyncpg.Connection
) -> None:
    stay = await book(demo, house.wish())
    go_to(clock, 1)
    review = await write(demo, stay)
    federation = await organisation(admin_of_demo, "federation")
    async with demo.transaction(house.tenant, actor="guest") as tx:
        report = ReportReview(reason=Reason.OFF_TOPIC, words="Il ne parle pas du séjour.")
        await moderating.report_review(tx, review.id, report, by_house=False)
    async with demo.transaction(federation) as tx:
        [waits] = await moderating.list_reported(tx)
    assert [(one.reason, one.by_house) for one in waits.reports] == [(Reason.OFF_TOPIC, False)]
    kept = DecideReport(remove=False, reason=None, words="")
    await moderating.decide(demo, federation, "person:2", review.id, kept)
    async with demo.transaction(federation) as tx:
        assert await moderating.list_reported(tx) == []
    assert await summary(demo, house) == (1, 50)


async def test_after_three_years_a_review_is_not_shown_and_is_forgotten(
    demo: Database, house: House, clock: DrivenClock, admin_of_demo: asyncpg.Connection
) -> None:
    stay = await book(demo, house.wish())
    go_to(clock, 1)
    await write(demo, stay)
    clock.set(clock.now() + timedelta(days=3 * 365))
    assert await summary(demo, house) == (0, None)
    queue, kept = Queue(demo, admin_of_demo), "select count(*) from review"
    async with legal_hold(admin_of_demo, house.tenant):
        await announce_old_later.run(demo, None, Nothing())
        assert "reviewing.forget_old" not in await queue.run(only="reviewing")
        # Told of just before the order.
        await forget_old_later.run(demo, house.tenant, OldReviews())
        assert await admin_of_demo.fetchval(kept) == 1
    await announce_old_later.run(demo, None, Nothing())
    await queue.run(only="reviewing")
    assert await admin_of_demo.fetchval(kept) == 0


async def test_the_public_reads_what_is_published_and_no_address(
    demo: Database, house: House, clock: DrivenClock
) -> None:
    stay = await book(demo, house.wish())
    go_to(clock, 1)
    await write(demo, stay)
    async with demo.transaction(house.tenant, actor="guest") as tx:
        await writing.withdraw_review(tx, stay.id)
    count = parse_query("count", "select count(*)::int from review where property = :house")
    assert await demo.reader.value(int, count, house=house.id) == 0
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await demo.reader.value(str, parse_query("emails", "select email from review limit 1"))
