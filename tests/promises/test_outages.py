import re
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection
from pathlib import Path
from time import monotonic, sleep
from urllib.parse import urlsplit

import pytest

from producer.soap import messages as m
from producer.soap.client import SoapFault
from promises import bookers
from promises.servers import serving, start
from promises.troubles import TROUBLES, File, Trouble, place_for
from promises.wholeness import Booked

SECONDS_TO_TELL = 15


@pytest.mark.parametrize("trouble", TROUBLES.values(), ids=TROUBLES.keys())
def test_trouble_with_the_database_is_told_and_passes_without_a_restart(
    trouble: Trouble, tmp_path: Path, figure: Callable[[str], None]
) -> None:
    """Acts are faults within seconds, the ready page says why, nothing is half written, and all goes on by itself."""
    with place_for(trouble, tmp_path) as place:
        start(tmp_path, place.url, "--demo").stop()
        with serving(tmp_path, place.url, "--workers", "2") as server:
            wanted = iter(bookers.wishes(server.address, 400))
            before = [bookers.book(server.address, next(wanted)) for _ in range(4)]
            assert all(answer.is_ok for answer in before)
            assert page(server.address, "/health/ready") == (200, "ready\n")
            with trouble.befalls(place):
                refused, took = until_a_fault(server.address, wanted, before)
                assert took < trouble.bound
                hold_trouble(server.address, trouble, refused)
            passed = monotonic()
            ready_page(server.address, until=200)
            back = monotonic() - passed
            assert server.process.poll() is None
            again = bookers.book(server.address, refused.wish)
            assert again.is_ok, again
            booked = Booked(place.url, bookers.UNIT)
            assert booked.broken == {}
            assert sorted(booked.parts) == sorted(str(answer.booking_id) for answer in (*before, again))
            for answer in (*before, again):
                assert booked.ids[answer.wish.patient, answer.wish.starts] == [answer.booking_id]
    figure(f"a fault after {took:.1f} s; answering again {back:.1f} s after the trouble had passed")


def until_a_fault(
    address: str, wanted: Iterable[bookers.Wish], before: list[bookers.Answer]
) -> tuple[bookers.Answer, float]:
    """What was refused, and how long that took; a disk that is full has room for a few rows in what is there."""
    for wish in wanted:
        asked = monotonic()
        answer = bookers.book(address, wish)
        if not answer.is_ok:
            return answer, monotonic() - asked
        before.append(answer)
    raise AssertionError("nothing went wrong")


def hold_trouble(address: str, trouble: Trouble, refused: bookers.Answer) -> None:
    sentence = r"Server The producer failed to answer; its log tells why \(log id [0-9a-f-]{36}\)"
    assert re.fullmatch(sentence, str(refused.fault)), refused
    assert ready_page(address, until=503) == f"{trouble.said}\n"
    assert page(address, "/health/live") == (200, "live\n")
    with ThreadPoolExecutor(max_workers=2) as askers:
        reading = askers.submit(can_be_read, address)
        code, text = page(address, "/staff/sign-in")
        assert reading.result() is trouble.can_be_read
    assert code in (200, 503), text
    assert "Traceback" not in text
    assert "<h1" in text, "a page for people"
    assert page(address, "/staff/static/staff/staff.css")[0] == 200


def can_be_read(address: str) -> bool:
    question = m.GetAllTimeTypes(healthcare_facility=bookers.UNIT, subject_of_care=bookers.PATIENTS[0])
    try:
        return bool(bookers.call(address, question, bookers.PATIENTS[0]).ListOfTimeTypes)
    except SoapFault as reason:
        fault = reason
    assert (fault.code, fault.status) == ("Server", 500)
    return False


def ready_page(address: str, *, until: int) -> str:
    """What it says once it has the status; of what it found it tells for a moment."""
    began = monotonic()
    while (found := page(address, "/health/ready"))[0] != until:
        assert monotonic() < began + SECONDS_TO_TELL, found
        sleep(0.1)
    return found[1]


def page(address: str, path: str) -> tuple[int, str]:
    connection = HTTPConnection(urlsplit(address).netloc, timeout=30)
    try:
        connection.request("GET", path)
        response = connection.getresponse()
        return response.status, response.read().decode()
    finally:
        connection.close()


def test_a_database_put_in_the_place_of_another_is_the_one_that_is_asked(tmp_path: Path) -> None:
    """As when a backup is restored: what the former held is not mixed with it."""
    place, other = File(folder=tmp_path / "data"), File(folder=tmp_path / "other")
    for each in (place, other):
        each.folder.mkdir()
        start(tmp_path, each.url, "--demo").stop()
    with serving(tmp_path, place.url, "--workers", "2") as server:
        former = bookers.book(server.address, bookers.wishes(server.address, 1)[0])
        place.folder.rename(tmp_path / "former")
        other.folder.rename(place.folder)
        for _ in range(8):  # of either worker
            question = m.GetBookingDetails(healthcare_facility=bookers.UNIT, bookingId=str(former.booking_id))
            with pytest.raises(SoapFault, match="Client"):
                bookers.call(server.address, question, former.wish.patient)
        latter = bookers.book(server.address, former.wish)
        assert latter.is_ok
    assert list(Booked(place.url, bookers.UNIT).parts) == [latter.booking_id]
    former_url = f"sqlite:///{tmp_path / 'former' / 'tidbok.db'}"
    assert list(Booked(former_url, bookers.UNIT).parts) == [former.booking_id]
