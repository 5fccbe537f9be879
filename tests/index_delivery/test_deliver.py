"""What waits for the index is told in order until it is taken or refused, whatever the index does meanwhile."""

import logging
from collections import Counter
from collections.abc import Sequence
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index_delivery.posts import (
    ALONE,
    FAILED,
    NOW,
    PATIENT,
    REFUSED,
    TAKEN,
    Clock,
    FakeIndex,
    delivery,
    fill,
    lines,
    row,
    states,
)
from producer.index import backoff
from producer.index.verdicts import Verdict
from producer.serving.background import Hold
from producer.store import outbox
from producer.store import tables as t
from producer.store.engine import Database, open_database
from producer.store.found_bookings import Page
from producer.store.outbox import Post

FIRST_PAGE = Page(limit=100, offset=0)


def course(database: Database) -> outbox.Course:
    with database.reading() as timetable:
        return outbox.course(timetable)


def test_posts_go_in_the_order_they_came_in_calls_of_so_many_at_most(database: Database) -> None:
    """rule 89"""
    ids = fill(database, map(row, range(7)))
    index = FakeIndex()
    done = delivery(database, index, batch=3).run(ALONE)
    assert index.told == [ids[:3], ids[3:6], ids[6:]]
    assert (done.sent, done.refused, done.trouble) == (7, 0, None)
    assert {(line.state, line.attempts, line.ended_at, line.reason) for line in lines(database)} == {
        ("sent", 1, NOW, None)
    }


def test_with_nothing_waiting_the_index_is_not_called(database: Database) -> None:
    index = FakeIndex()
    assert delivery(database, index).is_due() is False
    assert delivery(database, index).run(ALONE).sent == 0
    assert index.calls == []


def test_one_key_is_in_a_call_once_and_its_posts_follow_each_other(database: Database) -> None:
    """rule 89: delete before create within a key, and never two messages of one key at once."""
    ids = fill(database, [row(1), row(2), row(1, deleted=True), row(1), row(3)])
    index = FakeIndex()
    delivery(database, index).run(ALONE)
    assert index.told == [[ids[0], ids[1], ids[4]], [ids[2]], [ids[3]]]
    assert all(len({post.key for post in call}) == len(call) for call in index.calls)


def test_what_is_moved_to_another_key_is_deleted_before_it_is_created(database: Database) -> None:
    """rules 85 and 89"""
    ids = fill(database, [row(1, deleted=True), row(1, logical_address="SE2321000016-DEMO2")])
    index = FakeIndex()
    delivery(database, index).run(ALONE)
    assert index.told == [ids]
    assert [post.deleted for post in index.calls[0]] == [True, False]


@pytest.mark.parametrize("place", [0, 5, 31, 63])
def test_a_poison_post_is_found_by_halves_and_set_aside_and_the_others_go_on(database: Database, place: int) -> None:
    """rule 90"""
    ids = fill(database, map(row, range(64)))
    poison = ids[place]
    index = FakeIndex(lambda posts: REFUSED if poison in [post.id for post in posts] else TAKEN)
    done = delivery(database, index).run(ALONE)
    assert (done.sent, done.refused) == (63, 1)
    assert len(index.calls) == 1 + 2 * 6  # 64 is halved six times
    assert {ended for ended, state in states(database).items() if state == "refused"} == {poison}
    assert next(line.reason for line in lines(database) if line.id == poison) == "EI004: too long"


def test_an_index_that_refuses_all_gets_each_post_alone_and_no_pause_is_made(database: Database) -> None:
    ids = fill(database, map(row, range(5)))
    done = delivery(database, FakeIndex(lambda _posts: REFUSED)).run(ALONE)
    assert (done.sent, done.refused, done.trouble) == (0, 5, None)
    assert set(states(database)) == set(ids)
    assert course(database).failures == 0


def test_after_a_failure_nobody_tries_before_the_pause_is_over_and_then_all_goes(database: Database) -> None:
    """rule 90: it is kept in the database, so that one who starts anew does not begin by asking too often."""
    fill(database, map(row, range(3)))
    clock, index = Clock(), FakeIndex(lambda _posts: FAILED)
    done = delivery(database, index, clock=clock).run(ALONE)
    assert (done.sent, done.trouble) == (0, FAILED.reason)
    assert len(index.calls) == 1
    assert {(line.state, line.attempts) for line in lines(database)} == {("waiting", 1)}
    assert course(database) == outbox.Course(failures=1, not_before=1_000_002, last_reason=FAILED.reason)
    another = delivery(database, FakeIndex(), clock=clock)
    assert another.is_due() is False
    clock.seconds += 2
    assert another.is_due() is True
    assert another.run(ALONE).sent == 3
    assert course(database) == outbox.Course(last_success=NOW)


def test_a_failure_between_halves_leaves_the_rest_waiting(database: Database) -> None:
    ids = fill(database, map(row, range(4)))
    answers = iter([REFUSED, TAKEN, FAILED])
    delivery(database, FakeIndex(lambda _posts: next(answers))).run(ALONE)
    assert states(database) == dict(zip(ids, ["sent", "sent", "waiting", "waiting"], strict=True))


def test_after_failures_fewer_posts_are_tried_for_they_may_have_been_too_many(database: Database) -> None:
    fill(database, map(row, range(16)))
    index = FakeIndex(lambda posts: FAILED if len(posts) > 3 else TAKEN)
    one = delivery(database, index, batch=16)
    for _ in range(30):
        one.run(ALONE)
    assert [len(call) for call in index.calls[:4]] == [16, 8, 4, 2]
    assert set(states(database).values()) == {"sent"}


@pytest.mark.parametrize("failures", range(1, 2000, 37))
def test_a_pause_is_between_one_second_and_five_minutes_and_grows(failures: int) -> None:
    assert backoff.pause(failures, 0.0) == 1
    assert backoff.pause(failures, 1.0) == min(300, 2 ** min(failures, 20))
    assert 1 <= backoff.pause(failures, 0.5) <= 150


def test_who_lost_the_index_together_come_back_apart() -> None:
    assert len({backoff.pause(8, chance / 100) for chance in range(100)}) > 80


def test_a_pause_that_a_wrong_clock_set_is_not_waited_for() -> None:
    assert backoff.is_over(not_before=10_000, seconds=1_000)
    assert not backoff.is_over(not_before=1_200, seconds=1_000)


def test_who_has_lost_the_hold_tells_no_more(database: Database) -> None:
    """rule 89: two who deliver could have one key under way at once."""
    ids = fill(database, map(row, range(4)))
    holds = iter([True, False])
    index = FakeIndex()
    delivery(database, index, batch=2).run(Hold(renew=lambda _seconds: next(holds), is_over=lambda: False))
    assert index.told == [ids[:2]]
    assert states(database)[ids[2]] == "waiting"


def test_the_hold_lasts_longer_than_any_call(database: Database) -> None:
    fill(database, map(row, range(500)))
    asked: list[int] = []
    hold = Hold(renew=lambda seconds: asked.append(seconds) is None, is_over=lambda: False)
    delivery(database, FakeIndex(), batch=1000).run(hold)
    assert asked == [30]  # 25 s for 500 posts, and 5 s more


def test_one_who_dies_after_the_index_took_a_call_tells_it_once_more(database: Database) -> None:
    """Engagemangsindex pR5: the same content again is no error."""
    ids = fill(database, map(row, range(2)))

    def die(_posts: Sequence[Post]) -> Verdict:
        raise MemoryError

    with pytest.raises(MemoryError):
        delivery(database, FakeIndex(die)).run(ALONE)
    index = FakeIndex()
    delivery(database, index).run(ALONE)
    assert index.told == [ids]


def test_what_a_stop_interrupted_says_nothing_of_the_index(database: Database) -> None:
    fill(database, [row(1)])
    stopping = iter([False, True])
    delivery(database, FakeIndex(lambda _posts: FAILED)).run(
        Hold(renew=lambda _seconds: True, is_over=lambda: next(stopping))
    )
    assert course(database) == outbox.Course()
    assert lines(database)[0].attempts == 0


def test_calls_and_posts_are_counted_by_what_came_of_them(database: Database) -> None:
    ids = fill(database, map(row, range(4)))
    calls, posts = Counter[str](), Counter[str]()

    def count(outcome: str, ended: int) -> None:
        calls[outcome] += 1
        posts[outcome] += ended

    index = FakeIndex(lambda told: REFUSED if ids[3] in [post.id for post in told] else TAKEN)
    delivery(database, index, count=count).run(ALONE)
    assert calls == {"refused": 3, "taken": 2}
    assert posts == {"refused": 1, "taken": 3}


def test_the_log_tells_once_that_the_index_fails_and_that_it_is_back_and_names_what_it_refuses(
    database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    fill(database, [row(1), row(2)])
    answers = iter([FAILED, FAILED, FAILED, TAKEN, REFUSED])
    one = delivery(database, FakeIndex(lambda _posts: next(answers)), batch=1)
    for _ in range(4):
        one.run(ALONE)
    said = [each.getMessage() for each in caplog.records if each.name.startswith("producer.index")]
    assert said == [
        "Engagemangsindex takes no posts, which wait meanwhile: VP009: nobody there",
        "Engagemangsindex takes posts again",
        "Engagemangsindex refuses the post of booking B-2 at SE2321000016-DEMO1: EI004: too long",
    ]
    assert PATIENT not in caplog.text


def refused(database: Database) -> list[outbox.Refused]:
    with database.reading() as timetable:
        return outbox.refused(timetable, FIRST_PAGE)


def send_again(database: Database, ids: list[int] | None = None) -> int:
    with database.writing() as timetable:
        return outbox.send_again(timetable, ids)


def test_a_refused_post_can_be_sent_again_while_it_is_the_last_of_its_key(database: Database) -> None:
    ids = fill(database, [row(1), row(2), row(3)])
    delivery(database, FakeIndex(lambda _posts: REFUSED)).run(ALONE)
    fill(database, [row(2, deleted=True)])
    delivery(database, FakeIndex()).run(ALONE)
    assert {each.id: each.overtaken for each in refused(database)} == {ids[0]: False, ids[1]: True, ids[2]: False}
    assert send_again(database, [ids[1]]) == 0
    assert send_again(database, [ids[0]]) == 1
    assert send_again(database) == 1
    index = FakeIndex()
    delivery(database, index).run(ALONE)
    assert index.told == [[ids[0], ids[2]]]
    assert [each.id for each in refused(database)] == [ids[1]]


def test_a_post_that_waits_or_was_sent_is_not_sent_again(database: Database) -> None:
    fill(database, [row(1)])
    delivery(database, FakeIndex()).run(ALONE)
    fill(database, [row(2)])
    assert send_again(database) == 0
    assert sorted(states(database).values()) == ["sent", "waiting"]


def ended(booking: int, state: str, days_ago: int) -> dict[str, object]:
    return row(booking, state=state, ended_at=NOW - timedelta(days=days_ago), made_at=NOW - timedelta(days=days_ago))


def test_what_is_too_old_goes_and_what_waits_never_does(database: Database) -> None:
    kept = fill(
        database,
        [
            ended(1, "sent", 29),
            ended(2, "refused", 364),
            row(3, made_at=NOW - timedelta(days=4000)),
        ],
    )
    fill(database, [ended(4, "sent", 31), ended(5, "refused", 366)])
    with database.writing() as timetable:
        assert outbox.is_purgeable(timetable, NOW)
        assert outbox.purge(timetable, NOW) == 2
        assert not outbox.is_purgeable(timetable, NOW)
        assert outbox.purge(timetable, NOW) == 0
    assert list(states(database)) == kept


def test_what_is_in_the_outbox_is_counted(database: Database) -> None:
    fill(database, [ended(1, "sent", 0), ended(2, "refused", 3), row(3, made_at=NOW - timedelta(hours=2)), row(4)])
    with database.reading() as timetable:
        assert outbox.contents(timetable) == outbox.Contents(waiting=2, refused=1, oldest=NOW - timedelta(hours=2))
        assert outbox.sent_since(timetable, NOW - timedelta(hours=1)) == 1


def made_here() -> Database:
    """In memory, for many tries."""
    database = open_database("sqlite://")
    t.metadata.create_all(database.engine)
    return database


@given(
    keys=st.lists(st.integers(0, 4), min_size=1, max_size=20),
    poison=st.sets(st.integers(1, 20), max_size=4),
    trouble=st.lists(st.sampled_from(["ok", "ok", "fails", "dies after", "loses hold"]), max_size=15),
    batch=st.integers(1, 8),
)
def test_whatever_happens_each_key_is_told_in_order_and_nothing_is_lost(
    keys: list[int], poison: set[int], trouble: list[str], batch: int
) -> None:
    """rules 88, 89 and 90"""
    database = made_here()
    ids = fill(database, map(row, keys))
    happens, reached = iter(trouble), []

    def answer(posts: Sequence[Post]) -> Verdict:
        event = next(happens, "ok")
        if event == "fails":
            return FAILED
        if poison & {post.id for post in posts}:
            return REFUSED
        reached.extend(posts)
        if event == "dies after":
            raise MemoryError
        return TAKEN

    index = FakeIndex(answer)
    hold = Hold(renew=lambda _seconds: next(happens, "ok") != "loses hold", is_over=lambda: False)
    for _ in range(len(trouble) + 2):
        try:
            delivery(database, index, batch=batch).run(hold)
        except MemoryError:
            continue
    database_says = states(database)
    database.close()
    assert database_says == {each: "refused" if each in poison else "sent" for each in ids}
    assert all(len(call) <= batch and len({post.key for post in call}) == len(call) for call in index.calls)
    for key in {post.key for post in reached}:
        first_times = list(dict.fromkeys(post.id for post in reached if post.key == key))
        assert first_times == sorted(first_times)


def test_a_reason_names_no_patient(database: Database) -> None:
    from producer.index import verdicts

    told = verdicts.refused(f"EI004: the value\n {PATIENT} and {PATIENT[:8]}-{PATIENT[8:]} is wrong")
    assert told.reason == "EI004: the value ************ and ************ is wrong"
    assert len(verdicts.failed("x" * 5000).reason) == 300
