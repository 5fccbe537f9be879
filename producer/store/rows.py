"""How rows are handed to a statement that writes them."""

from collections.abc import Sequence
from typing import Any

Row = dict[str, Any]


def in_one_go(rows: Sequence[Row]) -> Row | Sequence[Row]:
    """A row alone as what it is: written as one of many it would take a server another round trip."""
    return rows[0] if len(rows) == 1 else rows
