"""The same answers as a newcomer to Spyne gives them: rows to ComplexModel objects, and Spyne does the rest."""

from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import Any

from benchmarks import spyne_models as models
from benchmarks.calls import Request
from benchmarks.rows import BOOKED_TIMESLOT, FREE_DAY, FREE_TIMESLOT, Row, Rows
from producer.soap.contracts import by_path
from producer.soap.spyne_parts import Application, MethodContext, ServerBase, ServiceBase, Soap11, rpc


class PlainSpyne:
    """One application per contract, as their namespaces demand, each asked through Spyne's own server."""

    def __init__(self, file: Path) -> None:
        self._rows = Rows(file)
        servers = {service.__name__: _server(service) for service in _SERVICES}
        self._servers = {path: servers[contract.name] for path, contract in by_path.items() if contract.name in servers}

    def __call__(self, request: Request) -> bytes:
        return self._servers[request.path].answer(request.body, self._rows)

    def close(self) -> None:
        self._rows.close()


class _Server(ServerBase):  # type: ignore[misc]  # Spyne has no types
    """What Spyne's WsgiApplication does between the bytes of a request and those of the answer."""

    transport = "http://schemas.xmlsoap.org/soap/http"

    def answer(self, request: bytes, rows: Rows) -> bytes:
        ctx = MethodContext(self, MethodContext.SERVER)
        ctx.udc = rows
        ctx.in_string = [request]
        (ctx,) = self.generate_contexts(ctx)
        if ctx.in_error is None:
            self.get_in_object(ctx)
        if ctx.in_error is None:
            self.get_out_object(ctx)
        self.get_out_string(ctx)
        answer = b"".join(ctx.out_string)
        ctx.close()
        return answer


def _server(service: type) -> _Server:
    protocols = {"in_protocol": Soap11(validator="soft"), "out_protocol": Soap11()}
    namespace = getattr(models, service.__name__).get_namespace()
    return _Server(Application([service], tns=namespace, name=service.__name__, **protocols))


def _service(contract: str, answer: Any) -> type:
    request, response = getattr(models, contract), getattr(models, f"{contract}Response")
    answer.__name__ = contract
    operation = rpc(request, _returns=response, _body_style="bare")(answer)
    return type(contract, (ServiceBase,), {contract: operation})


def _timeslots(ctx: Any, asked: Any) -> Any:
    rows = ctx.udc.free_timeslots(asked.healthcare_facility, asked.startDateInclusive, asked.endDateInclusive)
    return models.GetAvailableTimeslotsResponse(timeslotDetail=[_timeslot(FREE_TIMESLOT, row) for row in rows])


def _dates(ctx: Any, asked: Any) -> Any:
    rows = ctx.udc.free_days(asked.healthcare_facility, asked.startDateInclusive, asked.endDateInclusive)
    days = [models.PerformerAvailabilityByDateType(**_fields(FREE_DAY, row)) for row in rows]
    return models.GetAvailableDatesResponse(performerAvailabilityByDate=days)


def _schedule(ctx: Any, asked: Any) -> Any:
    rows = ctx.udc.schedule(asked.healthcare_facility, asked.subject_of_care, datetime.now().isoformat(" "))
    booked = [_timeslot(BOOKED_TIMESLOT, row, isInvitation=False) for row in rows]
    return models.GetSubjectOfCareScheduleResponse(timeslotDetail=booked)


def _details(ctx: Any, asked: Any) -> Any:
    row = ctx.udc.details(asked.healthcare_facility, asked.bookingId)
    return models.GetBookingDetailsResponse(timeslotDetail=_timeslot(BOOKED_TIMESLOT, row, isInvitation=False))


def _make(ctx: Any, asked: Any) -> Any:
    slot, info = asked.requestedTimeslot, asked.subject_of_care_info
    booking_id = ctx.udc.book(
        slot.bookingId, slot.subject_of_care, slot.reason, info.firstName, info.lastName, info.phone
    )
    return models.MakeBookingResponse(bookingId=booking_id, resultCode="OK")


def _timeslot(names: Iterable[str], row: Row, **more: bool) -> Any:
    return models.TimeslotType(
        cancel_booking_allowed=True, rebooking_allowed=True, message_allowed=True, **_fields(names, row), **more
    )


def _fields(names: Iterable[str], row: Row) -> dict[str, Any]:
    return dict(zip(names, row, strict=True))


_SERVICES = (
    _service("GetAvailableTimeslots", _timeslots),
    _service("GetAvailableDates", _dates),
    _service("GetSubjectOfCareSchedule", _schedule),
    _service("GetBookingDetails", _details),
    _service("MakeBooking", _make),
)
