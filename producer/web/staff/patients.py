"""One patient's data: shown, fetched, and erased. Who it is about is posted, since an address is kept in logs."""

from dataclasses import dataclass

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from producer.domain.staff import Fault, Invalid, Sentence
from producer.domain.trail_sentences import what_happened, who_did
from producer.services.staff import patients
from producer.web.staff.access_words import what_was_done
from producer.web.staff.bookings_typed import text_typed
from producer.web.staff.files import csv_of
from producer.web.staff.office import Office, of
from producer.web.staff.words import moment, say, told

Page = str | AnyResponse | tuple[str, int]

_HEAD = (Sentence("Tid"), Sentence("Enhet"))


@dataclass(frozen=True, kw_only=True, slots=True)
class _Typed:
    patient: str = ""
    again: str = ""


def pages(office: Office) -> Blueprint:
    part = Blueprint("patients", __name__)
    for path, endpoint, view, method in (
        ("/patients", "index", _index, "GET"),
        ("/patients", "look", _look, "POST"),
        ("/patients/file", "file", _file, "POST"),
        ("/patients/extract", "extract", _extract, "POST"),
        ("/patients/extract/file", "extract_file", _extract_file, "POST"),
        ("/patients/erase", "ask_to_erase", _ask_to_erase, "POST"),
        ("/patients/erased", "erase", _erase, "POST"),
    ):
        part.add_url_rule(path, endpoint, of(office, view), methods=[method])
    return part


def _index(office: Office) -> Page:
    patients.check_may_ask(office.visit())
    return _asked(())


def _look(office: Office) -> Page:
    try:
        return _shown(office)
    except Invalid as invalid:
        return _asked(invalid.faults)


def _file(office: Office) -> Page:
    try:
        content = patients.file(office.database, office.visit(), _typed().patient)
    except Invalid as invalid:
        return _asked(invalid.faults)
    headers = {"Content-Disposition": 'attachment; filename="patient.json"'}
    return Response(content, mimetype="application/json", headers=headers)


def _extract(office: Office) -> Page:
    """A page to print."""
    try:
        found = patients.extract(office.database, office.visit(), _typed().patient)
    except Invalid as invalid:
        return _asked(invalid.faults)
    return render_template("staff/patient_extract.html", found=found, now=office.visit().now)


def _extract_file(office: Office) -> Page:
    try:
        found = patients.extract(office.database, office.visit(), _typed().patient)
    except Invalid as invalid:
        return _asked(invalid.faults)
    return csv_of("utdrag.csv", _HEAD, ((moment(line.at), line.unit or "") for line in found.lines))


def _ask_to_erase(office: Office) -> Page:
    """What would go and what stays, and the number once more."""
    try:
        return _shown(office, template="staff/patient_erase.html")
    except Invalid as invalid:
        return _asked(invalid.faults)


def _erase(office: Office) -> Page:
    typed = _typed()
    try:
        sentence = patients.erase(office.database, office.visit(), typed.patient, typed.again)
    except Invalid as invalid:
        if any(fault.field == "patient" for fault in invalid.faults):
            return _asked(invalid.faults)
        return _shown(office, template="staff/patient_erase.html", faults=invalid.faults), 400
    flash(say(sentence))
    return redirect(url_for("patients.index"))


def _asked(faults: tuple[Fault, ...]) -> Page:
    page = render_template("staff/patients.html", typed=_typed(), faults=told(faults))
    return (page, 400) if faults else page


def _shown(office: Office, *, template: str = "staff/patient.html", faults: tuple[Fault, ...] = ()) -> str:
    visit = office.visit()
    dossier = patients.look(office.database, visit, _typed().patient)
    return render_template(
        template,
        dossier=dossier,
        typed=_typed(),
        faults=told(faults),
        what_happened=what_happened,
        what_was_done=what_was_done,
        who_did=who_did,
    )


def _typed() -> _Typed:
    return _Typed(patient=text_typed(request.form, "patient"), again=text_typed(request.form, "again"))
