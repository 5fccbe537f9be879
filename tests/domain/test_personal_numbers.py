from datetime import date

import pytest

from producer.domain.personal_numbers import identity_in

TODAY = date(2026, 11, 23)


@pytest.mark.parametrize(
    ("written", "identity"),
    [
        ("197001239297", "197001239297"),
        ("19700123-9297", "197001239297"),
        (" 700123-9297 ", "197001239297"),
        ("000101-2384", "200001012384"),
        ("261123-0000", "202611230000"),
        ("261124-0000", "192611240000"),
        ("261123+0000", "192611230000"),
        ("198000602394", "198000602394"),
        ("19121212t212", "19121212T212"),
        ("7001239297", "197001239297"),
        ("70012-39297", None),
        ("Gunilla", None),
        ("", None),
        ("١٩٧٠٠١٢٣٩٢٩٧", None),
    ],
)
def test_an_identity_is_read_as_people_write_it(written: str, identity: str | None) -> None:
    """Rule 37."""
    assert identity_in(written, TODAY) == identity
