"""What the index answers, by its own codes."""

import pytest

from index_receiver.calling import ADDRESS, Index, letter, new_booking, transaction


def test_a_post_is_created_changed_and_deleted_and_each_is_told_as_ok(index: Index) -> None:
    """Rule 85: the date alone is changed in place; what is so already, or gone already, is no fault (pR4, pR5)."""
    booking = new_booking()
    new, moved = (
        transaction(businessObjectInstanceIdentifier=booking, mostRecentContent=f"202611240{hour}0000")
        for hour in (8, 9)
    )
    gone = transaction(businessObjectInstanceIdentifier=booking, deleted=True)
    assert [index.update(told).result for told in (new, new, moved)] == ["OK"] * 3
    (held,) = index.held(booking)
    assert (held["mostRecentContent"], held["owner"]) == ("20261124090000", ADDRESS)
    assert len(held["creationTime"]) == len(held["updateTime"]) == 14
    assert [index.update(told).result for told in (gone, gone)] == ["OK"] * 2
    assert index.held(booking) == []
    assert index.effects(booking) == ["created", "unchanged", "updated", "deleted", "was gone"]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("registeredResidentIdentification", "198101079294"),
        ("serviceDomain", "riv:crm:other"),
        ("categorization", "Booking"),
        ("logicalAddress", "SE2321000016-DEMO2"),
        ("clinicalProcessInterestId", "P1"),
        ("sourceSystem", "SE2321000016-OTHER"),
        ("dataController", "SE2321000017"),
    ],
)
def test_whatever_is_of_the_key_makes_another_post(index: Index, name: str, value: str) -> None:
    """Chapter 4.2: eight elements are the key; a delete by another one takes nothing away."""
    booking = new_booking()
    one = transaction(businessObjectInstanceIdentifier=booking)
    other = transaction(businessObjectInstanceIdentifier=booking, **{name: value})
    gone = transaction(businessObjectInstanceIdentifier=booking, deleted=True)
    assert index.update(one, other).result == "OK"
    assert len(index.held(booking)) == 2
    assert index.update(gone).result == "OK"
    (left,) = index.held(booking)
    assert left[name] == value


def test_a_thousand_posts_are_taken_and_one_more_is_not(index: Index) -> None:
    """Rule 89: EI000 is for calls that cannot be worked with."""
    booking = new_booking()
    many = [transaction(businessObjectInstanceIdentifier=f"{booking}-{number}") for number in range(1001)]
    assert index.update(*many).fault.startswith("EI000")
    assert index.held(f"{booking}-0") == []
    assert index.update(*many[:1000]).result == "OK"
    assert len(index.held(f"{booking}-999")) == 1


def test_no_post_at_all_is_a_technical_fault(index: Index) -> None:
    """EI000, though the schema too wants one."""
    assert index.update().fault.startswith("EI000")


@pytest.mark.parametrize(
    "wrong",
    [
        transaction(flag="perhaps"),
        transaction(registeredResidentIdentification="1970-01-23"),
        transaction(registeredResidentIdentification="^197001239297$"),
        transaction(mostRecentContent="20261124"),
        transaction(mostRecentContent="20261324080000"),
        transaction(sourceSystem=""),
        transaction() + "<u:unknown/>",
        transaction().replace("c:categorization>", "c:category>"),
        transaction().replace("<c:engagement>", '<c:engagement id="1">'),
        "<c:engagementTransaction/>" + transaction(),
        transaction().replace("<c:deleteFlag>false</c:deleteFlag>", ""),
    ],
)
def test_what_the_schema_does_not_allow_is_told_as_that(index: Index, wrong: str) -> None:
    """EI001"""
    assert index.update(wrong).fault.startswith("EI001")


def test_a_request_of_another_contract_is_told_as_no_update(index: Index) -> None:
    """EI001: the platform would not have sent it here."""
    other = letter(transaction()).replace(b"u:Update", b"u:Refresh")
    assert index.post(other).fault.startswith("EI001")


def test_the_same_key_twice_is_refused_with_the_numbers_of_both(index: Index) -> None:
    """EI002 with the text of the contract description (rule 89), and nothing of the call is kept."""
    booking = new_booking()
    told = [transaction(businessObjectInstanceIdentifier=name) for name in (f"{booking}-other", booking)]
    again = transaction(businessObjectInstanceIdentifier=booking, deleted=True)
    fault = index.update(*told, again).fault
    expected = "EI002: EngagementTransaction 2 and 3 have the same unique key. Duplicates are not allowed."
    assert fault == expected
    assert index.held(f"{booking}-other") == []


@pytest.mark.parametrize("address", ["SE2321000016-DEMO1", f"{ADDRESS} ", "", None])
def test_another_logical_address_is_not_this_index(index: Index, address: str | None) -> None:
    """EI003"""
    assert index.update(transaction(), address=address).fault.startswith("EI003")


@pytest.mark.parametrize(
    ("name", "longest"),
    [
        ("serviceDomain", 255),
        ("categorization", 255),
        ("logicalAddress", 64),
        ("businessObjectInstanceIdentifier", 128),
        ("clinicalProcessInterestId", 128),
        ("sourceSystem", 64),
        ("dataController", 64),
    ],
)
def test_a_value_that_is_missing_padded_or_too_long_is_told_by_name(index: Index, name: str, longest: int) -> None:
    """EI004: the lengths of chapter 4.4; the longest that is allowed is taken."""
    for wrong in ("_", " x", "x ", "\tx", "\u00a0x", "x" * (longest + 1)):
        fault = index.update(transaction(**{name: wrong})).fault
        assert fault.startswith("EI004"), wrong
        assert name in fault
    assert index.update(transaction(**{name: "x" * longest})).result == "OK"


@pytest.mark.parametrize(
    ("wrong", "about"),
    [
        (transaction(mostRecentContent="20260231080000"), "mostRecentContent"),  # the pattern lets it through
        (transaction(mostRecentContent=""), "mostRecentContent"),
        (transaction(deleted=True, mostRecentContent="20261124080000"), "mostRecentContent"),  # rule 84
        (transaction(owner=ADDRESS), "owner"),  # rule 91
        (transaction(creationTime="20261124080000"), "creationTime"),
        (transaction(updateTime="20261124080000"), "updateTime"),
    ],
)
def test_a_date_that_is_none_and_what_is_the_indexs_own_are_told_by_name(index: Index, wrong: str, about: str) -> None:
    """EI004"""
    fault = index.update(wrong).fault
    assert fault.startswith("EI004")
    assert about in fault


def test_another_domains_posts_need_no_date(index: Index) -> None:
    """Only the booking domain says that there is always one (rule 84)."""
    booking = new_booking()
    without = {"serviceDomain": "riv:clinicalprocess:logistics:logistics", "mostRecentContent": ""}
    assert index.update(transaction(businessObjectInstanceIdentifier=booking, **without)).result == "OK"
    assert "mostRecentContent" not in index.held(booking)[0]


@pytest.mark.parametrize("reserved", [ADDRESS, "SE165565594230-1000"])
@pytest.mark.parametrize(("name", "code"), [("logicalAddress", "EI005"), ("sourceSystem", "EI006")])
def test_the_ids_of_the_index_and_the_platform_are_reserved(index: Index, reserved: str, name: str, code: str) -> None:
    """EI005 and EI006, with the number of the transaction."""
    fault = index.update(transaction(), transaction(**{name: reserved, "categorization": "Booking"})).fault
    assert fault.startswith(code)
    assert "EngagementTransaction 2" in fault


def test_one_wrong_post_keeps_all_of_its_call_out(index: Index) -> None:
    """An Update is taken whole or not at all, which is why a poison post is sent alone (rule 90)."""
    booking = new_booking()
    good, bad = (
        transaction(businessObjectInstanceIdentifier=f"{booking}-{name}", categorization=value)
        for name, value in (("good", "NA"), ("bad", " NA"))
    )
    assert index.update(good, bad).fault.startswith("EI004")
    assert index.held(f"{booking}-good") == []
    assert index.update(good).result == "OK"
