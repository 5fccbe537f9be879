"""The floor: rows and string templates, with no rule, no validation and no fault; nobody could ship it."""

from collections.abc import Callable, Iterable
from datetime import datetime
from pathlib import Path
from xml.sax.saxutils import escape

from lxml import etree

from benchmarks.calls import Request
from benchmarks.rows import BOOKED_TIMESLOT, FREE_DAY, FREE_TIMESLOT, Row, Rows
from producer.soap.grammar import SCHEDULING, core

_CORE = core(SCHEDULING)
_OPENING = (
    '<?xml version="1.0" encoding="UTF-8"?>\n<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body>'
)
_CLOSING = "</s:Body></s:Envelope>"
_FLAGS = "".join(f"<c:{name}_allowed>true</c:{name}_allowed>" for name in ("cancel_booking", "rebooking", "message"))
_TIMES = ("startTimeInclusive", "endTimeExclusive", "bookingId")


def _elements(names: Iterable[str], prefix: str) -> str:
    return "".join(f"<{prefix}:{name}>%s</{prefix}:{name}>" for name in names)


_OFFERED = [name for name in FREE_TIMESLOT if name not in _TIMES]
_DAY = f"<r:performerAvailabilityByDate>{_elements(FREE_DAY, 'r')}</r:performerAvailabilityByDate>"
_BOOKED = (
    f"<r:timeslotDetail>{_elements(BOOKED_TIMESLOT, 'c')}{_FLAGS}"
    "<x:isInvitation>false</x:isInvitation></r:timeslotDetail>"
)


class Floor:
    """Answers the five contracts that are compared, for units whose every slot has a performer and a room."""

    def __init__(self, file: Path) -> None:
        self._rows = Rows(file)
        self._contents: dict[str, Callable[[etree._Element], str]] = {
            "GetAvailableTimeslots": self._timeslots,
            "GetAvailableDates": self._days,
            "GetSubjectOfCareSchedule": self._schedule,
            "GetBookingDetails": self._details,
            "MakeBooking": self._make,
        }

    def __call__(self, request: Request) -> bytes:
        asked = etree.fromstring(request.body)[-1][0]
        namespace, _, contract = asked.tag[1:].partition("}")
        opening = f'<r:{contract}Response xmlns:r="{namespace}" xmlns:c="{_CORE}" xmlns:x="{_CORE}.1">'
        content = self._contents[contract](asked)
        return f"{_OPENING}{opening}{content}</r:{contract}Response>{_CLOSING}".encode()

    def close(self) -> None:
        self._rows.close()

    def _timeslots(self, asked: etree._Element) -> str:
        told = _texts(asked)
        templates: dict[Row, str] = {}
        out = []
        for starts, ends, public_id, *keys in self._rows.free_slots(_unit(told), *_days(told)):
            offer = tuple(keys)
            template = templates.get(offer)
            if template is None:
                template = templates[offer] = _timeslot(self._rows.offer(*offer))
            out.append(template % (starts, ends, public_id))
        return "".join(out)

    def _days(self, asked: etree._Element) -> str:
        told = _texts(asked)
        return "".join([_DAY % _safe(row) for row in self._rows.free_days(_unit(told), *_days(told))])

    def _schedule(self, asked: etree._Element) -> str:
        told = _texts(asked)
        rows = self._rows.schedule(_unit(told), told["subject_of_care"], datetime.now().isoformat(" "))
        return "".join([_BOOKED % _safe(row) for row in rows])

    def _details(self, asked: etree._Element) -> str:
        told = _texts(asked)
        return _BOOKED % _safe(self._rows.details(_unit(told), told["bookingId"]))

    def _make(self, asked: etree._Element) -> str:
        slot, info = _texts(asked[1]), _texts(asked[2])
        booking_id = self._rows.book(
            slot["bookingId"],
            slot["subject_of_care"],
            slot["reason"],
            info["firstName"],
            info["lastName"],
            info["phone"],
        )
        return f"<r:bookingId>{booking_id}</r:bookingId><r:resultCode>OK</r:resultCode>"


def _texts(asked: etree._Element) -> dict[str, str]:
    return {child.tag.rpartition("}")[2]: child.text or "" for child in asked}


def _unit(told: dict[str, str]) -> str:
    return told["healthcare_facility"].upper()


def _days(told: dict[str, str]) -> tuple[str, str]:
    return told["startDateInclusive"], told["endDateInclusive"]


def _safe(row: Row) -> Row:
    return tuple([escape(text) for text in row])


def _timeslot(offer: Row) -> str:
    """The template of the slots that offer the same."""
    words = dict(zip(_OFFERED, offer, strict=True))
    content = "".join(
        f"<c:{name}>{'%s' if name in _TIMES else escape(words[name]).replace('%', '%%')}</c:{name}>"
        for name in FREE_TIMESLOT
    )
    return f"<r:timeslotDetail>{content}{_FLAGS}</r:timeslotDetail>"
