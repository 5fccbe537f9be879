"""Whether a database holds each booking wholly: the slot, the booking, its trail and what the index is to be told."""

from collections.abc import Mapping
from types import MappingProxyType

from sqlalchemy import text

from producer.store.engine import open_database

INDEX_ON = ("--index-url", "http://127.0.0.1:9/Update")
"""Nobody listens there, so what each booking tells the index stays in the outbox."""
# Each must find nothing.
BROKEN: Mapping[str, str] = MappingProxyType(
    {
        "a live booking without its slot": """
            SELECT b.id FROM bookings b LEFT JOIN slots s ON s.booking_id = b.id
            WHERE b.state = 'live' AND b.starts IS NOT NULL AND s.id IS NULL""",
        "a slot held by a booking of another time, or by none that lives": """
            SELECT s.id FROM slots s JOIN bookings b ON b.id = s.booking_id
            WHERE b.state <> 'live' OR b.starts <> s.starts OR b.ends <> s.ends OR b.unit_id <> s.unit_id""",
        "a booking whose trail does not begin": """
            SELECT b.id FROM bookings b WHERE NOT EXISTS
            (SELECT 1 FROM booking_events e WHERE e.booking_id = b.id AND e.act IN ('booked', 'invited'))""",
        "an event of no booking": """
            SELECT e.id FROM booking_events e LEFT JOIN bookings b ON b.id = e.booking_id WHERE b.id IS NULL""",
        "two bookings of one patient at one time": """
            SELECT patient FROM bookings WHERE state = 'live' AND starts IS NOT NULL
            GROUP BY patient, unit_id, starts HAVING count(*) > 1""",
        "a post of the index without what told it": """
            SELECT p.booking_id FROM index_posts p WHERE NOT EXISTS
            (SELECT 1 FROM index_outbox o WHERE o.booking_id = p.booking_id)""",
        "something told to the index of no booking": """
            SELECT o.id FROM index_outbox o LEFT JOIN bookings b ON b.id = o.booking_id WHERE b.id IS NULL""",
    }
)
_OF_THE_RUN = """
    SELECT b.public_id, b.patient, b.starts,
           (SELECT count(*) FROM slots s WHERE s.booking_id = b.id) AS slots,
           (SELECT count(*) FROM booking_events e WHERE e.booking_id = b.id) AS events,
           (SELECT count(*) FROM index_outbox o WHERE o.booking_id = b.id) AS told,
           (SELECT count(*) FROM access_log a WHERE a.booking = b.public_id) AS noted
    FROM bookings b JOIN care_units u ON u.id = b.unit_id
    WHERE u.hsa_id = :unit AND b.state = 'live'
"""


class Booked:
    """The bookings of a unit, by patient and start as the wire writes it, each with what belongs to it."""

    def __init__(self, url: str, unit: str) -> None:
        database = open_database(url)
        try:
            with database.reading() as timetable:
                execute = timetable.connection.execute
                self.broken = {what: len(rows) for what, sql in BROKEN.items() if (rows := execute(text(sql)).all())}
                rows = execute(text(_OF_THE_RUN), {"unit": unit}).all()
        finally:
            database.close()
        self.ids: dict[tuple[str, str], list[str]] = {}
        self.parts: dict[str, tuple[int, ...]] = {}
        for row in rows:
            key = row.patient, _wire(row.starts)
            self.ids.setdefault(key, []).append(row.public_id)
            self.parts[row.public_id] = row.slots, row.events, row.told, row.noted


def _wire(moment: object) -> str:
    return "".join(letter for letter in str(moment) if letter.isdigit())[:14]
