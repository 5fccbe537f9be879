"""What staff did with a booking, one sentence each; nothing in it tells who the patient is."""

from producer.domain.model import Booking, BookingState
from producer.domain.staff import Period, Sentence, Value


def booked(booking: Booking) -> Sentence:
    return Sentence("%(time)s: bokad.", {"time": time_of(booking)})


def moved(before: Booking, after: Booking) -> Sentence:
    if after.unit_id != before.unit_id:
        told: dict[str, Value] = {"before": time_of(before), "after": time_of(after), "unit": after.unit_name}
        return Sentence("%(before)s: flyttad till %(after)s, %(unit)s.", told)
    return Sentence("%(before)s: flyttad till %(after)s.", {"before": time_of(before), "after": time_of(after)})


def cancelled(booking: Booking) -> Sentence:
    return Sentence("%(time)s: avbokad.", {"time": time_of(booking)})


def withdrawn(booking: Booking) -> Sentence:
    return Sentence("%(time)s: återtagen.", {"time": time_of(booking)})


def identified(count: int) -> Sentence:
    if count > 1:
        return Sentence("%(count)s bokningar: reservnumret bytt mot ett personnummer.", {"count": count})
    return Sentence("En bokning: reservnumret bytt mot ett personnummer.")


def time_of(booking: Booking) -> Sentence:
    """Tisdag 13 januari 09:00-09:30, Nybesök"""
    kind = booking.time_type.name if booking.time_type else ""
    if booking.starts is None or booking.ends is None:
        return Sentence("Kallelse utan tid, %(kind)s", {"kind": kind}) if kind else Sentence("Kallelse utan tid")
    period = Period(booking.starts, booking.ends)
    if not kind:
        return Sentence("%(period)s", {"period": period})
    return Sentence("%(period)s, %(kind)s", {"period": period, "kind": kind})


def as_it_is_now(booking: Booking) -> Sentence:
    """For one who saw the booking before it was changed."""
    return Sentence(_NOW[booking.state].text, {"time": time_of(booking)})


_NOW = {
    BookingState.LIVE: Sentence("Nu gäller: %(time)s."),
    BookingState.CANCELLED: Sentence("Tiden är avbokad: %(time)s."),
    BookingState.WITHDRAWN: Sentence("Tiden är återtagen av enheten: %(time)s."),
}
