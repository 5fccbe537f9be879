"""Who of the staff may do what, and the sentences that tell what they did."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import TypeAlias


class Role(StrEnum):
    """An administrator sees to every unit and to the accounts; editors and readers have units of their own."""

    ADMINISTRATOR = "administrator"
    EDITOR = "editor"
    READER = "reader"


@dataclass(frozen=True, kw_only=True, slots=True)
class Staff:
    """One who is signed in."""

    account_id: int
    name: str
    role: Role
    unit_ids: frozenset[int] = frozenset()

    @property
    def is_administrator(self) -> bool:
        return self.role is Role.ADMINISTRATOR

    def may_read(self, unit_id: int) -> bool:
        return self.is_administrator or unit_id in self.unit_ids

    def may_change(self, unit_id: int) -> bool:
        return self.is_administrator or (self.role is Role.EDITOR and unit_id in self.unit_ids)


@dataclass(frozen=True, kw_only=True, slots=True)
class Account:
    id: int
    name: str
    role: Role
    active: bool
    unit_ids: frozenset[int]
    made_at: datetime

    @property
    def staff(self) -> Staff:
        return Staff(account_id=self.id, name=self.name, role=self.role, unit_ids=self.unit_ids)


@dataclass(frozen=True, slots=True)
class Period:
    """From a moment to another, the end not included."""

    starts: datetime
    ends: datetime


Value: TypeAlias = "str | int | date | datetime | Period | Sentence"
"""What a sentence can tell; days, periods and words are written as the reader's language has it when it is read."""


@dataclass(frozen=True, slots=True)
class Sentence:
    """A Swedish sentence with %(names)s in it, which the pages translate, and what stands in their place.

    The same sentence announces a change, stands in the list of what can be undone, and is kept.
    """

    text: str
    values: Mapping[str, Value] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with a form: in which field (empty: in the whole), and the sentence that says so."""

    field: str
    sentence: Sentence


class Invalid(Exception):
    """What was asked for cannot be; nothing has been changed."""

    def __init__(self, *faults: Fault) -> None:
        super().__init__("; ".join(f"{fault.field}: {fault.sentence.text}" for fault in faults))
        self.faults = faults


class NotAllowed(Exception):
    """This is not for the one who asked."""


class NotThere(Exception):
    """There is no such thing, or not at this unit."""


class ChangedMeanwhile(Exception):
    """Somebody else changed it since it was shown; each sentence tells what it is now. Nothing has been changed."""

    def __init__(self, *sentences: Sentence) -> None:
        super().__init__("; ".join(sentence.text for sentence in sentences))
        self.sentences = sentences


@dataclass(frozen=True, kw_only=True, slots=True)
class Change:
    """One change by staff, as it was kept."""

    id: int
    unit_id: int | None
    account: str
    at: datetime
    sentence: Sentence
    can_be_undone: bool
    undone: bool
