"""What is fetched from a unit: sheets of its times and bookings, empty ones to fill in, and the unit as a whole."""

from datetime import date
from io import BytesIO

from flask import Blueprint, request, send_file
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from producer.domain.staff import Fault, Invalid, Sentence
from producer.services.staff.exchange import overview
from producer.services.staff.exchange_exports import exported
from producer.services.staff.readings import day_in
from producer.services.staff.sheets import Kind
from producer.services.staff.sheets_written import Format, meanings, template_of
from producer.services.staff.unit_folders import packed_unit
from producer.web.staff.exchange_page import kind_in, show_page
from producer.web.staff.office import Office, of
from producer.web.staff.words import say

_TYPES = {
    Format.CSV: "text/csv; charset=utf-8",
    Format.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
_NAMES = {Kind.SLOTS: "tider", Kind.BOOKINGS: "bokningar"}


def add_to(part: Blueprint, office: Office) -> None:
    part.add_url_rule("/<unit>/exchange/template/<name>", "template", of(office, _template))
    part.add_url_rule("/<unit>/exchange/export", "export", of(office, _export))
    part.add_url_rule("/<unit>/exchange/unit.zip", "unit_file", of(office, _unit))


def _template(office: Office, unit: str, name: str) -> Response:
    overview(office.database, office.visit(), unit)
    files = {f"{word}.{format_}": (kind, format_) for kind, word in _NAMES.items() for format_ in Format}
    if name not in files:
        raise NotFound
    kind, format_ = files[name]
    explained = [(column, say(sentence)) for column, sentence in meanings(kind)]
    return _file(template_of(kind, format_, explained), name, _TYPES[format_])


def _export(office: Office, unit: str) -> Response | tuple[str, int]:
    asked = request.args
    kind = kind_in(asked.get("kind"))
    format_ = Format(asked["format"]) if asked.get("format") in [*Format] else Format.XLSX
    try:
        first, last = _day("from"), _day("to")
        content = exported(office.database, office.visit(), unit, kind=kind, first=first, last=last, format_=format_)
    except Invalid as invalid:
        return show_page(office, unit, faults=invalid.faults), 400
    return _file(content, f"{_NAMES[kind]}-{first}-{last}.{format_}", _TYPES[format_])


def _unit(office: Office, unit: str) -> Response:
    return _file(packed_unit(office.database, office.visit(), unit), f"{unit}.zip", "application/zip")


def _day(name: str) -> date:
    day = day_in(request.args.get(name))
    if day is None:
        raise Invalid(Fault(name, Sentence("Ange en dag, som 2027-01-13.")))
    return day


def _file(content: bytes, name: str, type_: str) -> Response:
    return send_file(BytesIO(content), mimetype=type_, as_attachment=True, download_name=name)
