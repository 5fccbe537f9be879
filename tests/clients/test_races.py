"""Many at once want what there is one of, from two server processes on one database."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from threading import Barrier
from typing import Any

import pytest

from clients.conftest import Served
from producer.soap import messages as m
from producer.soap.client import Client

NORR, EAST = "SE2321000016-DEMO1", "SE2321000016-DEMO4"
ANNA = "SE2321000016-DEMOP1"
WHO = m.SubjectOfCareType(firstName="Åsa", lastName="Öberg")
PATIENTS = (
    "194001079120", "195501142284", "196201082697", "197001239297", "198101079294", "199001012385", "200001012384",
    "201001012382", "194911172296", "199008252398", "196711222940", "191001209814", "191001249810", "191001279809",
    "191001289816", "191001299807",
)  # fmt: skip
TAKEN = "Tiden har just bokats av någon annan. Välj en annan tid."


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory, served: Served) -> Iterator[str]:
    with served(tmp_path_factory.mktemp("races"), "--workers", "2") as address:
        yield address


def call(address: str, message: m.Message, unit: str, patient: str) -> Any:
    with Client() as client:
        actor = m.Actor(actorId=patient, actorType=m.ActorType.SUBJECT_OF_CARE)
        return client.call(f"{address}/soap", message, logical_address=unit, actor=actor)


def free_times(address: str, unit: str, patient: str, **wish: Any) -> Sequence[m.TimeslotType]:
    first = date.today() + timedelta(days=1)
    message = m.GetAvailableTimeslots(
        healthcare_facility=unit,
        startDateInclusive=f"{first:%Y%m%d}",
        endDateInclusive=f"{first + timedelta(days=27):%Y%m%d}",
        subject_of_care=patient,
        **wish,
    )
    return tuple(call(address, message, unit, patient).timeslotDetail)


def booking_of(slot: m.TimeslotType, patient: str, booking_id: str | None = None) -> m.MakeBooking:
    wanted = ("startTimeInclusive", "endTimeExclusive", "healthcare_facility", "performer", "resourceID", "timeTypeID")
    requested = m.TimeslotType(
        **{name: getattr(slot, name) for name in wanted},
        bookingId=booking_id or slot.bookingId,
        subject_of_care=patient,
    )
    unit = slot.healthcare_facility
    return m.MakeBooking(healthcare_facility_med=unit, requestedTimeslot=requested, subject_of_care_info=WHO)


def at_once(acts: Sequence[Callable[[], Any]]) -> list[Any]:
    """What each is answered, when none begins before all are ready."""
    ready = Barrier(len(acts))

    def begin(act: Callable[[], Any]) -> Any:
        ready.wait(timeout=30)
        return act()

    with ThreadPoolExecutor(max_workers=len(acts)) as threads:
        return list(threads.map(begin, acts))


def booked_at_once(address: str, wishes: Sequence[tuple[m.TimeslotType, str]]) -> list[Any]:
    messages = [(booking_of(slot, patient), slot.healthcare_facility, patient) for slot, patient in wishes]
    return at_once([lambda wish=wish: call(address, *wish) for wish in messages])


@pytest.mark.parametrize("round_", range(4))
def test_of_sixteen_who_want_one_time_one_gets_it(address: str, round_: int) -> None:
    """Rule 57: exactly one OK with an id; the others ERROR with the same sentence and no id."""
    slot = free_times(address, NORR, PATIENTS[0], timeTypeID="PROV")[round_]
    answers = booked_at_once(address, [(slot, patient) for patient in PATIENTS])
    assert Counter((str(answer.resultCode), answer.resultText) for answer in answers) == {
        ("OK", None): 1,
        ("ERROR", TAKEN): 15,
    }
    assert [answer.bookingId for answer in answers if answer.bookingId is not None] == [
        answer.bookingId for answer in answers if answer.resultCode == "OK"
    ]
    shown = {row.bookingId for row in free_times(address, NORR, PATIENTS[0], timeTypeID="PROV")}
    assert slot.bookingId not in shown


@pytest.mark.parametrize("round_", range(4))
def test_of_two_times_that_overlap_with_one_doctor_one_is_booked(address: str, round_: int) -> None:
    """Rules 35 and 57: a first visit and a return visit in its last minutes are the same person's time."""
    first, other = overlapping(address)[round_]
    wishes = [(slot, patient) for slot, patient in zip([first, other] * 8, PATIENTS, strict=True)]
    answers = booked_at_once(address, wishes)
    assert Counter(str(answer.resultCode) for answer in answers) == {"OK": 1, "ERROR": 15}
    free = {row.bookingId for row in free_times(address, NORR, PATIENTS[0], performer=(ANNA,))}
    assert free.isdisjoint({first.bookingId, other.bookingId})


def overlapping(address: str) -> list[tuple[m.TimeslotType, m.TimeslotType]]:
    """Pairs of Anna's free times where the other begins before the first has ended, a day apart from each other."""
    slots = free_times(address, NORR, PATIENTS[0], performer=(ANNA,))
    pairs = {
        str(first.startTimeInclusive)[:8]: (first, other)
        for first in slots
        for other in slots
        if (first.timeTypeID, other.timeTypeID) == ("NYBESOK", "ATERBESOK")
        and str(first.startTimeInclusive) < str(other.startTimeInclusive) < str(first.endTimeExclusive)
    }
    return list(pairs.values())


def test_the_same_order_sixteen_times_at_once_is_one_booking(address: str) -> None:
    """Rule 58: every one is answered with the one booking's id."""
    slot = free_times(address, NORR, PATIENTS[0], timeTypeID="HALSOSAMTAL")[0]
    answers = booked_at_once(address, [(slot, PATIENTS[5])] * 16)
    assert Counter(str(answer.resultCode) for answer in answers) == {"OK": 16}
    assert len({answer.bookingId for answer in answers}) == 1


def test_an_invitation_is_booked_once_however_many_times_are_asked_for(address: str) -> None:
    """Rule 63: sixteen free times for one invitation, and one booking with its id."""
    patient = "195501142284"
    slots = free_times(address, EAST, patient, bookingId="DEMO-OPEN-1")[:16]
    messages = [booking_of(slot, patient, "DEMO-OPEN-1") for slot in slots]
    answers = at_once([lambda message=message: call(address, message, EAST, patient) for message in messages])
    assert Counter((str(answer.resultCode), answer.bookingId) for answer in answers) == {
        ("OK", "DEMO-OPEN-1"): 1,
        ("ERROR", None): 15,
    }


def test_a_booking_is_cancelled_once(address: str) -> None:
    """Rule 73: of sixteen cancellations one is OK, and the others hear that it is cancelled already."""
    patient = "197001239297"
    message = m.CancelBooking(healthcare_facility=NORR, bookingId="DEMO-BOOKING-1")
    answers = at_once([lambda: call(address, message, NORR, patient)] * 16)
    assert Counter((str(answer.resultCode), answer.resultText) for answer in answers) == {
        ("OK", None): 1,
        ("ERROR", "Tiden är redan avbokad."): 15,
    }
