"""Doing an act anew when others came in between: bounded, after a pause, and told of."""

from collections.abc import Callable
from random import uniform
from time import monotonic, sleep
from typing import TypeVar

from producer.store.errors import Collision, Entangled

R = TypeVar("R")

TRIES = 6
"""How often one act is begun at most."""
LOOKS = 3
"""How often of these after a collision: the second look sees who was first, unless somebody was once more."""
PATIENCE_SECONDS = 10
"""How long anyone waits for a lock or a connection before the store is said to be unavailable."""
_SHORTEST_PAUSE_SECONDS = 0.01


def retried(act: Callable[[], R], note: Callable[[str], object]) -> R:
    """What the act answers, which begins with reading anew each time; raises Collision, Entangled when it is given up.

    `note` hears the reason of each retry. Whoever has waited for a lock as long as anyone does is not made to wait
    again.
    """
    late = monotonic() + PATIENCE_SECONDS
    for tried in range(1, TRIES):
        try:
            return act()
        except Collision:
            if tried >= LOOKS or monotonic() > late:
                raise
            note("collision")
        except Entangled as lost:
            if monotonic() > late:
                raise
            note(lost.reason)
            # At random, or those who hindered each other would meet again.
            sleep(uniform(_SHORTEST_PAUSE_SECONDS, _SHORTEST_PAUSE_SECONDS * 2**tried))  # noqa: S311 - nothing secret
    return act()
