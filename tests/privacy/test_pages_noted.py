"""Whatever page or file of the staff shows a patient, the access log has a line that says so."""

import io
import zipfile

import pytest
from staff.places import PLACES, QUERIES, What
from staff.test_sweep import DemoWorld
from staff.world import StaffWorld

from producer.domain.persons import OFFICIAL_TEST_IDENTITIES
from producer.store import tables as t

_SHOW_PATIENTS = ("bookings.index", "bookings.show", "lists.patients", "exchange.unit_file")
_EXAMPLES = ("exchange.show",)  # it explains what a column holds by the number of nobody
LOOKED_AT = [name for name, place in PLACES.items() if place.what in (What.PAGE, What.FILE) and name not in _EXAMPLES]


def noted(world: DemoWorld | StaffWorld) -> set[str]:
    with world.database.reading() as timetable:
        return set(timetable.connection.scalars(t.access_log.select().with_only_columns(t.access_log.c.patient)))


def shown(content: bytes) -> set[str]:
    """The patients in a page, or in what a packed file holds."""
    if content.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            content = b"".join(packed.read(name) for name in packed.namelist())
    text = content.decode("utf-8", "replace")
    return {one for one in OFFICIAL_TEST_IDENTITIES if one in text or f"{one[:8]}-{one[8:]}" in text}


@pytest.mark.parametrize("endpoint", LOOKED_AT)
def test_no_place_shows_a_patient_who_is_not_noted(demo: DemoWorld, endpoint: str) -> None:
    seen = 0
    for method, _, path in demo.rules_of(endpoint):
        for query in QUERIES.get(endpoint, ("",)) if method == "GET" else ():
            demo.reset()
            answer = demo.browser().get(path + query.format(**demo.examples))
            found = shown(answer.get_data())
            seen += len(found)
            assert found <= noted(demo), f"{path}{query} shows whom nobody has noted"
            answer.close()
    assert seen or endpoint not in _SHOW_PATIENTS
