"""Every call that reads or changes a patient's data is in the access log, and no other call is."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from rules.world import (
    ANNA,
    CLEARED_CONSUMER,
    EKEN,
    GUNILLA,
    IDA,
    INVITED,
    INVITED_IN_TIME,
    KANSLI,
    LINDEN,
    MORNING,
    SOMEBODY,
    VAST,
    World,
)
from sqlalchemy import event

from producer.domain.model import ActorType
from producer.soap.client import SoapFault
from producer.store.access_log import Access, accesses, note_access
from producer.store.engine import Database
from producer.store.errors import StoreUnavailable
from producer.store.ledger import Ledger

NATIONAL = "5565594230"
CONSUMER = {"x-rivta-original-serviceconsumer-hsaid": CLEARED_CONSUMER, "Content-Type": "text/xml; charset=utf-8"}
Line = tuple[str, str | None, str, str | None, bool]


def noted(world: World) -> list[Line]:
    """The oldest first."""
    with world.database.reading() as timetable:
        found = accesses(timetable)[::-1]
    return [(each.action, each.unit, each.patient, each.booking, each.refused) for each in found]


def test_a_look_at_one_booking_is_noted_with_who_where_when_and_which(world: World) -> None:
    """HSLF-FS 2016:40 chapter 4: which action, at which unit, when, who, which patient."""
    world.patient(GUNILLA, headers=CONSUMER).details(EKEN.lower(), "BOKAD-1")
    with world.database.reading() as timetable:
        (line,) = accesses(timetable)
    assert (line.action, line.unit, line.patient, line.booking) == ("GetBookingDetails", EKEN, GUNILLA, "BOKAD-1")
    assert line.at == MORNING
    assert (line.origin.actor.type, line.origin.actor.id) == (ActorType.PATIENT, GUNILLA)
    assert line.origin.consumer == CLEARED_CONSUMER
    assert not line.refused


def test_an_agent_is_noted_by_its_own_id(world: World) -> None:
    """rule 21: of a consumer that is cleared for it."""
    world.agent(GUNILLA, headers=CONSUMER).schedule(EKEN)
    with world.database.reading() as timetable:
        (line,) = accesses(timetable)
    assert (line.origin.actor.type, line.origin.actor.id) == (ActorType.AGENT, "SE2321000016-AGENT")


def test_a_schedule_is_one_line_whatever_is_in_it(world: World) -> None:
    """That there is nothing is told too, and noted."""
    world.patient(GUNILLA).schedule(EKEN)
    world.patient(SOMEBODY).schedule(EKEN)
    assert noted(world) == [
        ("GetSubjectOfCareSchedule", EKEN, GUNILLA, None, False),
        ("GetSubjectOfCareSchedule", EKEN, SOMEBODY, None, False),
    ]


def test_a_schedule_of_every_unit_is_noted_where_something_was_shown(world: World) -> None:
    """rule 24"""
    world.patient(IDA, to=NATIONAL).schedule(VAST)
    world.patient(SOMEBODY, to=NATIONAL).schedule(VAST)
    assert noted(world) == [
        ("GetSubjectOfCareSchedule", VAST, IDA, None, False),
        ("GetSubjectOfCareSchedule", None, SOMEBODY, None, False),
    ]


def test_a_question_about_free_times_is_noted_when_it_tells_of_a_booking(world: World) -> None:
    """Rules 47 and 49: what is answered depends on what is booked; without a booking it tells of nobody."""
    patient = world.patient(IDA)
    patient.times(VAST)
    patient.days(VAST)
    patient.units(VAST)
    patient.time_types(VAST)
    assert noted(world) == []
    patient.times(VAST, bookingId="BOKAD-3")
    patient.days(VAST, bookingId="BOKAD-3")
    patient.units(VAST, "BOKAD-3")
    patient.times(VAST, bookingId="NONE")
    assert noted(world) == [
        (contract, VAST, IDA, "BOKAD-3", False)
        for contract in ("GetAvailableTimeslots", "GetAvailableDates", "GetAllHealthcareFacilities")
    ]


def test_each_act_is_noted(world: World) -> None:
    patient = world.patient(SOMEBODY)
    first, second = patient.times(EKEN, "20261124", "20261124", timeTypeID="NYBESOK", performer=(ANNA,))[:2]
    made = patient.book(first)
    assert patient.update(made, second).resultCode == "OK"
    assert patient.cancel(EKEN, made).resultCode == "OK"
    assert noted(world) == [
        (contract, EKEN, SOMEBODY, made, False) for contract in ("MakeBooking", "UpdateBooking", "CancelBooking")
    ]


def test_an_act_that_is_undone_is_not_noted_as_done(world: World) -> None:
    """It is in the transaction of the act, and goes when that goes."""
    slot = world.patient(SOMEBODY).time(EKEN, "20261124080000")
    world.patient(IDA).book(slot)
    assert world.patient(SOMEBODY).make(slot).resultCode == "ERROR"
    assert noted(world)[1:] == [("MakeBooking", EKEN, SOMEBODY, None, True)]


def test_an_attempt_at_somebody_elses_booking_is_noted_as_refused(world: World) -> None:
    """Rule 22: on the one whose booking it is."""
    other = world.relative(GUNILLA, SOMEBODY)
    for look in (lambda: other.details(EKEN, "BOKAD-1"), lambda: other.schedule(EKEN)):
        with pytest.raises(SoapFault):
            look()
    assert other.cancel(EKEN, "BOKAD-1").resultCode == "ERROR"
    assert world.patient(SOMEBODY).times(EKEN, bookingId="BOKAD-1") == ()
    assert noted(world) == [
        ("GetBookingDetails", EKEN, GUNILLA, "BOKAD-1", True),
        ("GetSubjectOfCareSchedule", EKEN, GUNILLA, None, True),
        ("CancelBooking", EKEN, GUNILLA, "BOKAD-1", True),
        ("GetAvailableTimeslots", EKEN, GUNILLA, "BOKAD-1", True),
    ]


def test_what_is_not_there_tells_of_nobody(world: World) -> None:
    patient = world.patient(GUNILLA)
    for unit, booking in ((EKEN, "NONE"), (LINDEN, "BOKAD-1"), ("SE-NONE", "BOKAD-1")):
        with pytest.raises(SoapFault):
            patient.details(unit, booking)
    patient.schedule("SE-NONE")
    assert patient.cancel(EKEN, "NONE").resultCode == "ERROR"
    assert patient.cancel("SE-NONE", "BOKAD-1").resultCode == "ERROR"
    assert noted(world) == []


def test_invitations_are_noted_like_bookings(world: World) -> None:
    world.patient(INVITED).details(KANSLI, "KALLAD-OPPEN-1")
    world.patient(INVITED_IN_TIME).details(VAST, "KALLAD-TID-1")
    assert [(line[1], line[3]) for line in noted(world)] == [(KANSLI, "KALLAD-OPPEN-1"), (VAST, "KALLAD-TID-1")]


@pytest.mark.parametrize("look", ["details", "schedule", "times"])
def test_who_cannot_be_noted_does_not_see(world: World, look: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise StoreUnavailable("the disk is full")

    monkeypatch.setattr("producer.store.ledger.note_access", full)
    patient = world.patient(GUNILLA)
    ask = {
        "details": lambda: patient.details(EKEN, "BOKAD-1"),
        "schedule": lambda: patient.schedule(EKEN),
        "times": lambda: patient.times(EKEN, bookingId="BOKAD-1"),
    }[look]
    with pytest.raises(SoapFault) as fault:
        ask()
    assert fault.value.code == "Server"


def test_those_who_look_at_once_are_all_noted_and_share_the_writing(world: World) -> None:
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _: world.patient(GUNILLA).details(EKEN, "BOKAD-1"), range(80)))
    assert noted(world) == [("GetBookingDetails", EKEN, GUNILLA, "BOKAD-1", False)] * 80


def test_lines_that_come_while_others_are_written_are_written_together() -> None:
    """And whoever comes when nothing is being written does not wait."""
    written: list[int] = []
    begun, go_on = threading.Event(), threading.Event()

    def slowly(act: object) -> None:
        lines = act.__closure__[0].cell_contents.lines  # type: ignore[attr-defined]
        written.append(len(lines))
        begun.set()
        assert go_on.wait(10)

    ledger = Ledger(slowly, slowly)
    with ThreadPoolExecutor(9) as pool:
        first = pool.submit(ledger.note, "line")  # type: ignore[arg-type]
        assert begun.wait(10)
        others = [pool.submit(ledger.note, "line") for _ in range(8)]  # type: ignore[arg-type]
        while len(ledger._page.lines) < 8:
            pass
        go_on.set()
        for each in (first, *others):
            each.result(10)
    assert written == [1, 8]


def test_all_who_share_a_page_hear_that_it_could_not_be_written() -> None:
    def full(_: object) -> None:
        raise StoreUnavailable("the disk is full")

    ledger = Ledger(full, full)
    for _ in range(2):
        with pytest.raises(StoreUnavailable, match="could not be noted"):
            ledger.note("line")  # type: ignore[arg-type]


def test_a_single_look_is_noted_by_one_statement(world: World) -> None:
    """Which a database keeps, and waits for its disk, without being told to begin and to end."""
    world.patient(GUNILLA).details(EKEN, "BOKAD-1")
    with world.database.reading() as timetable:
        lines = accesses(timetable)
    assert said(world, *lines) == ["INSERT"]
    assert noted(world) == [("GetBookingDetails", EKEN, GUNILLA, "BOKAD-1", False)] * 2


def test_looks_at_many_places_are_noted_in_one_transaction(world: World) -> None:
    world.patient(GUNILLA).details(EKEN, "BOKAD-1")
    with world.database.reading() as timetable:
        lines = accesses(timetable) * 2
    assert said(world, *lines) == [*_BEGUN[world.database.engine.dialect.name], "INSERT"]
    assert len(noted(world)) == 3


def said(world: World, *lines: Access) -> list[str]:
    """The first words of what the database is told when these are noted."""
    words: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        words.append(statement.split(maxsplit=1)[0])

    engine = world.database.engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        world.database.note(*lines)
    finally:
        event.remove(engine, "before_cursor_execute", note)
    return words


_BEGUN = {"sqlite": ["BEGIN"], "postgresql": []}
"""PostgreSQL's driver begins by itself."""


def test_the_database_itself_notes(world: World) -> None:
    """What the handlers do, without a call: nothing to note writes nothing."""
    database: Database = world.database
    database.note()
    assert noted(world) == []
    with world.timetable() as timetable:
        note_access(timetable)
    assert noted(world) == []
