"""The booking desk: a timetable that can also be written in."""

from producer.store.timetable import Timetable


class BookingDesk(Timetable):
    """The acts; each writes its line in the trail (rule 74)."""
