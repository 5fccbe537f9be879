import subprocess
import sys
from dataclasses import replace
from pathlib import Path

from producer.domain.booking_rules import BookingRules, Flow
from producer.services.staff.fingerprints import fingerprint

OF_RULES = """
from producer.domain.booking_rules import BookingRules
from producer.services.staff.fingerprints import fingerprint
print(fingerprint(BookingRules(), frozenset("abcdefgh"), ("x", 1)))
"""


def test_every_process_finds_the_same() -> None:
    found = {
        subprocess.run(
            [sys.executable, "-c", OF_RULES],
            env={"PYTHONHASHSEED": seed, "PYTHONPATH": str(Path(__file__).parents[2])},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("1", "2", "3")
    }
    assert len(found) == 1


def test_what_differs_is_told_apart() -> None:
    rules = BookingRules()
    other = replace(rules, flows=rules.flows - {Flow.CANCEL})
    assert fingerprint(rules) == fingerprint(BookingRules())
    assert len({fingerprint(rules), fingerprint(other), fingerprint(rules, other), fingerprint(other, rules)}) == 4
