"""What would come of a sheet."""

from dataclasses import dataclass
from datetime import datetime

from producer.domain.staff import Sentence
from producer.services.staff.sheets import CellFault


@dataclass(frozen=True, kw_only=True, slots=True)
class Plan:
    """How many rows would be added, how many are there already, and what is wrong or worth a second look."""

    added: int = 0
    there: int = 0
    faults: tuple[CellFault, ...] = ()
    notes: tuple[Sentence, ...] = ()
    first: datetime | None = None
    last: datetime | None = None
