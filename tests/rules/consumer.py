"""Consumers that know only the wire: what they send goes through the WSGI callable as bytes, and so does the answer."""

import io
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from lxml import etree

from producer.soap import messages as m
from producer.soap.client import SoapFault, envelope
from producer.soap.codec import read
from producer.soap.contracts import CONTRACTS
from rules.answers import SOAP, check

XML = {"Content-Type": "text/xml; charset=utf-8"}
_RESPONSES = {row.response_qname: row.response for row in CONTRACTS}
_NOT_PREFIXED = ("CONTENT_TYPE", "CONTENT_LENGTH")


@dataclass(frozen=True, kw_only=True)
class Reply:
    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def element(self) -> etree._Element:
        """The one element of the SOAP body."""
        (element,) = etree.fromstring(self.body).find(f"{{{SOAP}}}Body")
        return element

    @property
    def message(self) -> Any:
        """The response message; SoapFault if it is a fault."""
        element = self.element
        if element.tag == f"{{{SOAP}}}Fault":
            code, text = element.findtext("faultcode"), element.findtext("faultstring")
            raise SoapFault(code.rpartition(":")[2], text, self.status)
        return read(_RESPONSES[element.tag], element).message


def post(
    app: Any,
    body: bytes,
    *,
    path: str = "/soap",
    query: str = "",
    headers: Mapping[str, str] | None = None,
    environ: Mapping[str, Any] | None = None,
) -> Reply:
    """A POST; what comes back is held to what every answer must be."""
    reply = exchange(app, "POST", body, path=path, query=query, headers=headers, environ=environ)
    check(reply.status, reply.headers, reply.body)
    return reply


def get(app: Any, path: str, query: str = "") -> Reply:
    return exchange(app, "GET", b"", path=path, query=query)


def exchange(
    app: Any,
    method: str,
    body: bytes,
    *,
    path: str,
    query: str,
    headers: Mapping[str, str] | None = None,
    environ: Mapping[str, Any] | None = None,
) -> Reply:
    started: list[Any] = []
    given: dict[str, Any] = {
        "REQUEST_METHOD": method,
        "SCRIPT_NAME": "",
        "PATH_INFO": path,
        "QUERY_STRING": query,
        "SERVER_NAME": "127.0.0.1",
        "SERVER_PORT": "8080",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": "127.0.0.1",
        "CONTENT_LENGTH": str(len(body)),
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(body),
        "wsgi.errors": io.StringIO(),
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
    }
    for name, value in (XML if headers is None else headers).items():
        key = name.upper().replace("-", "_")
        given[key if key in _NOT_PREFIXED else f"HTTP_{key}"] = value
    answer = b"".join(app({**given, **(environ or {})}, lambda *head: started.append(head)))
    ((status, pairs),) = [head[:2] for head in started]
    assert len({name.lower() for name, _ in pairs}) == len(pairs)
    return Reply(status=int(status[:3]), headers={name.lower(): value for name, value in pairs}, body=answer)


def patient_actor(patient: str) -> m.Actor:
    return m.Actor(actorId=patient, actorType=m.ActorType.SUBJECT_OF_CARE)


def agent_actor(hsa_id: str = "SE2321000016-AGENT") -> m.Actor:
    return m.Actor(actorId=hsa_id, actorType=m.ActorType.SUBJECT_OF_CARE_AGENT)


def requested(slot: m.TimeslotType, patient: str, **changes: Any) -> m.TimeslotType:
    """The slot as 1177 sends it back: the id of the slot too, none of the flags (chapters 1.3 and 9.4)."""
    fields: dict[str, Any] = {
        "subject_of_care": patient,
        "cancel_booking_allowed": None,
        "rebooking_allowed": None,
        "message_allowed": None,
    }
    return replace(slot, **{**fields, **changes})


NAMED = m.SubjectOfCareType(firstName="Gunilla", lastName="Exempelqvist", phone="070-174 06 05")


@dataclass(frozen=True, kw_only=True)
class Caller:
    """Somebody who calls: for which patient, as whom, from where, and to which logical address if not the unit's own."""

    app: Any
    patient: str
    actor: m.Actor | None
    headers: Mapping[str, str] | None = None
    to: str | None = None

    def reply(self, unit: str, message: m.Message, **how: Any) -> Reply:
        body = envelope(message, self.to or unit, self.actor)
        return post(self.app, body, headers={**XML, **(self.headers or {})}, **how)

    def ask(self, unit: str, message: m.Message) -> Any:
        return self.reply(unit, message).message

    # What there is to choose among.

    def time_types(self, unit: str, **filters: Any) -> list[str]:
        message = m.GetAllTimeTypes(healthcare_facility=unit, subject_of_care=self.patient, **filters)
        return [kind.timeTypeId for kind in self.ask(unit, message).ListOfTimeTypes]

    def care_types(self, unit: str, **filters: Any) -> list[str]:
        message = m.GetAllCareTypes(healthcare_facility=unit, subject_of_care=self.patient, **filters)
        return [kind.careTypeId for kind in self.ask(unit, message).careTypes]

    def performers(self, unit: str, **filters: Any) -> list[str]:
        message = m.GetAllPerformers(healthcare_facility=unit, subject_of_care=self.patient, **filters)
        return [one.perfomer for one in self.ask(unit, message).performerInfos]

    def units(self, unit: str, booking_id: str | None = None) -> list[str]:
        message = m.GetAllHealthcareFacilities(
            healthcare_facility=unit, subject_of_care=self.patient, bookingId=booking_id
        )
        return [one.healthcare_facility for one in self.ask(unit, message).healthcareFacilityInfos]

    # What is free.

    def days(
        self, unit: str, first: str = "20261123", last: str = "20281231", **filters: Any
    ) -> tuple[m.PerformerAvailabilityByDateType, ...]:
        return self.ask(
            unit, self.question(m.GetAvailableDates, unit, first, last, **filters)
        ).performerAvailabilityByDate

    def times(
        self, unit: str, first: str = "20261123", last: str = "20281231", **filters: Any
    ) -> tuple[m.TimeslotType, ...]:
        return self.ask(unit, self.question(m.GetAvailableTimeslots, unit, first, last, **filters)).timeslotDetail

    def time(self, unit: str, starts: str, **filters: Any) -> m.TimeslotType:
        """The first free time that starts just then."""
        found = [
            slot for slot in self.times(unit, starts[:8], starts[:8], **filters) if slot.startTimeInclusive == starts
        ]
        assert found, f"{unit} has no free time at {starts}"
        return found[0]

    def is_free(self, slot: m.TimeslotType, **filters: Any) -> bool:
        day = slot.startTimeInclusive[:8]
        ids = [one.bookingId for one in self.times(slot.healthcare_facility, day, day, **filters)]
        return slot.bookingId in ids

    def question(self, kind: Any, unit: str, first: str, last: str, **filters: Any) -> Any:
        return kind(
            healthcare_facility=unit,
            startDateInclusive=first,
            endDateInclusive=last,
            subject_of_care=self.patient,
            **filters,
        )

    # What is booked.

    def details(self, unit: str, booking_id: str) -> m.TimeslotType:
        return self.ask(unit, m.GetBookingDetails(healthcare_facility=unit, bookingId=booking_id)).timeslotDetail

    def schedule(self, unit: str) -> tuple[m.TimeslotType, ...]:
        message = m.GetSubjectOfCareSchedule(healthcare_facility=unit, subject_of_care=self.patient)
        return self.ask(unit, message).timeslotDetail

    # Acts.

    def make(self, slot: m.TimeslotType, **changes: Any) -> m.MakeBookingResponse:
        return self.ask(changes.get("healthcare_facility", slot.healthcare_facility), self.order(slot, **changes))

    def order(self, slot: m.TimeslotType, **changes: Any) -> m.MakeBooking:
        wanted = requested(slot, self.patient, **changes)
        return m.MakeBooking(
            healthcare_facility_med=wanted.healthcare_facility, requestedTimeslot=wanted, subject_of_care_info=NAMED
        )

    def book(self, slot: m.TimeslotType, **changes: Any) -> str:
        """The id of a booking that must succeed."""
        made = self.make(slot, **changes)
        assert made.resultCode in ("OK", "INFO"), made.resultText
        assert made.bookingId
        return made.bookingId

    def update(self, booking_id: str | None, slot: m.TimeslotType, **changes: Any) -> m.UpdateBookingResponse:
        wanted = requested(slot, self.patient, **{"bookingId": booking_id, **changes})
        return self.ask(wanted.healthcare_facility, m.UpdateBooking(requestedTimeslot=wanted))

    def cancel(self, unit: str, booking_id: str, message: str | None = None) -> m.CancelBookingResponse:
        request = m.CancelBooking(healthcare_facility=unit, bookingId=booking_id, message=message)
        return self.ask(unit, request)
