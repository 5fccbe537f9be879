"""The pages of listed patients, and of patients who may not book online."""

from typing import Final

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from producer.domain.registers import NoteKind
from producer.domain.staff import Invalid
from producer.services.staff import listings
from producer.services.staff.listings import Noted
from producer.web.staff.office import Office, of
from producer.web.staff.words import say, told

Page = str | Response | tuple[str, int]

_KIND: Final = f"/<unit>/lists/<any({','.join(repr(str(each)) for each in NoteKind)}):kind>"


def add_pages(part: Blueprint, office: Office) -> None:
    part.add_url_rule(_KIND, "patients", of(office, _patients))
    part.add_url_rule(_KIND, "add_patients", of(office, _add), methods=["POST"])
    part.add_url_rule(f"{_KIND}/search", "search", of(office, _search), methods=["POST"])
    part.add_url_rule(f"{_KIND}/<int:note>/remove", "remove_patient", of(office, _remove), methods=["POST"])


def _patients(office: Office, unit: str, kind: str) -> Page:
    page = max(request.args.get("page", 1, type=int), 1)
    found = listings.noted(office.database, office.visit(), unit, NoteKind(kind), page=min(page, 10**6))
    return _shown(found, kind, page=page)


def _search(office: Office, unit: str, kind: str) -> Page:
    """Posted, so that no identity stands in an address."""
    written = request.form.get("q", "")
    try:
        found = listings.noted(office.database, office.visit(), unit, NoteKind(kind), written=written)
    except Invalid as refused:
        found = listings.noted(office.database, office.visit(), unit, NoteKind(kind))
        return _shown(found, kind, faults=told(refused.faults), written=written), 400
    return _shown(found, kind, written=written)


def _add(office: Office, unit: str, kind: str) -> Page:
    visit, form = office.visit(), request.form
    try:
        sentence = listings.add(
            office.database,
            visit,
            unit,
            NoteKind(kind),
            written=form.get("patients", ""),
            about_id=form.get("about", type=int),
        )
    except Invalid as refused:
        found = listings.choices_for(office.database, visit, unit, NoteKind(kind))
        return _shown(found, kind, faults=told(refused.faults), is_refused=True), 400
    flash(say(sentence))
    return redirect(url_for("lists.patients", unit=unit, kind=kind))


def _remove(office: Office, unit: str, kind: str, note: int) -> Page:
    flash(say(listings.remove(office.database, office.visit(), unit, NoteKind(kind), note)))
    return redirect(url_for("lists.patients", unit=unit, kind=kind))


def _shown(
    found: Noted,
    kind: str,
    *,
    page: int = 1,
    faults: dict[str, str] | None = None,
    written: str = "",
    is_refused: bool = False,
) -> str:
    return render_template(
        "staff/list_patients.html",
        unit=found.unit,
        noted=found,
        choices=[(entry.id, entry.name) for entry in found.choices],
        kind=kind,
        page=page,
        faults=faults or {},
        written=written,
        form=request.form if is_refused else {},
    )
