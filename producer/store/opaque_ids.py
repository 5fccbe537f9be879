"""Ids that callers see: random, so that nobody can count or guess them (rule 38)."""

from secrets import token_hex
from uuid import uuid4


def new_booking_id() -> str:
    return str(uuid4())


def new_slot_id() -> str:
    return token_hex(8)
