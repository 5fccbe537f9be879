"""What a form was made from, in short: so that who sends it in learns if somebody else has changed it since."""

import hashlib
from collections.abc import Set as AbstractSet
from dataclasses import fields, is_dataclass
from typing import Any


def fingerprint(*values: object) -> str:
    """The same for equal values, whichever process asks; values are dataclasses, enums, texts, numbers and times."""
    return hashlib.sha256(repr(_in_order(values)).encode()).hexdigest()[:16]


def _in_order(value: Any) -> Any:
    """A set has no order of its own: each process shows it in another."""
    if isinstance(value, AbstractSet):
        return sorted(repr(_in_order(each)) for each in value)
    if isinstance(value, tuple | list):
        return [_in_order(each) for each in value]
    if is_dataclass(value):
        return [type(value).__name__, *(_in_order(getattr(value, field.name)) for field in fields(value))]
    return value
