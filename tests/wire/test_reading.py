import pytest
from lxml import etree

from producer.soap.codec import Invalid, decode, encode, read, schema_errors
from producer.soap.contracts import CONTRACTS, by_path
from producer.soap.faults import ClientFault
from producer.soap.messages import (
    Actor,
    ActorType,
    CancelBooking,
    GetAllTimeTypes,
    GetAvailableDates,
    MakeBooking,
    SubjectOfCareType,
    TimeslotType,
    UpdateBooking,
)

CORE = "urn:riv:crm:scheduling:1"
PATIENT = "199001012385"


def contract(name: str):
    (row,) = (row for row in CONTRACTS if row.name == name)
    return row


def make_booking() -> str:
    return encode(
        MakeBooking(
            healthcare_facility_med="SE2321000016-DEMO1",
            requestedTimeslot=TimeslotType(
                startTimeInclusive="20260801080000",
                endTimeExclusive="20260801081500",
                healthcare_facility="SE2321000016-DEMO1",
                subject_of_care=PATIENT,
            ),
            subject_of_care_info=SubjectOfCareType(firstName="Åsa", lastName="Öberg"),
        )
    ).decode()


def refusal(document: str, name: str = "MakeBooking") -> str:
    with pytest.raises(Invalid) as caught:
        decode(contract(name), etree.fromstring(document))
    assert isinstance(caught.value, ClientFault)
    assert caught.value.code == "Client"
    return str(caught.value)


@pytest.mark.parametrize(
    ("was", "becomes", "said"),
    [
        ("<c:startTimeInclusive>20260801080000<", "<c:startTimeInclusive>2026-08-01T08:00:00<", "MakeBooking/requestedTimeslot/startTimeInclusive: is not a moment"),
        ("<c:startTimeInclusive>20260801080000<", "<c:startTimeInclusive> 20260801080000<", "startTimeInclusive: has white space"),
        (f">{PATIENT}<", f">{PATIENT} <", "MakeBooking/requestedTimeslot/subject_of_care: has white space"),
        (f">{PATIENT}<", ">^199001012385$<", "subject_of_care: is not a person number"),
        ("<r:healthcare_facility_med>SE2321000016-DEMO1<", "<r:healthcare_facility_med><", "MakeBooking/healthcare_facility_med: is empty"),
        ("<r:healthcare_facility_med>SE2321000016-DEMO1<", "<r:healthcare_facility_med> \n <", "healthcare_facility_med: is empty"),
        ("<r:healthcare_facility_med>SE2321000016-DEMO1<", "<r:healthcare_facility_med>SE2321000016-DEMO1\u00a0<", "healthcare_facility_med: has white space"),
        ("<r:healthcare_facility_med>SE2321000016-DEMO1</r:healthcare_facility_med>", "", "MakeBooking: healthcare_facility_med is missing"),
        ("<x:lastName>Öberg</x:lastName>", "", "MakeBooking/subject_of_care_info: lastName is missing"),
        ("<x:firstName>Åsa</x:firstName>", "<c:firstName>Åsa</c:firstName>", f"the element firstName of the namespace {CORE} has no place here"),
        ("<x:firstName>Åsa</x:firstName>", "<firstName>Åsa</firstName>", "the element firstName without namespace has no place here"),
        ("<x:firstName>", "<x:firstName lang='sv'>", "firstName: an attribute is not allowed"),
        ("<x:firstName>", "<x:firstName><b>hej</b>", "firstName: holds an element"),
        ("<c:startTimeInclusive>", "hej<c:startTimeInclusive>", "MakeBooking/requestedTimeslot: text is not allowed"),
        ("</c:endTimeExclusive>", "</c:endTimeExclusive><c:startTimeInclusive>20260801080000</c:startTimeInclusive>", "startTimeInclusive comes too late"),
        ("</c:startTimeInclusive>", "</c:startTimeInclusive><c:startTimeInclusive>20260801080000</c:startTimeInclusive>", "startTimeInclusive may be there once only"),
        ("</r:requestedTimeslot>", "<c:cancel_booking_allowed>yes</c:cancel_booking_allowed></r:requestedTimeslot>", "cancel_booking_allowed: is neither true nor false"),
        ("</r:requestedTimeslot>", "<c:isInvitation>true</c:isInvitation></r:requestedTimeslot>", "the element isInvitation of the namespace"),
        ("</r:MakeBooking>", "<z:later xmlns:z='urn:z'/><r:notification>sms</r:notification></r:MakeBooking>", "notification comes too late"),
        ("</r:MakeBooking>", "<x:isInvitation>perhaps</x:isInvitation></r:MakeBooking>", "isInvitation: the value is not of the type"),
        ("<c:startTimeInclusive>", "<c:startTimeInclusive xmlns:i='http://www.w3.org/2001/XMLSchema-instance' i:nil='true'>", "startTimeInclusive: the element cannot be nil"),
        ("<c:startTimeInclusive>", "<c:startTimeInclusive xmlns:i='http://www.w3.org/2001/XMLSchema-instance' i:type='i:none'>", "startTimeInclusive: the attribute xsi:type"),
    ],
)  # fmt: skip
def test_a_broken_request_is_refused_with_what_and_where(was: str, becomes: str, said: str) -> None:
    """A Client fault says what was wrong and where, and shows no patient id (rules 8, 9)."""
    assert was in make_booking()
    text = refusal(make_booking().replace(was, becomes))
    assert said in text
    assert PATIENT not in text


def test_a_normal_person_number_is_accepted() -> None:
    """Rule 26: the anchors that XSD takes for characters are gone."""
    assert schema_errors(contract("MakeBooking"), etree.fromstring(make_booking())) is None


@pytest.mark.parametrize("person", ["198000602394", "19121212T212", "121212121212", "991981000010", "19121212p212"])
def test_every_schema_valid_person_id_is_read(person: str) -> None:
    """Rules 37 and 98: reserve numbers, day 60 and month 00 are valid on the wire."""
    document = etree.fromstring(make_booking().replace(PATIENT, person))
    assert decode(contract("MakeBooking"), document).message.requestedTimeslot.subject_of_care == person


@pytest.mark.parametrize("empty", ["<c:bookingId/>", "<c:bookingId></c:bookingId>", "<c:bookingId> \n </c:bookingId>", "<c:bookingId><!-- none --></c:bookingId>"])  # fmt: skip
def test_an_empty_optional_element_counts_as_absent(empty: str) -> None:
    """Rule 28: real consumers send them; the reading tells where."""
    element = etree.fromstring(make_booking().replace("<c:subject_of_care>", f"{empty}<c:subject_of_care>"))
    reading = decode(contract("MakeBooking"), element)
    assert reading.message.requestedTimeslot.bookingId is None
    assert reading.empty_elements == ("MakeBooking/requestedTimeslot/bookingId",)


def test_empty_optional_elements_with_a_pattern_or_a_closed_list_count_as_absent() -> None:
    """Rule 28: the schema alone would refuse these."""
    document = make_booking().replace("20260801080000", "").replace("20260801081500", " ").replace(PATIENT, "")
    document = document.replace("</r:requestedTimeslot>", "<c:message_allowed/></r:requestedTimeslot>")
    reading = decode(contract("MakeBooking"), etree.fromstring(document))
    assert reading.message.requestedTimeslot == TimeslotType(healthcare_facility="SE2321000016-DEMO1")
    assert len(reading.empty_elements) == 4


def test_an_empty_optional_part_counts_as_absent() -> None:
    """Rule 28 for an element that would hold others; rule 61: UpdateBooking does without the patient's name."""
    whole = UpdateBooking(requestedTimeslot=TimeslotType(healthcare_facility="A", bookingId="B"))
    document = encode(whole).decode().replace("</r:UpdateBooking>", "<r:subject_of_care_info/></r:UpdateBooking>")
    reading = decode(contract("UpdateBooking"), etree.fromstring(document))
    assert reading.message == whole
    assert reading.empty_elements == ("UpdateBooking/subject_of_care_info",)


def test_unknown_foreign_elements_are_ignored_where_the_schema_lets_them_be() -> None:
    """Rule 32: a later minor version may add elements at the end."""
    later = "<z:later xmlns:z='urn:z' version='2'><z:deep>1</z:deep></z:later>"
    document = make_booking().replace("</r:subject_of_care_info>", f"{later}</r:subject_of_care_info>")
    document = document.replace("</r:MakeBooking>", f"{later}</r:MakeBooking>")
    assert (
        decode(contract("MakeBooking"), etree.fromstring(document)).message
        == read(MakeBooking, etree.fromstring(make_booking())).message
    )


def test_unknown_foreign_elements_inside_a_timeslot_are_refused() -> None:
    """Rule 32: TimeslotType has no place for them."""
    document = make_booking().replace("</r:requestedTimeslot>", "<z:later xmlns:z='urn:z'/></r:requestedTimeslot>")
    assert "later of the namespace urn:z has no place here" in refusal(document)


def test_free_text_keeps_its_white_space_and_comments_leave_no_trace() -> None:
    element = etree.fromstring(
        encode(CancelBooking(healthcare_facility="A", bookingId="B12", message=" två\n rader "))
        .decode()
        .replace("B12", "B<!-- x -->1<?y z?>2")
    )
    assert decode(contract("CancelBooking"), element).message == CancelBooking(
        healthcare_facility="A", bookingId="B12", message=" två\n rader "
    )


@pytest.mark.parametrize(("text", "flag"), [("true", True), ("1", True), (" 0\n", False), ("false", False)])
def test_a_truth_value_is_read_in_all_its_spellings(text: str, flag: bool) -> None:
    document = make_booking().replace(
        "</r:requestedTimeslot>", f"<x:isInvitation>{text}</x:isInvitation></r:requestedTimeslot>"
    )
    assert decode(contract("MakeBooking"), etree.fromstring(document)).message.requestedTimeslot.isInvitation is flag


def test_the_elements_of_version_1_1_are_in_their_own_namespaces() -> None:
    """Rules 30 and 31: extension elements live beside the message's namespace, and spellings differ by message."""
    request = GetAllTimeTypes(healthcare_facility="A", careTypeIDs=("C",), subject_of_care=PATIENT)
    assert [child.tag for child in etree.fromstring(encode(request))] == [
        "{urn:riv:crm:scheduling:GetAllTimeTypesResponder:1}healthcare_facility",
        "{urn:riv:crm:scheduling:GetAllTimeTypesResponder:1.1}careTypeIDs",
        "{urn:riv:crm:scheduling:GetAllTimeTypesResponder:1.1}subject_of_care",
    ]


def test_a_message_of_version_1_0_is_refused() -> None:
    """Rule 99: without the patient, which 1.1 made mandatory, the query is incompatible."""
    request = GetAvailableDates(healthcare_facility="A", startDateInclusive="20260801", endDateInclusive="20260801", subject_of_care=PATIENT)  # fmt: skip
    document = encode(request).decode().replace(f"<e:subject_of_care>{PATIENT}</e:subject_of_care>", "")
    assert refusal(document, "GetAvailableDates") == "GetAvailableDates: subject_of_care is missing"


def test_an_element_of_another_contract_is_refused() -> None:
    assert "the element is not CancelBooking" in refusal(make_booking(), "CancelBooking")


PING = "urn:riv:itintegration:monitoring:PingForConfigurationResponder:1"


@pytest.mark.parametrize(
    "inside", ["", "<logicalAddress>A</logicalAddress>", "<serviceContractNamespace/><logicalAddress/>"]
)
def test_a_bare_ping_is_accepted(inside: str) -> None:
    """Rule 94: the platform's own tests send an empty element."""
    row = by_path["/itintegration/monitoring/PingForConfiguration/1/rivtabp21"]
    reading = decode(row, etree.fromstring(f"<PingForConfiguration xmlns='{PING}'>{inside}</PingForConfiguration>"))
    assert reading.message.serviceContractNamespace == ""


def test_a_ping_is_otherwise_read_as_strictly_as_the_rest() -> None:
    document = f"<PingForConfiguration xmlns='{PING}'><version>1</version></PingForConfiguration>"
    assert "version of the namespace" in refusal(document, "PingForConfiguration")


def test_an_actor_of_an_unknown_kind_is_refused() -> None:
    """Rule 18: only the patient or an agent."""
    actor = etree.fromstring(encode(Actor(actorId=PATIENT, actorType=ActorType.SUBJECT_OF_CARE)))
    actor[1].text = "nurse"
    with pytest.raises(Invalid, match="actorType: is not one of subject_of_care, subject_of_care_agent"):
        read(Actor, actor)


def test_a_header_block_may_say_who_must_understand_it() -> None:
    """SOAP's own attributes are no part of the actor."""
    actor = Actor(actorId=PATIENT, actorType=ActorType.SUBJECT_OF_CARE)
    element = etree.fromstring(encode(actor))
    element.set("{http://schemas.xmlsoap.org/soap/envelope/}mustUnderstand", "1")
    assert read(Actor, element).message == actor


def test_a_location_hint_in_a_request_is_never_followed() -> None:
    """Rule 14: nothing outside the request is fetched on its word."""
    element = etree.fromstring(make_booking())
    element.set("{http://www.w3.org/2001/XMLSchema-instance}schemaLocation", "urn:z file:///nowhere/z.xsd")
    element.append(etree.fromstring("<z:later xmlns:z='urn:z'/>"))
    assert decode(contract("MakeBooking"), element).message.healthcare_facility_med == "SE2321000016-DEMO1"


def test_ten_thousand_repetitions_are_read_in_time_that_grows_with_them() -> None:
    """Rule 14: a large request costs no more than its size."""
    many = tuple(f"P{number}" for number in range(10_000))
    request = GetAvailableDates(healthcare_facility="A", startDateInclusive="20260801", endDateInclusive="20260801", performer=many, subject_of_care=PATIENT)  # fmt: skip
    assert decode(contract("GetAvailableDates"), etree.fromstring(encode(request))).message.performer == many
