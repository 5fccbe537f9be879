"""Races for the same times, every call of them recorded, and a judge of what was recorded."""
