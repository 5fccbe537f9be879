"""What is said of a booking rule: what it does for the resident, and what the contracts answer because of it."""

from dataclasses import dataclass, field

from producer.domain.refusals import Refusal
from producer.domain.staff import Sentence


@dataclass(frozen=True, kw_only=True, slots=True)
class Answer:
    """What the contracts answer while the setting says so; the setting is spelled as in the seed folder."""

    setting: str
    sentence: Sentence
    when: bool | None = None
    """With which value of a switch it holds; None where it holds whatever the value."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Meaning:
    """Of one rule: the label of its field, what it does for the resident, and the contracts' answers."""

    name: str
    label: Sentence
    resident: Sentence
    answers: tuple[Answer, ...] = field(default=())


@dataclass(frozen=True, kw_only=True, slots=True)
class Group:
    title: Sentence
    meanings: tuple[Meaning, ...]


def answer(setting: str, text: str, when: bool | None = None, **refusals: Refusal) -> Answer:
    values = {name: refusal.value for name, refusal in refusals.items()}
    return Answer(setting=setting, sentence=Sentence(text, values), when=when)


def switch(name: str, label: Sentence, resident: Sentence, on: Answer, off: Answer) -> Meaning:
    return Meaning(name=name, label=label, resident=resident, answers=(on, off))
