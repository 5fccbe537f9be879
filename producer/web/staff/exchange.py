"""Import and export: the page of a unit, and sheets read in."""

from typing import Final

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from producer.domain.staff import Invalid
from producer.services.staff.exchange import overview
from producer.services.staff.exchange_imports import preview, take_in
from producer.services.staff.exchange_plans import Plan
from producer.services.staff.sheets import COLUMNS, Kind, SheetRow, carried, rows_of, taken_up
from producer.services.staff.sheets_read import LARGEST_FILE, lines_of
from producer.web.staff import calendar, exchange_files, exchange_units
from producer.web.staff.exchange_page import file_sent, kind_in, kind_words, show_page
from producer.web.staff.office import Office, of
from producer.web.staff.words import say

Page = str | tuple[str, int] | Response
_SHOWN_FAULTS: Final = 200


def pages(office: Office) -> Blueprint:
    part = Blueprint("exchange", __name__)
    part.add_url_rule("/<unit>/exchange", "show", of(office, _show))
    part.add_url_rule("/<unit>/exchange/import", "look", of(office, _look), methods=["POST"])
    part.add_url_rule("/<unit>/exchange/import/confirm", "take_in", of(office, _take_in), methods=["POST"])
    for more in (exchange_files, exchange_units, calendar):
        more.add_to(part, office)
    return part


def _show(office: Office, unit: str) -> Page:
    return show_page(office, unit)


def _look(office: Office, unit: str) -> Page:
    """What would come of the file that was sent."""
    kind = kind_in(request.form.get("kind"))
    try:
        rows = rows_of(kind, lines_of(file_sent(LARGEST_FILE)))
    except Invalid as invalid:
        return show_page(office, unit, faults=invalid.faults), 400
    plan = preview(office.database, office.visit(), unit, kind, rows)
    return _preview_page(office, unit, kind, rows, plan)


def _take_in(office: Office, unit: str) -> Page:
    kind = kind_in(request.form.get("kind"))
    try:
        rows = taken_up(kind, request.form.get("rows", ""))
    except Invalid as invalid:
        return show_page(office, unit, faults=invalid.faults), 400
    done = take_in(office.database, office.visit(), unit, kind, rows)
    if done.sentence is None:
        return _preview_page(office, unit, kind, rows, done.plan)
    flash(say(done.sentence))
    return redirect(url_for("exchange.show", unit=unit))


def _preview_page(office: Office, unit: str, kind: Kind, rows: tuple[SheetRow, ...], plan: Plan) -> Page:
    found = overview(office.database, office.visit(), unit)
    places = {column.name: number for number, column in enumerate(COLUMNS[kind])}
    faults = sorted(plan.faults, key=lambda fault: (fault.row, places.get(fault.column, -1)))
    page = render_template(
        "staff/import.html",
        unit=found.unit,
        kind=kind,
        kind_word=dict(kind_words())[kind],
        count=len(rows),
        plan=plan,
        shown=faults[:_SHOWN_FAULTS],
        values={row.number: row for row in rows},
        rows=carried(rows),
    )
    return page if not plan.faults else (page, 400)
