"""Every call leaves one line in the log and its mark in the numbers, and no patient in either."""

import json
import logging

import pytest
from hypothesis import given
from hypothesis import strategies as st
from prometheus_client.parser import text_string_to_metric_families

from producer.serving.log import JsonLines
from producer.serving.masking import masked
from producer.soap import messages as m
from server.calling import CANCEL, PATIENT, TYPES, UNIT, Desk, letter, send

MESSAGE = m.CancelBooking(healthcare_facility=UNIT, bookingId="b-1", message="tack")


def lines(caplog: pytest.LogCaptureFixture) -> list[dict[str, object]]:
    return [json.loads(JsonLines().format(record)) for record in caplog.records if record.name == "producer.calls"]


def numbers(desk: Desk) -> dict[tuple[str, ...], float]:
    text = send(desk.app, "GET", "/metrics").text
    return {
        (sample.name, *(value for name, value in sorted(sample.labels.items()) if name != "le")): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def test_a_call_is_one_line_with_who_where_what_and_how_long(desk: Desk, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    desk.post(
        letter(CANCEL),
        HTTP_X_SKLTP_CORRELATION_ID="c-1",
        HTTP_X_RIVTA_ORIGINAL_SERVICECONSUMER_HSAID="SE2321000016-1077",
    )
    (line,) = lines(caplog)
    assert 0 < line.pop("milliseconds") < 10_000
    assert str(line.pop("time")).endswith("+00:00")
    assert line == {
        "level": "info",
        "contract": "CancelBooking",
        "logical_address": UNIT,
        "consumer": "SE2321000016-1077",
        "correlation_id": "c-1",
        "result": "ERROR",
        "refusal": "ALREADY_CANCELLED",
    }


def test_an_empty_optional_element_is_logged(desk: Desk, caplog: pytest.LogCaptureFixture) -> None:
    """rule 28"""
    caplog.set_level(logging.INFO)
    desk.post(letter(MESSAGE).replace(b">tack<", b"><"))
    assert lines(caplog)[0]["empty_elements"] == ["CancelBooking/message"]


@pytest.mark.parametrize("header", ["HTTP_X_SKLTP_CORRELATION_ID", "HTTP_X_RIVTA_ORIGINAL_SERVICECONSUMER_HSAID"])
def test_a_patient_in_a_header_is_not_logged(desk: Desk, caplog: pytest.LogCaptureFixture, header: str) -> None:
    caplog.set_level(logging.INFO)
    desk.post(letter(TYPES), **{header: f"about-{PATIENT}"})
    written = [JsonLines().format(record) for record in caplog.records]
    assert PATIENT not in "".join(written)
    assert "about-************" in "".join(written)


@pytest.mark.parametrize(
    "kept",
    [
        "SE2321000016-1077",
        "SE165565594230-1000",
        "5565594230",
        "TSTNMT2321000156-1077",
        "2026-03-02T12:00:00.123+00:00",
        "12345678-1234-1234-1234-123456789012",
        "0.123 s",
    ],
)
def test_what_is_no_patient_is_legible_in_the_log(kept: str) -> None:
    assert masked(f"a {kept}, b") == f"a {kept}, b"


@given(
    patient=st.from_regex(r"\A[0-9]{8}-?[0-9pPtTfF][0-9]{3}\Z"), around=st.sampled_from([" ", '"', ">", "=", "/", ":"])
)
def test_whatever_reads_as_a_patient_is_hidden(patient: str, around: str) -> None:
    assert masked(f"a{around}{patient}{around}b") == f"a{around}************{around}b"


def test_calls_faults_refusals_and_seconds_are_counted_by_contract(desk: Desk) -> None:
    for body in (letter(TYPES), letter(TYPES), letter(CANCEL), letter(TYPES, ""), b"<a/>"):
        desk.post(body)
    found = numbers(desk)
    assert found["tidbok_calls_total", "GetAllTimeTypes", "OK"] == 2
    assert found["tidbok_calls_total", "GetAllTimeTypes", "fault"] == 1
    assert found["tidbok_calls_total", "unknown", "fault"] == 1
    assert found["tidbok_faults_total", "Client", "GetAllTimeTypes"] == 1
    assert found["tidbok_refusals_total", "CancelBooking", "ALREADY_CANCELLED"] == 1
    assert found["tidbok_call_seconds_count", "GetAllTimeTypes"] == 3


def test_what_callers_make_up_does_not_become_a_label(desk: Desk) -> None:
    """Every new label would be memory that is never given back."""
    for number in range(50):
        desk.post(letter(TYPES).replace(b"GetAllTimeTypes", b"Made%dUp" % number))
    assert {key[1] for key in numbers(desk) if key[0] == "tidbok_calls_total"} == {"unknown"}
