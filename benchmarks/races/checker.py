"""Could it have been so? Whether what was said about one place can be put in an order in which all of it was true.

A place has one holder or none. Every fact must have been true at one moment between the beginning and the end of the
call that told it, and a place changes hands only by facts. This is linearizability (Herlihy and Wing), decided as
Lowe's just-in-time linearization does: a change is put in order no sooner than some answer needs it.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import IntEnum


class Kind(IntEnum):
    TAKE = 0
    """It was nobody's, or hers already, and became hers."""
    LEAVE = 1
    """It was hers and became nobody's."""
    HERS = 2
    NOT_HERS = 3
    NOBODYS = 4
    SOMEBODYS = 5


@dataclass(frozen=True, kw_only=True, slots=True)
class Fact:
    """What one call says of one place; without an end it may be so from its beginning on, or never have been."""

    kind: Kind
    who: str
    began: int
    ended: int | None

    @property
    def is_change(self) -> bool:
        return self.kind <= Kind.LEAVE

    def holds(self, holder: str | None) -> bool:
        """Whether it can be true, or be done, while the place is this holder's."""
        match self.kind:
            case Kind.TAKE:
                return holder is None or holder == self.who
            case Kind.LEAVE | Kind.HERS:
                return holder == self.who
            case Kind.NOT_HERS:
                return holder != self.who
            case Kind.NOBODYS:
                return holder is None
        return holder is not None

    def __str__(self) -> str:
        ended = "?" if self.ended is None else f"{self.ended / 1e9:.6f}"
        return f"{self.who} {self.kind.name} [{self.began / 1e9:.6f}, {ended}]"


@dataclass(frozen=True, slots=True)
class _Course:
    """One way in which it can have gone so far.

    `unmet` are the questions under way that no moment has yet made true; `done` the changes under way that are done.
    """

    holder: str | None = None
    unmet: frozenset[int] = frozenset()
    done: frozenset[int] = frozenset()


class Register:
    """Every way in which it can have gone with one place, as its calls begin and end."""

    def __init__(self) -> None:
        self._facts: dict[int, Fact] = {}
        self._changes: set[int] = set()
        self._courses = {_Course()}

    def begin(self, number: int, fact: Fact) -> None:
        self._facts[number] = fact
        if fact.is_change:
            self._changes.add(number)
            return
        self._courses = {
            course if fact.holds(course.holder) else _Course(course.holder, course.unmet | {number}, course.done)
            for course in self._courses
        }

    def end(self, number: int) -> bool:
        """Whether there is still a way, now that this fact must have been true."""
        self._courses = _least({reached for course in self._courses for reached in self._reached(course, number)})
        self._changes.discard(number)
        del self._facts[number]
        return bool(self._courses)

    def _reached(self, course: _Course, number: int) -> Iterator[_Course]:
        """The courses in which it has been true, by as few changes more as can be."""
        if self._is_so(course, number):
            yield _Course(course.holder, course.unmet, course.done - {number})
            return
        todo, seen = [course], {course}
        while todo:
            for following in self._followings(todo.pop()):
                if following in seen:
                    continue
                seen.add(following)
                if self._is_so(following, number):
                    yield _Course(following.holder, following.unmet, following.done - {number})
                else:
                    todo.append(following)

    def _is_so(self, course: _Course, number: int) -> bool:
        return number in course.done if number in self._changes else number not in course.unmet

    def _followings(self, course: _Course) -> Iterator[_Course]:
        for number in self._changes - course.done:
            change = self._facts[number]
            if change.holds(course.holder):
                holder = change.who if change.kind is Kind.TAKE else None
                unmet = frozenset(each for each in course.unmet if not self._facts[each].holds(holder))
                yield _Course(holder, unmet, course.done | {number})


_FEW = 8


def _least(courses: set[_Course]) -> set[_Course]:
    """Without those that another is better than: in the same state, with less still to be met."""
    if len(courses) <= _FEW:
        return courses
    least: dict[tuple[str | None, frozenset[int]], list[_Course]] = {}
    for course in sorted(courses, key=lambda each: len(each.unmet)):
        known = least.setdefault((course.holder, course.done), [])
        if not any(other.unmet <= course.unmet for other in known):
            known.append(course)
    return {course for known in least.values() for course in known}


def first_impossible(facts: Sequence[Fact]) -> Fact | None:
    """The first fact, by its end, that no order can make true; None if all can have been so."""
    register = Register()
    for _, is_end, number in sorted(_moments(facts)):
        if not is_end:
            register.begin(number, facts[number])
        elif not register.end(number):
            return facts[number]
    return None


def _moments(facts: Iterable[Fact]) -> Iterator[tuple[int, bool, int]]:
    """Beginnings before ends of the same moment, for then they may have been in either order."""
    for number, fact in enumerate(facts):
        if fact.ended is not None:
            yield fact.began, False, number
            yield fact.ended, True, number
        elif fact.is_change:
            yield fact.began, False, number
