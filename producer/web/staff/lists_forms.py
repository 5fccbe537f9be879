"""What stands in the form of an entry of a list: what was typed, or what there is."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from werkzeug.datastructures import MultiDict

from producer.domain.registers import Entry, Register
from producer.services.staff.listed_entries import Typed
from producer.services.staff.lists import Lists

Choices = list[tuple[int, str]]
_PERSON = ("title", "first_name", "middle_name", "last_name")


@dataclass(frozen=True, kw_only=True, slots=True)
class EntryForm:
    """`chosen` and `choices` are by the names of the form's boxes."""

    values: Mapping[str, str | None]
    choices: Mapping[str, Choices]
    chosen: Mapping[str, list[int]]


def form_of(lists: Lists, entry: Entry | None, typed: MultiDict[str, str] | None) -> EntryForm:
    care_types = _in_order(lists.in_use(Register.CARE_TYPES), entry.care_type_ids if entry else ())
    choices = {
        "care_types": _pairs(care_types),
        "performers": _pairs(lists.in_use(Register.PERFORMERS)),
        "time_types": _pairs(lists.in_use(Register.TIME_TYPES)),
    }
    if typed is not None:
        chosen = {name: typed.getlist(name, type=int) for name in (*choices, "care_type")}
        return EntryForm(values=typed, choices=choices, chosen=chosen)
    if entry is None:
        everybody = {name: [each for each, _ in choices[name]] for name in ("performers", "time_types")}
        return EntryForm(values={}, choices=choices, chosen=everybody)
    first, *others = [*entry.care_type_ids, 0]
    chosen = {"care_type": [first], "care_types": others, "performers": list(entry.performer_ids)}
    return EntryForm(values=_values(entry), choices=choices, chosen=chosen)


def typed_in(register: Register, form: MultiDict[str, str]) -> Typed:
    care_types = (*form.getlist("care_type", type=int), *form.getlist("care_types", type=int))
    return Typed(
        code=form.get("hsa_id" if register is Register.PERFORMERS else "code", "").strip(),
        name=_line(form.get("name", "")),
        person={name: _line(form.get(name, "")) for name in _PERSON},
        care_type_ids=tuple(dict.fromkeys(care_types)),
        performer_ids=tuple(form.getlist("performers", type=int)),
        time_type_ids=tuple(form.getlist("time_types", type=int)),
    )


def _values(entry: Entry) -> dict[str, str | None]:
    person = entry.person
    names = {} if person is None else {name: getattr(person, name) for name in _PERSON}
    return {"hsa_id": entry.code, "code": entry.code, "name": entry.name, **names}


def _in_order(care_types: Iterable[Entry], chosen: tuple[int, ...]) -> list[Entry]:
    """Those of the time type first, as it has them, so that their order comes back with the form."""
    places = {each: place for place, each in enumerate(chosen)}
    return sorted(care_types, key=lambda entry: places.get(entry.id, len(places)))


def _pairs(entries: Iterable[Entry]) -> Choices:
    return [(entry.id, entry.name) for entry in entries]


def _line(written: str) -> str:
    return " ".join(written.split())
