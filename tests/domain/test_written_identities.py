from datetime import date

import pytest

from producer.domain.persons import OFFICIAL_TEST_IDENTITIES
from producer.domain.written_identities import Doubt, any_identity_in, identity_in

TODAY = date(2026, 11, 23)


@pytest.mark.parametrize(
    ("written", "identity"),
    [
        ("195501142284", "195501142284"),
        (" 19550114-2284\t", "195501142284"),
        ("19550114 2284", "195501142284"),
        ("19550114–2284", "195501142284"),
        ("550114-2284", "195501142284"),
        ("5501142284", "195501142284"),
        ("201001-2382", Doubt.WRONG_CHECK_DIGIT),
        ("201001012382", "201001012382"),
        ("1001012382", "201001012382"),
        ("194806-9887", Doubt.NOT_AN_IDENTITY),
        ("110224+9811", Doubt.WRONG_CHECK_DIGIT),
        ("191001249810", "191001249810"),
        ("100124+9810", "191001249810"),
        ("198000602394", "198000602394"),
        ("800060-2394", "198000602394"),
        ("195506842391", "195506842391"),
        ("19121212t212", "19121212T212"),
        ("991981000010", "991981000010"),
        ("195501342281", "195501342281"),
        ("195513142284", Doubt.NOT_AN_IDENTITY),
        ("194808069887", Doubt.WRONG_CHECK_DIGIT),
        ("19810829M071", Doubt.NOT_AN_IDENTITY),
        ("Gunilla", Doubt.NOT_AN_IDENTITY),
        ("٤٤٤٤٤٤٤٤٤٤", Doubt.NOT_AN_IDENTITY),
        ("", Doubt.NOT_AN_IDENTITY),
    ],
)
def test_an_identity_is_read_as_people_write_it(written: str, identity: str | Doubt) -> None:
    """Rule 37 and domain.md 8."""
    assert identity_in(written, TODAY) == identity


@pytest.mark.parametrize("identity", sorted(OFFICIAL_TEST_IDENTITIES))
def test_every_official_number_is_known_with_and_without_its_century(identity: str) -> None:
    """Rule 98."""
    assert identity_in(identity, TODAY) == identity
    sign = "+" if int(identity[:4]) <= TODAY.year - 100 else "-"
    assert identity_in(f"{identity[2:8]}{sign}{identity[8:]}", TODAY) == identity


@pytest.mark.parametrize(
    ("written", "identity"),
    [
        ("550114-2284", "195501142284"),
        ("261123-0000", "202611230000"),
        ("261124-0001", None),
        ("000101-2384", "200001012384"),
        ("19700123-9298", "197001239298"),
        ("202611230000", "202611230000"),
        ("19810829M071", None),
        ("70012-39297", "197001239297"),
        ("Gunilla", None),
        ("", None),
        ("١٩٧٠٠١٢٣٩٢٩٧", None),
    ],
)
def test_whatever_somebody_may_be_booked_under_is_found(written: str, identity: str | None) -> None:
    """Rule 37."""
    assert any_identity_in(written, TODAY) == identity
