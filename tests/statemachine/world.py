"""The product as its callers meet it, on a clock that the test moves, and a database that can be told and put back."""

import io
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from typing import Any
from wsgiref.util import setup_testing_defaults

from sqlalchemy import select

from producer.app import App, assembled
from producer.config import Config
from producer.domain.booking_rules import BookingRules, CancelledInvitation, Flow, Window
from producer.domain.model import Actor, ActorType, Origin
from producer.soap import messages as m
from producer.soap.calls import Answer, Call, Handler
from producer.soap.client import Client, SoapFault
from producer.soap.handlers import handlers
from producer.store import tables as t
from producer.store.engine import new_database
from producer.store.schema import upgrade_open
from producer.store.seeding import seed
from producer.store.unit_rules import row_of
from statemachine.moments import Moments, moments
from statemachine.paper import Order
from statemachine.plainly import AGENT, FIRST_MORNING, PATIENTS, REGION, Rules, Time

STAFF = Origin(actor=Actor(type=ActorType.STAFF, id="SE2321000016-STAFF"))
WHO = m.SubjectOfCareType(firstName="Åsa", lastName="Öberg")


@dataclass(frozen=True, kw_only=True)
class Reply:
    """An answer, with the code of its refusal; the message is None for a fault."""

    message: Any = None
    refusal: str | None = None

    @property
    def is_done(self) -> bool:
        return self.message is not None and self.refusal is None


class World:
    def __init__(self, url: str) -> None:
        self.now = FIRST_MORNING
        self._refusals: list[str | None] = []
        self._database = new_database(url)
        upgrade_open(self._database)
        seed(self._database, REGION, FIRST_MORNING.date())
        answering = {name: self._listened_to(handler) for name, handler in handlers(self._database, Config()).items()}
        self._app = assembled(Config(), answering, self._database, lambda: self.now)
        self._client = _InProcess(self._app)
        self.moments: Moments = moments(self._database)
        self.time_ids = self._read_time_ids()

    def _listened_to(self, handler: Handler) -> Handler:
        """The code of a refusal is for the log alone, so it is overheard."""

        def answer(call: Call) -> Answer:
            told = handler(call)
            self._refusals.append(told.refusal)
            return told

        return answer

    def close(self) -> None:
        self._app.close()

    def begin(self) -> None:
        self.moments.begin()
        self.now = FIRST_MORNING
        self._refusals.clear()

    # The contracts.

    def make(self, order: Order) -> Reply:
        slot = _requested(order)
        return self._act(
            m.MakeBooking(healthcare_facility_med=order.unit, requestedTimeslot=slot, subject_of_care_info=WHO),
            order.unit,
            order.actor,
        )

    def update(self, order: Order) -> Reply:
        return self._act(m.UpdateBooking(requestedTimeslot=_requested(order)), order.unit, order.actor)

    def cancel(self, unit: str, booking_id: str, actor: str) -> Reply:
        return self._act(m.CancelBooking(healthcare_facility=unit, bookingId=booking_id), unit, actor)

    def slots(self, unit: str, patient: str, booking_id: str | None = None) -> Reply:
        return self._act(m.GetAvailableTimeslots(**self._search(unit, patient, booking_id)), unit, patient)

    def dates(self, unit: str, patient: str, booking_id: str | None = None) -> Reply:
        return self._act(m.GetAvailableDates(**self._search(unit, patient, booking_id)), unit, patient)

    def schedule(self, unit: str, patient: str) -> Reply:
        """At the national address too, which is no unit (rule 24)."""
        return self._act(m.GetSubjectOfCareSchedule(healthcare_facility=unit, subject_of_care=patient), unit, patient)

    def details(self, unit: str, booking_id: str, patient: str) -> Reply:
        return self._act(m.GetBookingDetails(healthcare_facility=unit, bookingId=booking_id), unit, patient)

    def units(self, unit: str, patient: str, booking_id: str) -> Reply:
        message = m.GetAllHealthcareFacilities(healthcare_facility=unit, subject_of_care=patient, bookingId=booking_id)
        return self._act(message, unit, patient)

    def _search(self, unit: str, patient: str, booking_id: str | None) -> dict[str, Any]:
        return {
            "healthcare_facility": unit,
            "subject_of_care": patient,
            "bookingId": booking_id,
            "startDateInclusive": f"{FIRST_MORNING:%Y%m%d}",
            "endDateInclusive": f"{FIRST_MORNING + timedelta(days=30):%Y%m%d}",
        }

    def _act(self, message: m.Message, unit: str, actor: str) -> Reply:
        kind = m.ActorType.SUBJECT_OF_CARE_AGENT if actor == AGENT else m.ActorType.SUBJECT_OF_CARE
        acting = m.Actor(actorId=PATIENTS[0] if actor == AGENT else actor, actorType=kind)
        try:
            answer = self._client.call("http://127.0.0.1/soap", message, logical_address=unit, actor=acting)
        except SoapFault as fault:
            if fault.code != "Client":
                raise
            return Reply()
        return Reply(message=answer, refusal=self._refusals[-1])

    # What staff do.

    def invite(
        self, unit: str, patient: str, purpose: str, *, time: Time | None, kind: str | None, valid_to: date | None
    ) -> str:
        with self._database.writing() as timetable:
            sender = timetable.unit(unit)
            assert sender is not None
            slot = None if time is None else timetable.slot_by_public_id(self.id_of(time))
            kinds = {each.code: each for each in timetable.time_types(sender.id)}
            return timetable.invite(
                sender.id,
                patient,
                purpose,
                slot=slot,
                time_type=kinds.get(kind or ""),
                valid_to=valid_to,
                origin=STAFF,
                now=self.now,
            ).public_id

    def withdraw(self, booking_id: str) -> None:
        with self._database.writing() as timetable:
            booking = timetable.booking(booking_id)
            assert booking is not None
            timetable.withdraw(booking, origin=STAFF, now=self.now)

    def set_rules(self, unit: str, rules: Rules) -> None:
        with self._database.writing() as timetable:
            there = timetable.unit(unit)
            assert there is not None
            timetable.connection.execute(
                t.booking_rules.update().where(t.booking_rules.c.unit_id == there.id), row_of(_as_stored(rules))
            )

    # What is in the database.

    def _read_time_ids(self) -> dict[str, Time]:
        with self._database.reading() as timetable:
            return {
                public_id: Time(**dict(zip(_OF_A_TIME, row, strict=True)))
                for public_id, *row in timetable.connection.execute(_TIMES)
            }

    def id_of(self, time: Time) -> str:
        return next(public_id for public_id, each in self.time_ids.items() if each == time)

    def held_times(self) -> dict[str, str]:
        """The ids of the live bookings that hold a slot, by the slot's id."""
        return dict(self.rows(_HELD))

    def live_ids(self) -> set[str]:
        return {row[0] for row in self.rows("SELECT public_id FROM bookings WHERE state = 'live'")}

    def invitation_ids(self) -> set[str]:
        return {row[0] for row in self.rows("SELECT public_id FROM bookings WHERE state = 'live' AND is_invitation")}

    def events(self) -> int:
        return int(self.rows("SELECT count(*) FROM booking_events")[0][0])

    def dump(self) -> list[str]:
        """All that the database holds but who has looked at it."""
        return [line for line in self.moments.dump() if not line.startswith('INSERT INTO "access_log"')]

    def rows(self, statement: str) -> list[tuple[Any, ...]]:
        with self._database.reading() as timetable:
            return [tuple(row) for row in timetable.connection.exec_driver_sql(statement)]


class _InProcess(Client):
    """The product's own client, on a WSGI application instead of a socket."""

    def __init__(self, app: App) -> None:
        super().__init__()
        self._app = app

    def _post(self, url: str, body: bytes, headers: Mapping[str, str]) -> tuple[int, bytes]:
        environ: dict[str, Any] = {
            "REQUEST_METHOD": "POST",
            "PATH_INFO": "/soap",
            "CONTENT_TYPE": headers["Content-Type"],
            "CONTENT_LENGTH": str(len(body)),
            "wsgi.input": io.BytesIO(body),
        }
        setup_testing_defaults(environ)
        statuses: list[str] = []
        answer = b"".join(self._app(environ, lambda status, _headers: statuses.append(status)))
        return int(statuses[0][:3]), answer


def _requested(order: Order) -> m.TimeslotType:
    return m.TimeslotType(
        startTimeInclusive=f"{order.starts:%Y%m%d%H%M%S}",
        endTimeExclusive=f"{order.ends:%Y%m%d%H%M%S}",
        healthcare_facility=order.unit,
        performer=order.performer,
        bookingId=order.booking_id,
        subject_of_care=order.patient,
        resourceID=order.resource,
        timeTypeID=order.kind,
    )


def _as_stored(rules: Rules) -> BookingRules:
    """The model's rules in the product's words."""
    told = {name: value for name, value in asdict(rules).items() if name not in _SPANS}
    windows = {f"{name}_window": _window(rules, name) for name in _SPANS}
    told["flows"] = frozenset(map(Flow, rules.flows))
    told["cancelled_invitation_becomes"] = CancelledInvitation(rules.cancelled_invitation_becomes)
    return BookingRules(**told, **windows)


def _window(rules: Rules, name: str) -> Window:
    span = getattr(rules, name)
    return Window(
        notice=timedelta(minutes=span.notice),
        horizon=None if span.horizon is None else timedelta(minutes=span.horizon),
    )


_SPANS = ("booking", "rebooking", "cancelling")
_OF_A_TIME = ("unit", "starts", "ends", "kind", "performer", "resource")
_TIMES = (
    select(
        t.slots.c.public_id,
        t.care_units.c.hsa_id,
        t.slots.c.starts,
        t.slots.c.ends,
        t.time_types.c.code,
        t.performers.c.hsa_id,
        t.resources.c.code,
    )
    .join_from(t.slots, t.care_units)
    .join(t.time_types, t.time_types.c.id == t.slots.c.time_type_id)
    .outerjoin(t.performers, t.performers.c.id == t.slots.c.performer_id)
    .outerjoin(t.resources, t.resources.c.id == t.slots.c.resource_id)
    .order_by(t.slots.c.id)
)
_HELD = """
    SELECT slots.public_id, bookings.public_id FROM slots JOIN bookings ON bookings.id = slots.booking_id
"""
