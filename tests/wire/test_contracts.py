from dataclasses import fields, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from wire_documents import messages

from producer.soap.contracts import (
    CONTRACTS,
    GET_UPDATES,
    TIMESLOT_FIELDS,
    UPDATE,
    by_path,
    by_request_qname,
    timeslot_faults,
)
from producer.soap.messages import TimeslotType

COMPLETE = TimeslotType(
    startTimeInclusive="20260801080000",
    endTimeExclusive="20260801081500",
    healthcare_facility="SE2321000016-DEMO1",
    bookingId="B1",
    subject_of_care="199001012385",
    purpose="Kontroll",
    timeTypeName="Besök",
    timeTypeID="T1",
    cancel_booking_allowed=False,
    rebooking_allowed=False,
    message_allowed=False,
    isInvitation=True,
)
OPEN_INVITATION = replace(COMPLETE, startTimeInclusive=None, endTimeExclusive=None)
FREE = replace(
    COMPLETE, subject_of_care=None, isInvitation=None, cancel_booking_allowed=None, rebooking_allowed=None, message_allowed=None
)  # fmt: skip
WISHED = replace(FREE, subject_of_care="199001012385", purpose=None)


def test_there_are_twelve_contracts_each_with_its_own_address() -> None:
    """Rule 11: profile and major version in the path, no minor version."""
    assert len(CONTRACTS) == len(by_path) == 12
    assert all(path.endswith(f"/{row.name}/1/rivtabp21") for path, row in by_path.items())
    assert by_path["/crm/scheduling/MakeBooking/1/rivtabp21"].name == "MakeBooking"
    assert by_path["/itintegration/monitoring/PingForConfiguration/1/rivtabp21"].name == "PingForConfiguration"


def test_the_contracts_of_the_index_can_be_called_and_are_not_among_those_that_every_producer_answers() -> None:
    """Chapters 4.1 and 4.5: Update is what a producer sends."""
    assert set(by_request_qname.values()) == {*CONTRACTS, UPDATE, GET_UPDATES}
    assert not {UPDATE, GET_UPDATES} & {*CONTRACTS, *by_path.values()}
    assert UPDATE.soap_action == "urn:riv:itintegration:engagementindex:UpdateResponder:1:Update"
    assert UPDATE.wsdl_namespace == "urn:riv:itintegration:engagementindex:Update:1:rivtabp21"
    assert (UPDATE.has_actor, GET_UPDATES.has_actor) == (False, False)
    assert GET_UPDATES.path == "/itintegration/engagementindex/GetUpdates/1/rivtabp21"


def test_every_name_follows_from_the_row() -> None:
    """What dispatch goes by."""
    row = by_request_qname["{urn:riv:crm:scheduling:MakeBookingResponder:1}MakeBooking"]
    assert row.response_qname == "{urn:riv:crm:scheduling:MakeBookingResponder:1}MakeBookingResponse"
    assert row.soap_action == "urn:riv:crm:scheduling:MakeBookingResponder:1:MakeBooking"
    assert row.wsdl_namespace == "urn:riv:crm:scheduling:MakeBooking:1:rivtabp21"
    assert (row.domain_namespace, row.minor_version) == ("urn:riv:crm:scheduling", "1.1")


def test_only_the_ping_has_no_actor_and_only_three_contracts_change_anything() -> None:
    """Who must say who acts, and who answers with a result code."""
    assert [row.name for row in CONTRACTS if not row.has_actor] == ["PingForConfiguration"]
    assert [row.name for row in CONTRACTS if row.updating] == ["MakeBooking", "UpdateBooking", "CancelBooking"]
    assert all(("resultCode" in {f.name for f in fields(row.response)}) == row.updating for row in CONTRACTS)


def test_the_matrix_names_every_field_of_a_timeslot_in_order() -> None:
    """The table and the message cannot drift apart."""
    names = [field.name for field in fields(TimeslotType)]
    assert {contract: list(marks) for contract, marks in TIMESLOT_FIELDS.items()} == dict.fromkeys(
        ("GetAvailableTimeslots", "GetBookingDetails", "GetSubjectOfCareSchedule", "MakeBooking", "UpdateBooking"),
        names,
    )
    assert {mark for marks in TIMESLOT_FIELDS.values() for mark in marks.values()} == set("!t.i-")


@pytest.mark.parametrize(
    ("contract", "timeslot"),
    [
        ("GetAvailableTimeslots", FREE),
        ("GetBookingDetails", COMPLETE),
        ("GetBookingDetails", OPEN_INVITATION),
        ("GetBookingDetails", replace(COMPLETE, isInvitation=None, purpose=None)),
        ("GetSubjectOfCareSchedule", COMPLETE),
        ("MakeBooking", WISHED),
        ("MakeBooking", replace(WISHED, bookingId=None, timeTypeID=None)),
        ("UpdateBooking", WISHED),
    ],
)
def test_a_timeslot_that_follows_the_contract_description_has_no_faults(contract: str, timeslot: TimeslotType) -> None:
    assert timeslot_faults(contract, timeslot) == ()


@pytest.mark.parametrize(
    ("contract", "timeslot", "faults"),
    [
        # rule 29: a free time tells neither whose it is nor that it is an invitation
        ("GetAvailableTimeslots", replace(FREE, subject_of_care="199001012385", isInvitation=False), ("subject_of_care must not be there", "isInvitation must not be there")),
        ("GetAvailableTimeslots", replace(FREE, startTimeInclusive=None, endTimeExclusive=None), ("startTimeInclusive is missing", "endTimeExclusive is missing")),
        # rule 51: 1177 cannot do without the time type
        ("GetAvailableTimeslots", replace(FREE, timeTypeID=None, timeTypeName=""), ("timeTypeName is missing", "timeTypeID is missing")),
        # rule 75
        ("GetBookingDetails", replace(COMPLETE, subject_of_care=None, message_allowed=None), ("subject_of_care is missing", "message_allowed is missing")),
        # rule 76
        ("GetBookingDetails", replace(COMPLETE, bookingId=None), ("bookingId is missing",)),
        # rule 77: both times or neither, and neither only in an open invitation
        ("GetBookingDetails", replace(OPEN_INVITATION, isInvitation=None), ("startTimeInclusive is missing", "endTimeExclusive is missing")),
        ("GetBookingDetails", replace(COMPLETE, endTimeExclusive=None), ("endTimeExclusive is missing",)),
        ("GetBookingDetails", replace(OPEN_INVITATION, purpose=None), ("purpose is missing",)),
        # rule 79: no open invitations in a schedule
        ("GetSubjectOfCareSchedule", OPEN_INVITATION, ("startTimeInclusive is missing", "endTimeExclusive is missing")),
        ("GetSubjectOfCareSchedule", replace(COMPLETE, bookingId=None, subject_of_care=None), ("bookingId is missing", "subject_of_care is missing")),
        # what consumers may not send
        ("MakeBooking", replace(WISHED, cancel_booking_allowed=False, isInvitation=False), ("cancel_booking_allowed must not be there", "isInvitation must not be there")),
        ("MakeBooking", replace(WISHED, subject_of_care=None), ("subject_of_care is missing",)),
        # rule 65: the schema lets a rebooking come without the booking
        ("UpdateBooking", replace(WISHED, bookingId=None), ("bookingId is missing",)),
    ],
)  # fmt: skip
def test_a_timeslot_is_told_what_it_lacks_and_what_it_must_not_carry(
    contract: str, timeslot: TimeslotType, faults: tuple[str, ...]
) -> None:
    """Rules 29, 51, 65, 75, 76, 77 and 79, case by case."""
    assert timeslot_faults(contract, timeslot) == faults


@given(timeslot=messages(TimeslotType), contract=st.sampled_from(sorted(TIMESLOT_FIELDS)))
def test_a_fault_is_about_a_field_as_it_is(timeslot: TimeslotType, contract: str) -> None:
    """A missing field is not there, an unwanted one is."""
    for fault in timeslot_faults(contract, timeslot):
        field, _, wrong = fault.partition(" ")
        assert (getattr(timeslot, field) is None) == (wrong == "is missing")
