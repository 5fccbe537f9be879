import time
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree
from wire_documents import messages

from producer.soap.codec import Incomplete, encode, read, template
from producer.soap.messages import (
    CancelBooking,
    Fragment,
    GetAllPerformersResponse,
    GetAvailableTimeslots,
    GetAvailableTimeslotsResponse,
    GetSubjectOfCareScheduleResponse,
    MakeBookingResponse,
    PerformerInfoType,
    ResultCode,
    TimeslotType,
)

SLOT = TimeslotType(
    startTimeInclusive="20260801080000",
    endTimeExclusive="20260801081500",
    healthcare_facility="SE2321000016-DEMO1",
    performer="SE2321000016-P001",
    bookingId="7hK2-q9",
    resourceName="Rum 100 % ljust",
    healthcare_facility_name="Vårdcentralen Norr",
    performerName="Leg. läk. Åsa Öberg",
    timeTypeName="Besök & prov",
    timeTypeID="T1",
    careTypeName="Vårdcentral",
    careTypeID="VC",
    cancel_booking_allowed=True,
    rebooking_allowed=False,
)
VARYING = ("startTimeInclusive", "endTimeExclusive", "bookingId")


def as_read(message: GetAvailableTimeslotsResponse) -> GetAvailableTimeslotsResponse:
    return read(GetAvailableTimeslotsResponse, etree.fromstring(encode(message))).message


@pytest.mark.parametrize("nothing", [None, "", " \n", "\x00", "\x00 ", "\u00a0\u2028"])
def test_an_optional_text_with_nothing_to_say_is_left_out(nothing: str | None) -> None:
    """Rule 27: no empty optional element, whatever the reason that nothing is left of it."""
    written = encode(MakeBookingResponse(resultCode=ResultCode.OK, bookingId=nothing, resultText=nothing))
    assert b"bookingId" not in written
    assert b"resultText" not in written


def test_an_empty_list_writes_no_element() -> None:
    """A patient without bookings gets an empty response element."""
    root = etree.fromstring(encode(GetSubjectOfCareScheduleResponse()))
    assert etree.QName(root).localname == "GetSubjectOfCareScheduleResponse"
    assert len(root) == 0


def test_empty_members_of_a_list_are_left_out() -> None:
    """Rule 27 holds for repeated elements, too."""
    request = GetAvailableTimeslots(
        healthcare_facility="A",
        startDateInclusive="20260801",
        endDateInclusive="20260802",
        performer=("", "B", " "),
        subject_of_care="199001012385",
    )
    assert encode(request).count(b"<r:performer>") == 1


@pytest.mark.parametrize("nothing", [None, "", "  ", "\x01"])
def test_a_mandatory_value_cannot_be_empty(nothing: str | None) -> None:
    """Nothing that a strict reader would refuse leaves the producer."""
    with pytest.raises(Incomplete, match="lastName"):
        encode(
            GetAllPerformersResponse(performerInfos=(PerformerInfoType(perfomer="A", firstName="B", lastName=nothing),))
        )


@settings(deadline=None)
@given(text=st.text(st.characters(), min_size=1))
def test_any_text_becomes_well_formed_xml_without_the_characters_xml_cannot_carry(text: str) -> None:
    """Free text reaches the reader unchanged but for what XML 1.0 has no way to say."""
    written = encode(CancelBooking(healthcare_facility="A", bookingId="B", message=f"a{text}z"))
    message = read(CancelBooking, etree.fromstring(written)).message
    legal = "".join(
        c for c in text if c in "\t\n\r" or " " <= c <= "\ud7ff" or "\ue000" <= c <= "\ufffd" or c > "\uffff"
    )
    assert message.message == f"a{legal}z"


def test_markup_in_a_text_is_one_text_node() -> None:
    """Rule 78: DocBook travels entity-encoded once, not as elements and not as CDATA."""
    docbook = '<article version="5.0"><title>A &amp; B</title></article>'
    written = encode(GetAvailableTimeslotsResponse(timeslotDetail=(replace(SLOT, purpose=docbook),)))
    assert b"CDATA" not in written
    assert b"&lt;article" in written
    assert b"&amp;amp;" in written
    (purpose,) = etree.fromstring(written).iter("{urn:riv:crm:scheduling:1}purpose")
    assert purpose.text == docbook
    assert len(purpose) == 0


def test_a_fragment_says_what_the_part_would_have_said() -> None:
    """A ready-made part and a part written field by field give the same bytes."""
    fill = template(SLOT, VARYING)
    fragment = fill(SLOT.startTimeInclusive, SLOT.endTimeExclusive, SLOT.bookingId)
    assert isinstance(fragment, Fragment)
    assert encode(GetAvailableTimeslotsResponse(timeslotDetail=(fragment, SLOT))) == encode(
        GetAvailableTimeslotsResponse(timeslotDetail=(SLOT, SLOT))
    )


def test_a_template_takes_its_values_in_the_order_they_were_named() -> None:
    """The order of the arguments is the caller's, the order of the elements the schema's."""
    fill = template(SLOT, ("bookingId", "startTimeInclusive"))
    (slot,) = as_read(GetAvailableTimeslotsResponse(timeslotDetail=(fill("B7", "20270101000000"),))).timeslotDetail
    assert slot == replace(SLOT, bookingId="B7", startTimeInclusive="20270101000000")


@settings(deadline=None)
@given(slot=messages(TimeslotType))
def test_a_template_escapes_what_varies_and_leaves_out_what_is_empty(slot: TimeslotType) -> None:
    """Rule 27 and well-formedness hold whatever the values that fill a template."""
    fill = template(replace(SLOT, bookingId=None), ("reason", "bookingId", "careTypeName"))
    fragment = fill(slot.reason or "", slot.bookingId or "", slot.careTypeName or "")
    expected = replace(SLOT, reason=slot.reason, bookingId=slot.bookingId, careTypeName=slot.careTypeName)
    assert as_read(GetAvailableTimeslotsResponse(timeslotDetail=(fragment,))).timeslotDetail == (expected,)


def test_a_template_without_varying_fields_is_the_prototype() -> None:
    assert encode(GetAvailableTimeslotsResponse(timeslotDetail=(template(SLOT, ())(),))) == encode(
        GetAvailableTimeslotsResponse(timeslotDetail=(SLOT,))
    )


def test_a_template_knows_its_fields() -> None:
    with pytest.raises(ValueError, match="TimeslotType has no bookingID"):
        template(SLOT, ("bookingID",))
    with pytest.raises(TypeError, match="takes startTimeInclusive, endTimeExclusive, bookingId"):
        template(SLOT, VARYING)("20260801080000")


def test_two_thousand_slots_are_written_in_the_blink_of_an_eye() -> None:
    """A sanity bound far above what was measured: the encoder does not build trees."""
    fill = template(SLOT, VARYING)
    started = time.process_time()
    slots = tuple(fill("20260801080000", "20260801081500", f"b{number}") for number in range(2_000))
    written = encode(GetAvailableTimeslotsResponse(timeslotDetail=slots))
    assert time.process_time() - started < 0.25
    assert written.count(b"<r:timeslotDetail>") == 2_000
    started = time.process_time()
    encode(GetAvailableTimeslotsResponse(timeslotDetail=(SLOT,) * 2_000))
    assert time.process_time() - started < 0.5
