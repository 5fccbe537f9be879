"""The watch over the whole suite sees what it is there for."""

import logging
from collections.abc import Iterable
from typing import Any

import pytest
from leaks import Leaks, patients_in, watched
from rules.world import GUNILLA


@pytest.mark.parametrize("way", [GUNILLA, "19700123-9297", "700123-9297", f"x{GUNILLA}y"])
def test_a_patient_is_seen_however_written(way: str) -> None:
    assert patients_in(f"something about {way}.") != []


def test_what_is_nobodys_is_not() -> None:
    assert patients_in("SE2321000016-1077 2026-11-23 12345678-1234-1234-1234-123456789012 700123") == []


def test_the_log_is_looked_through_as_it_is_written() -> None:
    leaks = Leaks()
    for text in (GUNILLA, "700123-9297"):  # the first is masked
        leaks.emit(logging.LogRecord("producer.x", logging.INFO, "here.py", 7, text, (), None))
    (found,) = leaks.taken()
    assert found.startswith("here.py:7 logged: ")
    assert leaks.taken() == []


@pytest.mark.parametrize(
    ("path", "status", "is_seen"),
    [
        ("/soap", "500 Internal Server Error", True),
        ("/staff/x", "404 Not Found", True),
        ("/metrics", "200 OK", True),
        ("/soap", "200 OK", False),
        ("/staff/patients", "400 Bad Request", False),
    ],
)
def test_errors_and_numbers_are_looked_through_and_answers_are_not(path: str, status: str, is_seen: bool) -> None:
    def app(_app: object, _environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        start_response(status, [])
        yield GUNILLA.encode()

    leaks = Leaks()
    call = watched(lambda *asked: list(app(*asked)), leaks)
    answer = call(None, {"PATH_INFO": path, "REQUEST_METHOD": "GET"}, lambda *_: None)  # type: ignore[arg-type]
    assert b"".join(answer) == GUNILLA.encode()
    assert bool(leaks.taken()) is is_seen


def test_an_address_is_looked_through() -> None:
    def app(_app: object, _environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        start_response("302 Found", [("Location", f"/staff/patients/{GUNILLA}")])
        return []

    leaks = Leaks()
    watched(app, leaks)(None, {"PATH_INFO": "/staff/x", "REQUEST_METHOD": "GET"}, lambda *_: None)  # type: ignore[arg-type]
    assert len(leaks.taken()) == 1
