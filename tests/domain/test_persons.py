"""Identities of patients (domain.md 8.1 and 8.2)."""

import pytest

from producer.domain import persons


@pytest.mark.parametrize("identity", sorted(persons.OFFICIAL_TEST_IDENTITIES))
def test_every_official_test_identity_is_national(identity: str) -> None:
    """Rule 37: coordination numbers may have day 60 and month 00."""
    assert persons.is_national(identity)


@pytest.mark.parametrize("identity", ["19121212T212", "19121212t212", "991981000010", "19121212P212", "121212121212"])
def test_a_reserve_id_of_the_schemas_shape_is_well_formed(identity: str) -> None:
    """Rules 37 and 98."""
    assert persons.is_well_formed(identity)


@pytest.mark.parametrize(
    "identity", ["19810829M071", "1970012392", "1970012392977", "", " 197001239297", "１９７００１２３９２９７"]
)
def test_an_id_of_another_shape_is_not_well_formed(identity: str) -> None:
    """Rule 37."""
    assert not persons.is_well_formed(identity)


@pytest.mark.parametrize("identity", ["194808069887", "194800000001", "991981000010", "19121212T212", "²97001239297"])
def test_a_wrong_check_digit_or_no_birth_date_is_not_national(identity: str) -> None:
    """Rule 37."""
    assert not persons.is_national(identity)


def test_letters_of_a_reserve_id_have_one_spelling() -> None:
    """Rule 37."""
    assert persons.normal("19121212t212") == persons.normal("19121212T212")
