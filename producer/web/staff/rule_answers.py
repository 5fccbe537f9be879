"""The meanings of all booking rules, in the order of their page."""

from typing import Final

from producer.web.staff.rule_meanings_acts import MOVING, WHAT, WHEN
from producer.web.staff.rule_meanings_people import SHOWN, STRICTNESS, WHO

GROUPS: Final = (WHAT, WHEN, WHO, MOVING, SHOWN, STRICTNESS)
