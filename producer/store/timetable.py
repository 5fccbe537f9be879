"""The timetable as one transaction sees it."""

from sqlalchemy import Connection

from producer.store.units import Units


class Timetable(Units):
    """Everything that can be read; it takes and gives the domain's own nouns."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
