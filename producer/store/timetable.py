"""The timetable as one transaction sees it: all that can be read, and the acts."""

from sqlalchemy import Connection

from producer.store.desk import Desk
from producer.store.memory import Memory
from producer.store.vacancies import Vacancies


class Timetable(Vacancies, Desk):
    """Takes and gives the domain's own nouns; `connection` is there for seeding, by the tables themselves."""

    def __init__(self, connection: Connection, *, is_for_writing: bool) -> None:
        self.connection = connection
        self.memory = Memory()
        self._is_for_writing = is_for_writing
