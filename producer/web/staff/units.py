"""Care units and their groups, which administrators see to, and what was changed of no unit in particular."""

from typing import Final

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from producer.domain.model import CareUnit
from producer.domain.registers import UnitGroup
from producer.domain.staff import Fault, Invalid
from producer.services.staff import units
from producer.services.staff.readings import number_in
from producer.services.staff.units import ShownUnit, TypedUnit
from producer.web.staff.office import Office, of
from producer.web.staff.words import say, told

Page = str | Response | tuple[str, int]

_LINES: Final = ("name", "county", "municipality_name", "visiting_address")
COUNTIES: Final = (
    "Blekinge län, Dalarnas län, Gotlands län, Gävleborgs län, Hallands län, Jämtlands län, Jönköpings län,"
    " Kalmar län, Kronobergs län, Norrbottens län, Skåne län, Stockholms län, Södermanlands län, Uppsala län,"
    " Värmlands län, Västerbottens län, Västernorrlands län, Västmanlands län, Västra Götalands län, Örebro län,"
    " Östergötlands län"
).split(", ")


def pages(office: Office) -> Blueprint:
    part = Blueprint("units", __name__)
    part.add_url_rule("/units", "index", of(office, _index))
    part.add_url_rule("/units/new", "new", of(office, _new))
    part.add_url_rule("/units/new", "add", of(office, _add), methods=["POST"])
    part.add_url_rule("/units/groups", "add_group", of(office, _add_group), methods=["POST"])
    part.add_url_rule("/units/groups/<int:group>", "rename_group", of(office, _rename_group), methods=["POST"])
    part.add_url_rule("/units/groups/<int:group>/delete", "delete_group", of(office, _delete_group), methods=["POST"])
    part.add_url_rule("/units/<hsa_id>", "edit", of(office, _edit))
    part.add_url_rule("/units/<hsa_id>", "change", of(office, _change), methods=["POST"])
    part.add_url_rule("/units/<hsa_id>/retire", "ask_to_retire", of(office, _ask_to_retire))
    part.add_url_rule("/units/<hsa_id>/retire", "retire", of(office, _retire), methods=["POST"])
    part.add_url_rule("/units/<hsa_id>/bring-back", "bring_back", of(office, _bring_back), methods=["POST"])
    part.add_url_rule("/changes", "changes", of(office, _changes))
    return part


def _index(office: Office) -> Page:
    return _shown_index(office)


def _shown_index(office: Office, faults: tuple[Fault, ...] = ()) -> str:
    known, groups = units.all_units(office.database, office.visit())
    form = request.form if faults else {}
    return render_template("staff/units.html", units=known, groups=groups, form=form, faults=told(faults))


def _new(office: Office) -> Page:
    return _shown_new(office)


def _shown_new(office: Office, faults: tuple[Fault, ...] = ()) -> str:
    _, groups = units.all_units(office.database, office.visit())
    return _form("staff/unit_new.html", groups, None, faults)


def _add(office: Office) -> Page:
    """And on to the lists of the new unit, where its times begin."""
    typed = _typed()
    try:
        sentence = units.add(office.database, office.visit(), typed)
    except Invalid as refused:
        return _shown_new(office, refused.faults), 400
    flash(say(sentence))
    return redirect(url_for("lists.index", unit=typed.hsa_id))


def _edit(office: Office, hsa_id: str) -> Page:
    return _shown_unit(units.shown(office.database, office.visit(), hsa_id))


def _shown_unit(found: ShownUnit, faults: tuple[Fault, ...] = ()) -> str:
    return _form("staff/unit_edit.html", found.groups, found, faults)


def _change(office: Office, hsa_id: str) -> Page:
    typed = _typed()
    try:
        sentence = units.change(office.database, office.visit(), hsa_id, typed, request.form.get("seen", ""))
    except Invalid as refused:
        return _shown_unit(units.shown(office.database, office.visit(), hsa_id), refused.faults), 400
    flash(say(sentence))
    return redirect(url_for("units.index"))


def _ask_to_retire(office: Office, hsa_id: str) -> Page:
    return render_template("staff/unit_retire.html", shown=units.shown(office.database, office.visit(), hsa_id))


def _retire(office: Office, hsa_id: str) -> Page:
    flash(say(units.retire(office.database, office.visit(), hsa_id)))
    return redirect(url_for("units.index"))


def _bring_back(office: Office, hsa_id: str) -> Page:
    flash(say(units.bring_back(office.database, office.visit(), hsa_id)))
    return redirect(url_for("units.edit", hsa_id=hsa_id))


def _add_group(office: Office) -> Page:
    try:
        flash(say(units.add_group(office.database, office.visit(), _line("group_name"))))
    except Invalid as refused:
        return _shown_index(office, refused.faults), 400
    return redirect(url_for("units.index"))


def _rename_group(office: Office, group: int) -> Page:
    visit, name, was = office.visit(), _line("name"), request.form.get("was", "")
    try:
        flash(say(units.rename_group(office.database, visit, group, name, was=was)))
    except Invalid as refused:
        field = f"group-{group}"
        return _shown_index(office, tuple(Fault(field, fault.sentence) for fault in refused.faults)), 400
    return redirect(url_for("units.index"))


def _delete_group(office: Office, group: int) -> Page:
    try:
        flash(say(units.delete_group(office.database, office.visit(), group)))
    except Invalid as refused:
        return _shown_index(office, refused.faults), 400
    return redirect(url_for("units.index"))


def _changes(office: Office) -> Page:
    found = units.changes(office.database, office.visit(), number_in(request.args.get("before")))
    has_more = len(found) == units.CHANGES_A_PAGE
    return render_template("staff/units_changes.html", changes=found, has_more=has_more)


def _form(page: str, groups: list[UnitGroup], found: ShownUnit | None, faults: tuple[Fault, ...]) -> str:
    return render_template(
        page,
        shown=found,
        groups=[(group.name, group.name) for group in groups],
        form=request.form if faults else _values(found.unit if found else None),
        offers_care="offers_care" in request.form if faults else found is None or found.unit.offers_care,
        counties=COUNTIES,
        faults=told(faults),
        seen=request.form.get("seen", found.seen if found else ""),
    )


def _values(unit: CareUnit | None) -> dict[str, str | None]:
    if unit is None:
        return {}
    lines: dict[str, str | None] = {name: getattr(unit, name) for name in _LINES}
    return {**lines, "hsa_id": unit.hsa_id, "municipality_code": unit.municipality_code, "group": unit.group}


def _typed() -> TypedUnit:
    form = request.form
    return TypedUnit(
        hsa_id=form.get("hsa_id", "").strip(),
        lines={name: _line(name) for name in _LINES},
        municipality_code=form.get("municipality_code", "").strip(),
        group=form.get("group", ""),
        offers_care="offers_care" in form,
    )


def _line(field: str) -> str:
    return " ".join(request.form.get(field, "").split())
