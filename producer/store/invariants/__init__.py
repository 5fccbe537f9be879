"""What must always be true of a database: walked through as a whole, read only, in one unchanging view."""

from producer.store.invariants.walk import Counts, Wrong, counted, wrongs

__all__ = ["Counts", "Wrong", "counted", "wrongs"]
