"""What those get who fetch the posts for Engagemangsindex themselves (chapter 4.5)."""

from dataclasses import replace
from datetime import datetime, timedelta
from random import Random
from typing import Any

import pytest
import zeep
from index import hands as do
from index.world import SOURCE, posts_in
from index_delivery.posts import ALONE
from rules.world import ANYBODY, EKEN, GUNILLA, MORNING
from server.calling import send
from zeep.transports import Transport

from index_pull.world import BOOKINGS, PullWorld
from producer.config import Config
from producer.index.jobs import jobs
from producer.services import fetching
from producer.serving.background import Job
from producer.soap.client import envelope
from producer.soap.contracts import GET_UPDATES, UPDATE
from producer.soap.index_messages import EngagementTransactionType, EngagementType, GetUpdates, Update
from producer.store import tables as t

LONG_AGO = datetime(2000, 1, 1)
OVERLAP = timedelta(hours=1, minutes=5)  # an act is seen later than it is dated, and October has an hour twice
KEPT = timedelta(days=30)

POST = EngagementType(
    registeredResidentIdentification=GUNILLA,
    serviceDomain="riv:crm:scheduling",
    categorization="NA",
    logicalAddress=EKEN,
    businessObjectInstanceIdentifier="B-1",
    clinicalProcessInterestId="NA",
    mostRecentContent="20261126080000",
    sourceSystem=SOURCE,
    dataController="SE2321000016",
)


def question(**changes: str) -> GetUpdates:
    return GetUpdates(**{"serviceDomain": BOOKINGS, "timeStamp": "20261123070000", **changes})


def test_a_booking_is_told_with_all_else_that_its_resident_has(world: PullWorld) -> None:
    """Rules 83, 84 and 91: a post is told as Update tells it, and all of a resident together."""
    world.later(days=1)
    since = world.now
    new = do.make(world, starts="20261126080000", patient=GUNILLA)
    told = world.fetch(since)
    assert (told.is_complete, list(told.posts)) == (True, [GUNILLA])
    assert told.ids(GUNILLA) == [new, "BOKAD-1"]  # the first to come is told first
    assert told.posts[GUNILLA][0] == replace(POST, businessObjectInstanceIdentifier=new)


def test_a_resident_of_whom_all_is_gone_is_told_with_nothing(world: PullWorld) -> None:
    """So that whoever fetches takes away what was there."""
    world.later(days=1)
    since = world.now
    new = do.make(world, starts="20261126080000", patient=ANYBODY)
    assert world.fetch(since).ids(ANYBODY) == [new]
    world.later(minutes=1)
    assert world.patient(ANYBODY).cancel(EKEN, new).resultCode == "OK"
    assert world.fetch(since).ids(ANYBODY) == []


def test_what_the_clock_took_away_is_told_too(world: PullWorld) -> None:
    """Rule 87"""
    do.make(world, starts="20261124080000", patient=ANYBODY)
    world.now = datetime(2026, 11, 24, 8, 0, 15)
    assert world.expire() > 0
    told = world.fetch(world.now)
    assert told.ids(ANYBODY) == []


def test_who_asks_again_at_the_moment_of_the_last_answer_misses_nothing_that_was_under_way(world: PullWorld) -> None:
    """An act that began before that moment is seen later; in October an hour later, by the clock on the wall."""
    world.later(days=1)
    do.make(world, starts="20261126080000", patient=ANYBODY)
    began = world.now
    assert list(world.fetch(began + OVERLAP).posts) == [ANYBODY]
    assert list(world.fetch(began + OVERLAP + timedelta(seconds=1)).posts) == []


@pytest.mark.parametrize("seed", range(4))
def test_the_pages_together_name_all_who_were_changed_and_nobody_twice(
    world: PullWorld, seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever the size of a page: in order, each page full but the last, and none complete but the last."""
    random = Random(seed)
    changed = scatter(world, random)
    with world.database.reading() as timetable:
        held = posts_in(timetable).values()
    for _ in range(12):
        size = random.choice([1, 2, 7, 50])
        monkeypatch.setattr(fetching, "RESIDENTS_AT_A_TIME", size)
        since = MORNING - timedelta(minutes=random.randrange(3 * 24 * 60))
        expected = sorted({resident for resident, at in changed if at >= since - OVERLAP})
        pages = world.fetch_all(since)
        assert [resident for page in pages for resident in page.posts] == expected
        assert [len(page.posts) for page in pages[:-1]] == [size] * (len(pages) - 1)
        for page in pages:
            for resident in page.posts:
                theirs = [post for post in held if post.patient == resident]
                assert sorted(page.ids(resident)) == sorted(post.business_id for post in theirs)


def scatter(world: PullWorld, random: Random) -> list[tuple[str, datetime]]:
    """Changes of the last three days, most of them of residents who have nothing left."""
    invented = [f"{number:08}P{random.randrange(1000):03}" for number in range(60)]  # reserve numbers, of nobody
    rows = [
        {
            "booking_id": number,
            "patient": random.choice([*invented, GUNILLA, ANYBODY]),
            "categorization": "NA",
            "logical_address": EKEN,
            "business_id": f"B-{number}",
            "source_system": SOURCE,
            "data_controller": "SE2321000016",
            "most_recent": None,
            "deleted": True,
            "made_at": MORNING - timedelta(minutes=random.randrange(3 * 24 * 60)),
            "state": random.choice(["waiting", "sent", "refused"]),
        }
        for number in range(1000, 1150)
    ]
    with world.timetable() as timetable:
        timetable.connection.execute(t.index_outbox.delete())
        timetable.connection.execute(t.index_outbox.insert(), rows)
    return [(row["patient"], row["made_at"]) for row in rows]


def test_one_who_asks_about_longer_ago_than_is_kept_gets_everyone_who_has_anything(world: PullWorld) -> None:
    """When a change is too old to be kept, nobody is left out who has a post."""
    with world.timetable() as timetable:
        timetable.connection.execute(t.index_outbox.delete())
        residents = {post.patient for post in posts_in(timetable).values()}
    assert set(world.fetch(LONG_AGO).posts) == residents
    assert set(world.fetch(world.now - KEPT).posts) == residents
    assert set(world.fetch(world.now - KEPT + timedelta(days=1)).posts) == set()


def test_what_nobody_delivers_is_forgotten_when_it_is_too_old(world: PullWorld) -> None:
    """It would wait for ever; what is kept can still be fetched."""
    world.later(days=1)
    do.make(world, starts="20261126080000", patient=ANYBODY)
    made = world.now
    forgetting = jobs_of(world, index_pull=True)["index forgetting"]
    world.now = made + KEPT
    assert forgetting.is_due()  # the seeded posts came to be a day before
    forgetting.run(ALONE)
    assert [line.patient for line in world.lines_since(LONG_AGO)] == [ANYBODY]
    assert not forgetting.is_due()
    world.later(seconds=1)
    assert forgetting.is_due()
    forgetting.run(ALONE)
    assert world.lines_since(LONG_AGO) == []


def test_what_is_delivered_waits_until_it_is(world: PullWorld) -> None:
    """However long the index is away, and whoever fetches beside it."""
    assert "index forgetting" not in jobs_of(world, index_pull=True, index_url="http://127.0.0.1:9")
    assert "index forgetting" not in jobs_of(world)


def jobs_of(world: PullWorld, **settings: Any) -> dict[str, Job]:
    return {job.name: job for job in jobs(Config(**settings), world.database, lambda: world.now, lambda *_: None)}


def test_another_domain_has_nothing_here(world: PullWorld) -> None:
    """An answer, for the question is proper."""
    told = world.fetch(LONG_AGO, domain="riv:clinicalprocess:logistics:logistics")
    assert (told.is_complete, dict(told.posts)) == (True, {})


@pytest.mark.parametrize("address", [EKEN, "SE165565594230-1000", "5565594230"])
def test_only_the_system_itself_can_be_asked(world: PullWorld, address: str) -> None:
    """The posts are of no unit alone; letter case does not matter (rule 17)."""
    code, text = world.ask(question(), address).fault
    assert code == "Client"
    assert SOURCE in text
    assert world.ask(question(), SOURCE.lower()).status == "200 OK"


def test_a_moment_that_never_was_is_a_fault(world: PullWorld) -> None:
    """Rule 36: the pattern of the schema lets it through."""
    code, text = world.ask(question(timeStamp="20260231080000")).fault
    assert code == "Client"
    assert "timeStamp" in text


def test_it_is_answered_only_where_it_is_switched_on_and_update_never(world: PullWorld) -> None:
    """Without --index-pull there is no such contract, nor its WSDL, nor a line on the front page."""
    code, text = world.ask(question(), app=world.app).fault
    assert code == "Client"
    assert "No contract here" in text
    told = Update(engagementTransaction=(EngagementTransactionType(deleteFlag=False, engagement=POST),))
    assert "No contract here" in send(world.open, "POST", "/soap", envelope(told, SOURCE, None)).fault[1]
    for app, is_there in ((world.app, False), (world.open, True)):
        assert (send(app, "GET", GET_UPDATES.path, query="wsdl").status == "200 OK") is is_there
        assert (GET_UPDATES.path in send(app, "GET", "/").text) is is_there
        assert send(app, "GET", UPDATE.path, query="wsdl").status == "404 Not Found"


def test_a_consumer_that_is_not_listed_gets_nothing(world: PullWorld) -> None:
    """The list of consumers holds for it as for every contract (rule 13)."""
    guarded = world.door(index_pull=True, source_system=SOURCE, consumers=frozenset({"SE2321000016-EI=GetUpdates"}))
    known = {"HTTP_X_RIVTA_ORIGINAL_SERVICECONSUMER_HSAID": "SE2321000016-EI"}
    assert world.ask(question(), app=guarded).fault[0] == "Client"
    assert world.ask(question(), app=guarded, **known).status == "200 OK"


def test_another_stack_reads_the_answer_by_the_wsdl(world: PullWorld) -> None:
    """Rule 10"""

    class Door(Transport):
        def load(self, url: str) -> bytes:
            path, _, query = url.removeprefix("http://here").partition("?")
            return send(world.open, "GET", path, query=query, HTTP_HOST="here").body

        def post(self, address: str, message: bytes, headers: dict[str, str]) -> object:
            reply = send(world.open, "POST", GET_UPDATES.path, message, CONTENT_TYPE=headers["Content-Type"])
            return type(
                "Answer", (), {"status_code": 200, "content": reply.body, "headers": reply.headers, "encoding": "utf-8"}
            )()

    client = zeep.Client(f"http://here{GET_UPDATES.path}?wsdl", transport=Door())
    answer = client.service.GetUpdates(
        serviceDomain=BOOKINGS, timeStamp="20261123070000", _soapheaders={"LogicalAddress": SOURCE}
    )
    (gunilla,) = (
        each for each in answer.registeredResidentEngagement if each.registeredResidentIdentification == GUNILLA
    )
    assert answer.responseIsComplete is True
    assert [post.businessObjectInstanceIdentifier for post in gunilla.engagement] == ["BOKAD-1"]
