"""What one transaction has read and need not read again: what units are, have and have noted, for no act changes it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import wraps
from typing import Any, Protocol, TypeVar, TypeVarTuple, Unpack

from producer.domain.model import CareUnit


@dataclass(slots=True)
class Memory:
    """As old as its transaction. Whoever writes units by their tables reads them in a later one."""

    units: dict[int | str, CareUnit] = field(default_factory=dict)
    """By their keys and by what their HSA-ids are found by."""
    answers: dict[tuple[object, ...], Any] = field(default_factory=dict)


class _Reader(Protocol):
    memory: Memory


S = TypeVar("S", bound=_Reader)
Ts = TypeVarTuple("Ts")
R = TypeVar("R")


def once(read: Callable[[S, Unpack[Ts]], R]) -> Callable[[S, Unpack[Ts]], R]:
    """Asked the same again, it answers from memory."""

    @wraps(read)
    def remembered(reader: S, *asked: *Ts) -> R:
        question = (read.__name__, *asked)
        if question not in reader.memory.answers:
            reader.memory.answers[question] = read(reader, *asked)
        answer: R = reader.memory.answers[question]
        return answer

    return remembered
