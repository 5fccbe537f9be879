"""The judge of races is itself tried: by histories that can have been, and by each kind that cannot."""

from itertools import permutations, product
from random import Random

import pytest

from benchmarks.races.checker import Fact, Kind, first_impossible


def facts(text: str) -> list[Fact]:
    """Lines of `who KIND began ended`; `?` as the end is an answer that never came."""
    rows = [line.split() for line in text.strip().splitlines()]
    return [
        Fact(kind=Kind[kind], who=who, began=int(began), ended=None if ended == "?" else int(ended))
        for who, kind, began, ended in rows
    ]


GOOD = {
    "one takes it and the other hears that it is taken": """
        a TAKE 1 4
        b SOMEBODYS 2 5""",
    "the refused one was answered first": """
        a TAKE 1 9
        b SOMEBODYS 2 3""",
    "taken, left, taken": """
        a TAKE 1 2
        a LEAVE 3 4
        b TAKE 5 6""",
    "left and taken at the same time": """
        a TAKE 1 2
        a LEAVE 3 8
        b TAKE 4 7""",
    "handed on twice while one call lasts": """
        a TAKE 1 2
        a LEAVE 3 20
        b TAKE 3 20
        b LEAVE 3 20
        c TAKE 3 20
        c HERS 21 22""",
    "the same order twice is one booking": """
        a TAKE 1 4
        a TAKE 2 5""",
    "free before, somebody's after": """
        z NOBODYS 1 2
        a TAKE 1 6
        z SOMEBODYS 5 7""",
    "a look may see it either way while it changes hands": """
        a TAKE 1 9
        y NOBODYS 3 4
        z SOMEBODYS 2 8""",
    "what was never answered may have been done": """
        a TAKE 1 ?
        b SOMEBODYS 5 6
        a HERS 7 8""",
    "what was never answered may not have been done": """
        a TAKE 1 ?
        b TAKE 5 6""",
    "what was never answered may be done late": """
        a TAKE 1 ?
        z NOBODYS 5 6
        b SOMEBODYS 7 8""",
    "a cancellation that was never answered": """
        a TAKE 1 2
        a LEAVE 3 ?
        a HERS 4 5
        b TAKE 6 7""",
    "hers is not another's": """
        a TAKE 1 2
        b NOT_HERS 3 4
        a HERS 3 4""",
}
BAD = {
    "two have it": """
        a TAKE 1 4
        b TAKE 2 5""",
    "two have it, one after the other": """
        a TAKE 1 2
        b TAKE 3 4""",
    "refused although nobody had it": """
        b SOMEBODYS 1 2
        a TAKE 3 4""",
    "refused although it had been left": """
        a TAKE 1 2
        a LEAVE 3 4
        b SOMEBODYS 5 6""",
    "offered after it was taken": """
        a TAKE 1 2
        z NOBODYS 3 4""",
    "not offered after it was left": """
        a TAKE 1 2
        a LEAVE 3 4
        z SOMEBODYS 5 6""",
    "left by one who did not have it": """
        b LEAVE 1 2""",
    "left twice": """
        a TAKE 1 2
        a LEAVE 3 6
        a LEAVE 4 7""",
    "lost after it was acknowledged": """
        a TAKE 1 2
        a NOT_HERS 3 4""",
    "seen after it was left": """
        a TAKE 1 2
        a LEAVE 3 4
        a HERS 5 6""",
    "two lookers saw it change in both orders": """
        a TAKE 1 9
        y SOMEBODYS 2 3
        z NOBODYS 4 5""",
    "never answered, but seen before it was asked": """
        a HERS 1 2
        a TAKE 3 ?""",
    "never answered, done and not done": """
        a TAKE 1 ?
        a HERS 2 3
        b TAKE 4 5""",
    "two have it while a cancellation that was never answered frees it once": """
        a TAKE 1 2
        a LEAVE 3 ?
        b TAKE 4 5
        c TAKE 6 7""",
}


@pytest.mark.parametrize("text", GOOD.values(), ids=GOOD)
def test_what_can_have_been_is_possible(text: str) -> None:
    assert first_impossible(facts(text)) is None


@pytest.mark.parametrize("text", BAD.values(), ids=BAD)
def test_what_cannot_have_been_is_caught(text: str) -> None:
    """Rules 57, 58, 59 and 66, broken in every way one at a time."""
    assert first_impossible(facts(text)) is not None


def test_the_order_in_which_facts_are_told_means_nothing() -> None:
    told = facts(GOOD["handed on twice while one call lasts"])
    assert all(first_impossible(order) is None for order in permutations(told, len(told)))


def possible(told: list[Fact]) -> bool:
    """The same by trying every order, and for what was never answered every choice of those that were done."""
    sure = [fact for fact in told if fact.ended is not None]
    unsure = [fact for fact in told if fact.ended is None and fact.is_change]
    for chosen in product((False, True), repeat=len(unsure)):
        done = sure + [fact for fact, was_done in zip(unsure, chosen, strict=True) if was_done]
        if any(_is_true(order) for order in permutations(done)):
            return True
    return False


def _is_true(order: tuple[Fact, ...]) -> bool:
    holder: str | None = None
    latest = 0
    for fact in order:
        latest = max(latest, fact.began)
        if (fact.ended is not None and fact.ended < latest) or not fact.holds(holder):
            return False
        if fact.kind is Kind.TAKE:
            holder = fact.who
        elif fact.kind is Kind.LEAVE:
            holder = None
    return True


def test_it_judges_as_one_who_tries_every_order() -> None:
    random = Random(57)
    verdicts = []
    for _ in range(3000):
        told = []
        for _ in range(random.randint(1, 6)):
            began = random.randint(0, 6)
            ended = None if random.random() < 0.1 else began + random.randint(0, 6)
            told.append(Fact(kind=random.choice(list(Kind)), who=random.choice("ab"), began=began, ended=ended))
        verdicts.append(possible(told))
        assert (first_impossible(told) is None) == verdicts[-1], [str(fact) for fact in told]
    assert 300 < sum(verdicts) < 2700  # both kinds came up
