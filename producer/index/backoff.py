"""How long to leave an index alone that does not answer."""

import math
from typing import Final

LONGEST_SECONDS: Final = 300


def pause(failures: int, chance: float) -> int:
    """Seconds to wait after so many failures in a row: from 1 to twice as many for each, 300 at most.

    `chance`, from 0 to 1, picks one of them: those who lost the index at the same moment come back at different ones.
    """
    most = min(LONGEST_SECONDS, 1 << min(failures, 30))
    return max(1, math.ceil(chance * most))


def is_over(not_before: int, seconds: float) -> bool:
    """Whether it may be tried now; a time further ahead than any pause was set by a clock that was wrong."""
    return not seconds < not_before <= seconds + LONGEST_SECONDS


def how_many(batch: int, failures: int) -> int:
    """Posts in the next call: after each failure in a row half as many, for it may be that they were too many."""
    return max(1, batch >> min(failures, 30))
