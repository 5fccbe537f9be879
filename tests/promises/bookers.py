"""Residents who book over HTTP, many at once, and remember what each was answered."""

from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import count
from threading import Barrier, Event, Lock, Thread
from time import monotonic, sleep
from typing import Any, Self

from producer.domain import persons
from producer.soap import messages as m
from producer.soap.client import Client, SoapFault, Unanswered

UNIT = "SE2321000016-DEMO6"
"""The demo's unit of five-minute times, where nobody meets anybody in particular."""
PATIENTS = tuple(sorted(persons.OFFICIAL_TEST_IDENTITIES))
_TOLD = ("startTimeInclusive", "endTimeExclusive", "healthcare_facility", "performer", "resourceID", "timeTypeID")
TOO_BUSY = "is too busy and has done nothing"
_WHO = m.SubjectOfCareType(firstName="Tolvan", lastName="Tolvansson")


@dataclass(frozen=True, kw_only=True)
class Wish:
    """Who wants which time; the same wish sent again is the same order (rule 58)."""

    patient: str
    time: m.TimeslotType

    @property
    def starts(self) -> str:
        return str(self.time.startTimeInclusive)

    @property
    def message(self) -> m.MakeBooking:
        wanted = m.TimeslotType(**{name: getattr(self.time, name) for name in _TOLD}, subject_of_care=self.patient)
        return m.MakeBooking(healthcare_facility_med=UNIT, requestedTimeslot=wanted, subject_of_care_info=_WHO)


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What came back; nothing at all when the server went away."""

    wish: Wish
    booking_id: str | None = None
    refusal: str | None = None
    fault: str | None = None

    @property
    def is_ok(self) -> bool:
        return self.booking_id is not None


def call(address: str, message: m.Message, patient: str, *, unit: str = UNIT, timeout: float = 30) -> Any:
    with Client(timeout=timeout) as client:
        actor = m.Actor(actorId=patient, actorType=m.ActorType.SUBJECT_OF_CARE)
        return client.call(f"{address}/soap", message, logical_address=unit, actor=actor)


def wishes(address: str, number: int) -> list[Wish]:
    """So many free times, each wanted by one patient."""
    first = date.today() + timedelta(days=1)
    message = m.GetAvailableTimeslots(
        healthcare_facility=UNIT,
        startDateInclusive=f"{first:%Y%m%d}",
        endDateInclusive=f"{first + timedelta(days=70):%Y%m%d}",
        subject_of_care=PATIENTS[0],
    )
    free = call(address, message, PATIENTS[0]).timeslotDetail
    assert len(free) >= number, "the demo has too few times for this"
    step = len(free) // number
    return [Wish(patient=PATIENTS[i % len(PATIENTS)], time=free[i * step]) for i in range(number)]


def book(address: str, wish: Wish, *, timeout: float = 30) -> Answer:
    try:
        answer = call(address, wish.message, wish.patient, timeout=timeout)
    except Unanswered:
        return Answer(wish=wish)
    except SoapFault as fault:
        return Answer(wish=wish, fault=f"{fault.code} {fault.text}")
    if answer.resultCode == m.ResultCode.ERROR:
        return Answer(wish=wish, refusal=answer.resultText)
    return Answer(wish=wish, booking_id=answer.bookingId)


def book_at_once(
    addresses: Sequence[str], wanted: Sequence[Wish], heard: Callable[[int], object] = lambda _number: None
) -> list[Answer]:
    """Everybody begins at the same moment, each at the next of the addresses; `heard` is told how many have got OK."""
    ready, turn, ok = Barrier(len(wanted)), Lock(), count(1)

    def begin(place: int) -> Answer:
        ready.wait(timeout=60)
        answer = book(addresses[place % len(addresses)], wanted[place])
        if answer.is_ok:
            with turn:
                heard(next(ok))
        return answer

    with ThreadPoolExecutor(max_workers=len(wanted)) as residents:
        return list(residents.map(begin, range(len(wanted))))


def book_one_after_another(address: str, wanted: Iterable[Wish]) -> list[Answer]:
    """As those come back who were cut off: a few at a time, again when the producer is too busy."""

    def insist(wish: Wish) -> Answer:
        for _ in range(20):
            answer = book(address, wish)
            if answer.fault is None or TOO_BUSY not in answer.fault:
                break
            sleep(0.5)
        return answer

    with ThreadPoolExecutor(max_workers=8) as residents:
        return list(residents.map(insist, wanted))


def cancel_all(address: str, bookings: Iterable[tuple[str, str]]) -> None:
    """So that their times can be booked again."""

    def cancel(booking: tuple[str, str]) -> None:
        patient, booking_id = booking
        answer = call(address, m.CancelBooking(healthcare_facility=UNIT, bookingId=booking_id), patient)
        assert answer.resultCode == m.ResultCode.OK, answer.resultText

    with ThreadPoolExecutor(max_workers=8) as residents:
        list(residents.map(cancel, bookings))


@dataclass(frozen=True, kw_only=True)
class Timed:
    """An answer, and when it was asked for and heard."""

    answer: Answer
    asked: float
    heard: float


class Crowd:
    """A few residents who book one time after another until the block ends; what goes wrong is an answer too."""

    def __init__(self, addresses: Sequence[str], wanted: Sequence[Wish], residents: int = 4) -> None:
        self._addresses = addresses
        self._wanted = iter(wanted)
        self._over = Event()
        self._turn = Lock()
        self._threads = [Thread(target=self._book, args=(number,)) for number in range(residents)]
        self.heard: list[Timed] = []

    def __enter__(self) -> Self:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        for thread in self._threads:
            thread.join()

    @property
    def answered(self) -> list[Answer]:
        """All that have their OK by now."""
        return [each.answer for each in list(self.heard) if each.answer.is_ok]

    def wait_for(self, number: int) -> None:
        """Until so many more have got their OK."""
        wanted = len(self.answered) + number
        give_up = monotonic() + 60
        while len(self.answered) < wanted:
            assert monotonic() < give_up, "nobody gets a booking any more"
            sleep(0.01)

    def _book(self, number: int) -> None:
        for turn in count(number):
            with self._turn:
                wish = next(self._wanted, None)
            if wish is None or self._over.is_set():
                return
            asked = monotonic()
            answer = book(self._addresses[turn % len(self._addresses)], wish)
            self.heard.append(Timed(answer=answer, asked=asked, heard=monotonic()))
