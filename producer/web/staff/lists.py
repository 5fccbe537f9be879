"""What a unit has: its time types, performers, resources and care types."""

from collections.abc import Callable
from typing import Final

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import lazy_gettext
from werkzeug.wrappers import Response

from producer.domain.registers import Register
from producer.domain.staff import Fault, Invalid, NotAllowed, Sentence
from producer.services.staff import lists
from producer.services.staff.admission import Visit
from producer.services.staff.listed_entries import Typed
from producer.services.staff.lists import Shown, Which
from producer.store.engine import Database
from producer.web.staff import lists_patients
from producer.web.staff.lists_forms import form_of, typed_in
from producer.web.staff.office import Office, of
from producer.web.staff.words import say, told

Page = str | Response | tuple[str, int]

_REGISTER: Final = f"/<unit>/lists/<any({','.join(repr(str(each)) for each in Register)}):register>"
_ENTRY: Final = f"{_REGISTER}/<int:entry>"

TITLES: Final = {
    Register.TIME_TYPES: lazy_gettext("Tidtyper"),
    Register.PERFORMERS: lazy_gettext("Utförare"),
    Register.RESOURCES: lazy_gettext("Resurser"),
    Register.CARE_TYPES: lazy_gettext("Vårdtyper"),
}
_MEANINGS: Final = {
    Register.TIME_TYPES: lazy_gettext("Vad en tid är till för, som invånaren väljer bland: Nybesök, Provtagning."),
    Register.PERFORMERS: lazy_gettext("De personer som tar emot. Invånaren ser titel och namn."),
    Register.RESOURCES: lazy_gettext("Rum och apparater som bara kan användas av en i taget."),
    Register.CARE_TYPES: lazy_gettext("Grupper av tidtyper. Behövs bara om enheten har flera slags vård."),
}


def pages(office: Office) -> Blueprint:
    part = Blueprint("lists", __name__)
    part.add_url_rule("/<unit>/lists", "index", of(office, _index))
    part.add_url_rule(_REGISTER, "register", of(office, _register))
    part.add_url_rule(_REGISTER, "add", of(office, _add), methods=["POST"])
    part.add_url_rule("/<unit>/lists/performers/fetch", "fetch", of(office, _fetch), methods=["POST"])
    part.add_url_rule(_ENTRY, "entry", of(office, _entry))
    part.add_url_rule(_ENTRY, "change", of(office, _change), methods=["POST"])
    part.add_url_rule(f"{_ENTRY}/retire", "ask_to_retire", of(office, _ask_to_retire))
    part.add_url_rule("/<unit>/lists/performers/<int:entry>/leave", "ask_to_leave", of(office, _ask_to_leave))
    part.add_url_rule("/<unit>/lists/performers/<int:entry>/leave", "leave", of(office, _leave), methods=["POST"])
    for path, act in _ACTS.items():
        part.add_url_rule(f"{_ENTRY}/{path}", act.__name__, of(office, _doing(act)), methods=["POST"])
    lists_patients.add_pages(part, office)
    return part


def _index(office: Office, unit: str) -> Page:
    known = lists.lists_of(office.database, office.visit(), unit)
    return render_template("staff/list_index.html", unit=known.unit, lists=known, titles=TITLES, meanings=_MEANINGS)


def _register(office: Office, unit: str, register: str) -> Page:
    return _shown_register(office, unit, Register(register))


def _add(office: Office, unit: str, register: str) -> Page:
    which = Register(register)
    try:
        sentence = lists.add(office.database, office.visit(), unit, which, typed_in(which, request.form))
    except Invalid as refused:
        return _shown_register(office, unit, which, refused.faults), 400
    flash(say(sentence))
    return redirect(url_for("lists.register", unit=unit, register=register))


def _fetch(office: Office, unit: str) -> Page:
    form = request.form
    typed = Typed(
        code=form.get("known_hsa_id", "").strip(),
        time_type_ids=tuple(form.getlist("known_time_types", type=int)),
    )
    try:
        sentence = lists.fetch(office.database, office.visit(), unit, typed)
    except Invalid as refused:
        return _shown_register(office, unit, Register.PERFORMERS, refused.faults), 400
    flash(say(sentence))
    return redirect(url_for("lists.register", unit=unit, register=Register.PERFORMERS))


def _shown_register(office: Office, unit: str, register: Register, faults: tuple[Fault, ...] = ()) -> str:
    known = lists.lists_of(office.database, office.visit(), unit)
    return render_template(
        "staff/list_register.html",
        unit=known.unit,
        lists=known,
        register=register,
        titles=TITLES,
        meaning=_MEANINGS[register],
        names={entry.id: entry.name for each in known.entries.values() for entry in each},
        form=form_of(known, None, request.form if "known_hsa_id" not in request.form and faults else None),
        fetched=request.form if "known_hsa_id" in request.form else {},
        faults=told(faults),
    )


def _entry(office: Office, unit: str, register: str, entry: int) -> Page:
    found = lists.shown(office.database, office.visit(), Which(unit, Register(register), entry))
    return _shown_entry(found, Register(register))


def _change(office: Office, unit: str, register: str, entry: int) -> Page:
    which = Which(unit, Register(register), entry)
    seen = request.form.get("seen", "")
    try:
        sentence = lists.change(office.database, office.visit(), which, typed_in(which.register, request.form), seen)
    except Invalid as refused:
        found = lists.shown(office.database, office.visit(), which)
        return _shown_entry(found, which.register, refused.faults), 400
    flash(say(sentence))
    return redirect(url_for("lists.register", unit=unit, register=register))


def _shown_entry(found: Shown, register: Register, faults: tuple[Fault, ...] = ()) -> str:
    return render_template(
        "staff/list_entry.html",
        unit=found.lists.unit,
        lists=found.lists,
        shown=found,
        entry=found.entry,
        register=register,
        titles=TITLES,
        form=form_of(found.lists, found.entry, request.form if faults else None),
        seen=request.form.get("seen", found.seen),
        faults=told(faults),
    )


def _ask_to_retire(office: Office, unit: str, register: str, entry: int) -> Page:
    """What it would touch, before it is done."""
    found = lists.shown(office.database, office.visit(), Which(unit, Register(register), entry))
    return _asked("staff/list_retire.html", found, Register(register))


def _ask_to_leave(office: Office, unit: str, entry: int) -> Page:
    found = lists.shown(office.database, office.visit(), Which(unit, Register.PERFORMERS, entry))
    return _asked("staff/list_leave.html", found, Register.PERFORMERS)


def _asked(page: str, found: Shown, register: Register) -> str:
    if not found.lists.may_change:
        raise NotAllowed
    return render_template(page, unit=found.lists.unit, shown=found, entry=found.entry, register=register)


def _leave(office: Office, unit: str, entry: int) -> Page:
    back = url_for("lists.register", unit=unit, register=Register.PERFORMERS)
    return _said(lambda: lists.take_away(office.database, office.visit(), unit, entry), back)


def _doing(act: Callable[[Database, Visit, Which], Sentence]) -> Callable[..., Page]:
    def _act(office: Office, unit: str, register: str, entry: int) -> Page:
        which = Which(unit, Register(register), entry)
        back = url_for("lists.register", unit=unit, register=register)
        return _said(lambda: act(office.database, office.visit(), which), back)

    return _act


def _said(act: Callable[[], Sentence], back: str) -> Page:
    try:
        flash(say(act()))
    except Invalid as refused:
        for sentence in told(refused.faults).values():
            flash(sentence, "fault")
    return redirect(back)


_ACTS: Final[dict[str, Callable[[Database, Visit, Which], Sentence]]] = {
    "retire": lists.retire,
    "bring-back": lists.bring_back,
    "delete": lists.delete,
}
