"""HSA-ids are held against their shape when something new gets one (domain.md 8.3)."""

import pytest

from producer.domain.hsa_ids import Flaw, flaw_in


@pytest.mark.parametrize(
    "hsa_id",
    [
        "SE2321000016-1hz5",
        "SE2321000016-3MKB",
        "se2321000016-a65h",
        "SE2321000016-DEMO1",
        "SE165565594230-1000",
        "TSTNMT2321000156-1077",
        "TSTNMT2321000156-TIDB",
        "5565594230",
        "HSA-VKK123",
    ],
)
def test_the_shapes_in_use_are_taken_in_any_case_rules_17_and_40(hsa_id: str) -> None:
    assert flaw_in(hsa_id) is None


@pytest.mark.parametrize(
    ("hsa_id", "flaw"),
    [
        ("", Flaw.MISSING),
        ("SE2321000016-ÅÄÖ", Flaw.NOT_ENGLISH_LETTERS),
        ("SE2321000016-" + "A" * 19, Flaw.TOO_LONG),
        ("SE2321000016-", Flaw.SHAPE),
        ("SE232100001-A", Flaw.SHAPE),
        ("SE23210000166-A", Flaw.SHAPE),
        ("SE2321000016A", Flaw.SHAPE),
        ("SE2321000016-A_B", Flaw.SHAPE),
        ("SE2321000016-A B", Flaw.SHAPE),
        (" SE2321000016-AB", Flaw.SHAPE),
        ("NO2321000016-AB", Flaw.SHAPE),
        ("TSTNMT-AB", Flaw.SHAPE),
        ("SE2321000016-A\n", Flaw.SHAPE),
        ("SE2321000016-\u0661", Flaw.NOT_ENGLISH_LETTERS),
    ],
)
def test_what_has_another_shape_is_refused_with_the_reason(hsa_id: str, flaw: Flaw) -> None:
    assert flaw_in(hsa_id) is flaw


def test_thirty_one_characters_are_the_most() -> None:
    assert flaw_in("SE2321000016-" + "A" * 18) is None
