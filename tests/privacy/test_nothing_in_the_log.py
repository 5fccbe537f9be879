"""No error of any kind brings a patient's data into the log: its words are left out where they may quote values."""

import json
import logging
import sqlite3
from collections.abc import Callable

import psycopg
import pytest
from click.testing import CliRunner
from rules.world import EKEN, GUNILLA, SOMEBODY, World
from sqlalchemy.exc import DBAPIError

from producer.cli import main
from producer.domain.model import Contact
from producer.serving.log import JsonLines
from producer.serving.traces import told
from producer.store import tables as t
from producer.store.errors import StoreUnavailable

CONTACT = Contact(first_name="Gunilla", last_name="Påhittsdotter", phone="070-174 06 05", email="gunilla@example.se")
TRACES = (GUNILLA, "700123-9297", "Gunilla", "Påhittsdotter", "070-174", "example.se", "Ryggraden")


def written(error: BaseException) -> str:
    record = logging.LogRecord("producer", logging.ERROR, __file__, 1, "A call failed", (), (type(error), error, None))
    return JsonLines().format(record)


def raised(act: Callable[[], object]) -> BaseException:
    try:
        act()
    except BaseException as error:  # noqa: BLE001 - whatever it is, the log would tell it
        return error
    raise AssertionError("nothing was raised")


def _row(world: World, **wrong: object) -> None:
    """A booking that the database refuses; its refusal quotes the row, in PostgreSQL at least."""
    with world.timetable() as timetable:
        row = {"public_id": "X", "unit_id": 1, "patient": GUNILLA, "state": "live", "is_invitation": False}
        more = {"shown_to_patient": True, "reason": "ont i\nRyggraden", "first_name": "Gunilla", "phone": CONTACT.phone}
        now = {"made_at": world.now, "changed_at": world.now}
        timetable.connection.execute(t.bookings.insert(), {**row, **more, **now, **wrong})


_REFUSED_BY_BOTH = (
    {"state": None},
    {"state": "Påhittsdotter"},
    {"unit_id": 10**9},
    {"email": object()},
    {"public_id": "BOKAD-1"},
    {"reason": "\ud800Gunilla"},
)
_REFUSED_BY_POSTGRESQL = ({"patient": f"{GUNILLA}{GUNILLA}"}, {"reason": "Gunilla\x00"})  # a length, and a NUL


def _is_told_without_values(world: World, wrong: dict[str, object]) -> None:
    error = raised(lambda: _row(world, **wrong))
    line = written(error)
    assert [trace for trace in TRACES if trace in line] == []
    assert type(error).__name__ in json.loads(line)["traceback"]


@pytest.mark.parametrize("wrong", _REFUSED_BY_BOTH, ids=lambda wrong: next(iter(wrong)))
def test_what_a_database_says_of_a_row_is_not_told(world: World, wrong: dict[str, object]) -> None:
    """PostgreSQL: `DETAIL: Failing row contains (...)`, over several lines if a column holds them."""
    _is_told_without_values(world, wrong)


@pytest.mark.only_on("postgresql", reason="SQLite knows no lengths and keeps a NUL")
@pytest.mark.parametrize("wrong", _REFUSED_BY_POSTGRESQL, ids=lambda wrong: next(iter(wrong)))
def test_nor_of_a_value(world: World, wrong: dict[str, object]) -> None:
    _is_told_without_values(world, wrong)


@pytest.mark.parametrize(
    "act",
    [
        lambda: {}[GUNILLA],
        lambda: int("Gunilla"),
        lambda: json.loads("Gunilla"),
        lambda: "Gunilla".index("x", "Gunilla"),  # type: ignore[arg-type]
        lambda: (_ for _ in ()).throw(ValueError(CONTACT)),
        lambda: (_ for _ in ()).throw(AssertionError(CONTACT)),
        lambda: (_ for _ in ()).throw(StopIteration(CONTACT)),
        lambda: (_ for _ in ()).throw(ExceptionGroup("Gunilla", [ValueError(CONTACT)])),
        lambda: bytes.fromhex("47ff").decode(),
        lambda: open("Gunilla"),  # noqa: PTH123, SIM115
        lambda: getattr(CONTACT, "Gunilla".lower()),
        lambda: CONTACT + 1,  # type: ignore[operator]
    ],
)
def test_what_an_error_says_of_a_value_is_not_told(act: Callable[[], object]) -> None:
    error = raised(act)
    line = written(error)
    trace = json.loads(line)["traceback"]
    assert type(error).__name__ in trace
    said = [row for row in trace.splitlines() if not row.startswith(" ")]  # what is indented is our own code
    assert [trace for trace in TRACES if trace in "\n".join(said)] == []


def test_nor_of_an_error_that_led_to_another() -> None:
    def fail() -> None:
        try:
            _ = {}[GUNILLA]
        except KeyError as error:
            raise StoreUnavailable("the disk is full") from error

    trace = told(raised(fail))
    assert GUNILLA not in trace
    assert trace.index("KeyError\n") < trace.index("direct cause") < trace.index("StoreUnavailable: the disk is full")


def test_errors_that_lead_to_each_other_are_told_once() -> None:
    one, other = KeyError(GUNILLA), ValueError(GUNILLA)
    one.__cause__, other.__cause__ = other, one
    assert told(one).count("KeyError") == 1


def test_what_helps_to_find_the_error_is_told() -> None:
    assert told(TypeError("f() takes 1 argument")) == "TypeError: f() takes 1 argument"
    assert told(OSError(28, "No space left on device", "Gunilla.db")) == "OSError: No space left on device"
    assert told(psycopg.errors.NotNullViolation("Gunilla")) == "psycopg.errors.NotNullViolation: 23502"
    assert "test_nothing_in_the_log" in told(raised(lambda: {}[GUNILLA]))
    wrapped = DBAPIError.instance("SELECT 1", None, sqlite3.IntegrityError("Gunilla"), sqlite3.Error)
    assert told(wrapped).startswith("sqlalchemy.exc.IntegrityError")


def test_a_call_that_fails_inside_leaves_nothing_of_the_patient(
    world: World, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """From the wire to the log: an error that quotes all that came with the call."""

    def fail(*_: object, **known: object) -> None:
        raise ValueError(known)

    monkeypatch.setattr("producer.store.desk.Desk.book", fail)
    patient = world.patient(SOMEBODY)
    reply = patient.reply(EKEN, patient.order(patient.time(EKEN, "20261124080000"), reason="ont i Ryggraden"))
    assert reply.status == 500
    lines = "\n".join(JsonLines().format(record) for record in caplog.records)
    assert "ValueError" in lines
    for trace in (SOMEBODY, "Exempelqvist", "Ryggraden", "070-174"):
        assert trace not in lines
        assert trace.encode() not in reply.body


def test_a_command_that_fails_inside_tells_its_kind_and_no_value(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> None:
        raise KeyError(CONTACT)

    monkeypatch.setattr("producer.serving.readiness.bring_up_to_date", fail)
    result = CliRunner().invoke(main, ["db", "upgrade"])
    assert result.exit_code == 1
    assert "KeyError" in result.output
    assert [trace for trace in TRACES if trace in result.output] == []
