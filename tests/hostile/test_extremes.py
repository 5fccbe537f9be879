from itertools import product

import pytest
from lxml import etree

from hostile.bad_elements import empty, remove, spoilt, with_element
from hostile.letters import (
    ACTOR,
    BY_CONTRACT,
    LENIENT_UNIT,
    LETTERS,
    PATIENT,
    PING,
    QUERIES,
    UPDATES,
    Letter,
    Line,
    address,
    envelope,
    message,
)
from hostile.probe import XML
from hostile.verdicts import answer_of
from hostile.world import World

IMPOSSIBLE = {
    "30 February": "20990230090000",
    "29 February of a common year": "20990229090000",
    "29 February of a common century": "21000229090000",
    "31 April": "20990431090000",
    "day 00": "20990500090000",
    "the hour that March lacks": "20270328023000",
    "the last second of all": "99991231235959",
    "the first second of all": "10000101000000",
}
DAYS = ("10000101", "19000101", "20000229", "20261025", "20270328", "20990504", "99991231")
OPTIONAL = [(letter, line) for letter in LETTERS for line in letter.lines if line.cardinality == "?" and line.kind]


def blank(element: etree._Element) -> None:
    element.text = " \n\u00a0"


def sent(world: World, text: str) -> bytes:
    reply = world.send(text.encode(), headers=XML)
    answer_of(reply)
    return reply.body


@pytest.mark.parametrize("contract", ["MakeBooking", "UpdateBooking"])
@pytest.mark.parametrize(
    ("field", "moment"), [*product(("startTimeInclusive", "endTimeExclusive"), IMPOSSIBLE.values())]
)
def test_a_moment_that_is_no_time_to_book_is_refused_in_words(
    world: World, contract: str, field: str, moment: str
) -> None:
    """Rules 36 and 54: an act is refused with a result and a Swedish sentence, not with a fault."""
    answer = answer_of(world.send(message(contract, **{field: moment}).encode(), headers=XML))
    assert answer.findtext("{*}resultCode") == "ERROR"
    assert (answer.findtext("{*}resultText") or "").endswith(".")
    assert world.changes() == []


@pytest.mark.parametrize("contract", ["GetAvailableDates", "GetAvailableTimeslots"])
@pytest.mark.parametrize(("first", "last"), [*product(DAYS, DAYS)])
def test_any_interval_is_answered(world: World, contract: str, first: str, last: str) -> None:
    """Rule 33: the ends of the calendar too, and an interval that ends before it starts."""
    for booking_id in (None, "DEMO-BOOKING-1", "DEMO-OPEN-1", "unknown"):
        text = message(contract, startDateInclusive=first, endDateInclusive=last, bookingId=booking_id)
        found = answer_of(world.send(text.encode(), headers=XML))
        has_slots = booking_id is None and first <= "20990504" <= last
        assert bool(len(found)) >= has_slots
        assert not (first > last and len(found))


@pytest.mark.parametrize(("letter", "line"), OPTIONAL, ids=lambda part: getattr(part, "label", ""))
def test_an_empty_optional_element_counts_as_left_out(world: World, letter: Letter, line: Line) -> None:
    """Rule 28."""
    answers = []
    for spoil in (remove, empty, blank):
        answer = answer_of(world.send(spoilt(letter, line, spoil).encode(), headers=XML))
        answers.append([(child.tag, child.text) for child in answer.iter() if not child.tag.endswith("}bookingId")])
        world.restore()
    assert answers[0] == answers[1] == answers[2]


@pytest.mark.parametrize("letter", [*QUERIES, *UPDATES], ids=lambda letter: letter.contract)
def test_a_stranger_last_in_a_request_is_ignored(world: World, letter: Letter) -> None:
    """Rule 32."""
    answers = []
    for text in (envelope(letter.body()), with_element(letter, (), "{urn:foreign}stranger", "x")):
        answer = answer_of(world.send(text.encode(), headers=XML))
        answers.append([(child.tag, child.text) for child in answer.iter() if not child.tag.endswith("}bookingId")])
        world.restore()
    assert answers[0] == answers[1]


ABOUT_UNITS = [letter for letter in QUERIES if letter.contract != "GetBookingDetails"]  # nothing is booked there


@pytest.mark.parametrize("letter", ABOUT_UNITS, ids=lambda letter: letter.contract)
def test_a_lenient_unit_hears_one_who_does_not_say_who_acts(world: World, letter: Letter) -> None:
    """Rule 18, in the lenient mode."""
    body = letter.body()
    for each in body.iter("{*}healthcare_facility"):
        each.text = LENIENT_UNIT
    assert answer_of(world.send(envelope(body, address(LENIENT_UNIT)).encode(), headers=XML)) is not None


PINGS = {
    "empty": f'<PingForConfiguration xmlns="{PING}"/>',
    "of white space": f'<PingForConfiguration xmlns="{PING}">\n </PingForConfiguration>',
    "of a comment": f'<PingForConfiguration xmlns="{PING}"><!-- a --></PingForConfiguration>',
    "with empty elements": f'<p:PingForConfiguration xmlns:p="{PING}"><p:serviceContractNamespace/><p:logicalAddress/>'
    "</p:PingForConfiguration>",
    "with one element": f'<p:PingForConfiguration xmlns:p="{PING}"><p:logicalAddress>x</p:logicalAddress>'
    "</p:PingForConfiguration>",
    "with a stranger": f'<PingForConfiguration xmlns="{PING}"><q xmlns="urn:q"/></PingForConfiguration>',
}


@pytest.mark.parametrize("ping", PINGS.values(), ids=PINGS)
@pytest.mark.parametrize("headers", [address("SE165565594230-1000"), address() + ACTOR], ids=["no Actor", "an Actor"])
def test_a_ping_may_say_nothing(world: World, ping: str, headers: str) -> None:
    """Rule 94."""
    answer = answer_of(world.send(envelope(ping, headers).encode(), headers=XML))
    assert answer.findtext("{*}version")


@pytest.mark.parametrize(
    ("contract", "name"),
    [("GetAvailableTimeslots", "performer"), ("GetAllPerformers", "timeTypeIDs"), ("GetAllTimeTypes", "careTypeIDs")],
)
def test_a_hundred_thousand_alternatives_are_as_good_as_one(world: World, contract: str, name: str) -> None:
    """Rule 42: repeated filters are alternatives."""
    plain = message(contract)
    line = next(line for line in BY_CONTRACT[contract].lines if line.name == name)
    start = plain.index(f">{line.value}<")
    opening = plain.rindex("<", 0, start)
    element = plain[opening : plain.index(">", start + 1) + 1]
    many = "".join(element.replace(line.value, f"{line.value}-{number}") for number in range(100_000))
    assert sent(world, plain.replace(element, many + element)) == sent(world, plain)


@pytest.mark.parametrize("where", [f"<c:subject_of_care>{PATIENT}", "<c:bookingId>a-slot-of-old"])
def test_the_ids_of_another_are_no_way_in(world: World, where: str) -> None:
    """Rule 22: who acts for somebody else, or with somebody else's booking, is refused."""
    tag = where.partition(">")[0] + ">"
    other = "199001012385" if "subject" in where else "DEMO-TIMED-1"
    answer = answer_of(world.send(message("MakeBooking").replace(where, tag + other).encode(), headers=XML))
    assert answer.findtext("{*}resultCode") == "ERROR"
    assert world.changes() == []
