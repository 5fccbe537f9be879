"""The form of a unit's booking rules: filled in from the rules, and read back."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any, Final

from werkzeug.datastructures import MultiDict

from producer.domain.booking_rules import BookingRules, CancelledInvitation, Flow, Lookup, Window
from producer.domain.staff import Fault, Invalid, Sentence
from producer.services.staff.rule_fields import FIELDS, Kind, RuleField, length_of

Form = MultiDict[str, str]

UNITS: Final = {
    "min": (timedelta(minutes=1), Sentence("minuter")),
    "h": (timedelta(hours=1), Sentence("timmar")),
    "d": (timedelta(days=1), Sentence("dagar")),
    "w": (timedelta(weeks=1), Sentence("veckor")),
}
_CODES: Final = {length: code for code, (length, _) in UNITS.items()}
_SETS: Final[dict[str, type[Flow | Lookup]]] = {"flows": Flow, "lookups": Lookup}
_ON: Final = "on"
_MOST: Final = 1000
_LONGEST_TEXT: Final = 2000


def filled(rules: BookingRules) -> Form:
    return MultiDict(
        (name, text) for each in FIELDS for name, text in _WRITERS[each.kind](each, getattr(rules, each.name))
    )


def read(form: Form) -> BookingRules:
    """Raises Invalid, with every field that cannot be understood."""
    values: dict[str, Any] = {}
    faults: list[Fault] = []
    for each in FIELDS:
        try:
            values[each.name] = _READERS[each.kind](each, form)
        except Invalid as reason:
            faults += reason.faults
    if faults:
        raise Invalid(*faults)
    return BookingRules(**values)


def sent(form: Form) -> list[tuple[str, str]]:
    """The fields of the rules as they came, to be sent once more when they are confirmed."""
    return [(name, value) for name, value in form.items(multi=True) if name.partition("-")[0] in _NAMES]


_NAMES: Final = frozenset(each.name for each in FIELDS)

Written = Iterator[tuple[str, str]]


def _write_switch(rule: RuleField, value: bool) -> Written:
    if value:
        yield rule.name, _ON


def _write_words(rule: RuleField, chosen: frozenset[str]) -> Written:
    return ((rule.name, word.value) for word in rule.values if word in chosen)


def _write_window(rule: RuleField, window: Window) -> Written:
    for end, length in (("notice", window.notice or None), ("horizon", window.horizon)):
        count, unit = (None, timedelta(hours=1)) if length is None else length_of(length)
        yield f"{rule.name}-{end}", "" if count is None else str(count)
        yield f"{rule.name}-{end}-unit", _CODES[unit]


def _write_word(rule: RuleField, value: object) -> Written:
    yield rule.name, "" if value is None else str(value)


_WRITERS: Final[dict[Kind, Callable[[RuleField, Any], Written]]] = {
    Kind.SWITCH: _write_switch,
    Kind.WORDS: _write_words,
    Kind.WINDOW: _write_window,
    Kind.NUMBER: _write_word,
    Kind.CHOICE: _write_word,
    Kind.TEXT: _write_word,
}


def _read_switch(rule: RuleField, form: Form) -> bool:
    return rule.name in form


def _read_words(rule: RuleField, form: Form) -> frozenset[Any]:
    kind = _SETS[rule.name]
    known = {word.value: word for word in kind}
    return frozenset(known[text] for text in form.getlist(rule.name) if text in known)


def _read_window(rule: RuleField, form: Form) -> Window:
    notice, horizon = (_length(f"{rule.name}-{end}", form) for end in ("notice", "horizon"))
    return Window(notice=notice or timedelta(0), horizon=horizon)


def _length(name: str, form: Form) -> timedelta | None:
    count = _number(name, form)
    unit, _ = UNITS.get(form.get(f"{name}-unit", ""), UNITS["h"])
    return None if count is None else count * unit


def _number(name: str, form: Form) -> int | None:
    """A whole number, or None where nothing is filled in."""
    text = form.get(name, "").strip()
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and len(text) <= 6):
        raise Invalid(Fault(name, Sentence("Skriv ett helt tal, eller lämna fältet tomt.")))
    return int(text)


def _read_number(rule: RuleField, form: Form) -> int | None:
    number = _number(rule.name, form)
    if number is not None and number > _MOST:
        raise Invalid(Fault(rule.name, Sentence("Högst %(most)s.", {"most": _MOST})))
    return number


def _read_choice(rule: RuleField, form: Form) -> CancelledInvitation:
    try:
        return CancelledInvitation(form.get(rule.name, ""))
    except ValueError:
        raise Invalid(Fault(rule.name, Sentence("Välj ett av alternativen."))) from None


def _read_text(rule: RuleField, form: Form) -> str | None:
    text = "\n".join(form.get(rule.name, "").splitlines()).strip()
    if len(text) > _LONGEST_TEXT:
        raise Invalid(Fault(rule.name, Sentence("Texten är för lång, högst %(most)s tecken.", {"most": _LONGEST_TEXT})))
    if any(not letter.isprintable() and letter not in "\n\xad\u200b" for letter in text):
        raise Invalid(Fault(rule.name, Sentence("Texten innehåller ett tecken som inte går att visa.")))
    return text or None


_READERS: Final[dict[Kind, Callable[[RuleField, Form], Any]]] = {
    Kind.SWITCH: _read_switch,
    Kind.WORDS: _read_words,
    Kind.WINDOW: _read_window,
    Kind.NUMBER: _read_number,
    Kind.CHOICE: _read_choice,
    Kind.TEXT: _read_text,
}
