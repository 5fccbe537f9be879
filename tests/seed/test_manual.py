"""seed_data/README.md tells of everything a folder can say."""

import re
from pathlib import Path

import pytest

from producer.domain.booking_rules import BookingRules, CancelledInvitation, Flow, Lookup
from producer.store.seeding import entries
from producer.store.seeding.entries import columns_of
from producer.store.seeding.faults import Findings
from producer.store.seeding.files import Record
from producer.store.seeding.folder import read_folder
from producer.store.seeding.texts import ALLOWED
from producer.store.seeding.words import WEEKDAYS

MANUAL = (Path(__file__).parents[2] / "seed_data" / "README.md").read_text("utf-8")
KINDS = [kind for kind in vars(entries).values() if isinstance(kind, type) and issubclass(kind, entries.Entry)]


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind is not entries.Entry])
def test_every_key_of_every_table_and_row_is_in_the_manual(kind):
    assert [key for key in columns_of(kind) if f"`{key}`" not in MANUAL] == []


@pytest.mark.parametrize("choices", [Flow, Lookup, CancelledInvitation, WEEKDAYS])
def test_every_word_of_a_closed_list_is_in_the_manual(choices):
    assert [word for word in choices if f"`{word}`" not in MANUAL and word not in MANUAL.split()] == []


def test_every_rule_is_in_the_manual_and_the_manual_has_no_other():
    section = MANUAL.partition("**`[rules]`**")[2].partition("**`[[performers]]`**")[0]
    rows = [line.split("|")[1] for line in section.splitlines() if line.startswith("| `")]
    told = [key for row in rows for key in re.findall(r"`(\w+)`", row)]
    findings = Findings()
    values = dict.fromkeys((*told, *BookingRules.__dataclass_fields__))
    entries.read_rules(Record(file="x", line=1, values=values, lines={}), findings)
    unknown = {fault.reason.split("'")[1] for fault in findings.faults if fault.reason.startswith("unknown key")}
    assert unknown == {"booking_window", "rebooking_window", "cancelling_window"}
    assert set(BookingRules.__dataclass_fields__) - unknown <= set(told)


def test_every_allowed_element_is_in_the_manual():
    """Rule 78."""
    assert [name for name in ALLOWED if f"<{name}" not in MANUAL] == []


def test_the_manuals_folder_is_read_with_its_manual_in_it():
    findings = Findings()
    assert len(read_folder(Path(__file__).parents[2] / "seed_data", findings).units) == 8
    assert findings.faults == []
