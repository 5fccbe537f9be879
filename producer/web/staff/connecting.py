"""Connecting a unit: the sheet to hand in, on the page, on paper and as CSV, and the communication test."""

import csv
import io
from collections.abc import Iterator
from typing import Final

from flask import Blueprint, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from producer.domain.staff import Invalid
from producer.services.staff import connections
from producer.services.staff.connections import ContractOrder, Sheet
from producer.services.staff.rule_fields import FLOW_WORDS
from producer.soap.addresses import base_address
from producer.soap.contracts import CONTRACTS
from producer.web.staff.connecting_trial import SECONDS_IN_ALL, Busy, Outcome, State, Trials
from producer.web.staff.office import Office, of
from producer.web.staff.words import say, told

Page = str | Response | tuple[str, int]

PROFILE: Final = "RIVTABP21"
_CONTRACTS: Final = {row.name: row for row in CONTRACTS}
_COLUMNS: Final = (
    "hsa_id", "namn", "lan", "kommunkod", "kommun", "besoksadress", "kontrakt", "version", "namnrymd", "rivta_profil",
    "logisk_adress", "teknisk_adress", "arenden", "frivilligt", "konsument",
)  # fmt: skip
_STARTS_A_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")


def pages(office: Office) -> Blueprint:
    trials = Trials(outgoing=office.outgoing)
    part = Blueprint("connecting", __name__)
    part.add_url_rule("/<unit>/connecting", "show", of(office, _show))
    part.add_url_rule("/<unit>/connecting.csv", "download", of(office, _download))
    part.add_url_rule("/<unit>/connecting/trial", "trial", lambda unit: _trial(office, trials, unit), methods=["POST"])
    return part


def _show(office: Office, unit: str) -> Page:
    consumer = request.args.get("consumer", "")
    try:
        sheet = connections.sheet(office.database, office.visit(), unit, consumer)
    except Invalid as reason:
        sheet = connections.sheet(office.database, office.visit(), unit)
        return _page(sheet, faults=told(reason.faults), consumer=consumer), 400
    return _page(sheet, consumer=sheet.consumer)


def _trial(office: Office, trials: Trials, unit: str) -> Page:
    """Called and shown in one go, for nothing of it is kept."""
    form, visit = request.form, office.visit()
    address, consumer = form.get("address", ""), form.get("consumer", "")
    try:
        trial = connections.trial(office.database, visit, unit, address, consumer)
    except Invalid as reason:
        sheet = connections.sheet(office.database, visit, unit)
        return _page(sheet, faults=told(reason.faults), consumer=consumer, address=address), 400
    sheet = connections.sheet(office.database, visit, unit, trial.consumer)
    try:
        outcomes = trials.run(trial, visit.now.date())
    except Busy:
        fault = {"address": gettext("Ett annat prov pågår just nu. Försök igen om en liten stund.")}
        return _page(sheet, faults=fault, consumer=trial.consumer, address=trial.address), 409
    return _page(sheet, consumer=trial.consumer, address=trial.address, outcomes=outcomes)


def _page(
    sheet: Sheet,
    *,
    consumer: str,
    address: str | None = None,
    faults: dict[str, str] | None = None,
    outcomes: list[Outcome] | None = None,
) -> str:
    base = _base()
    return render_template(
        "staff/connecting.html",
        unit=sheet.unit,
        sheet=sheet,
        contracts=_CONTRACTS,
        flow_words=FLOW_WORDS,
        profile=PROFILE,
        base=base,
        consumer=consumer,
        address=f"{base}/soap" if address is None else address,
        place=connections.PLACE_OF_CONTRACT,
        faults=faults or {},
        outcomes=outcomes,
        answered=sum(outcome.state is State.ANSWERED for outcome in outcomes or ()),
        seconds=int(SECONDS_IN_ALL),
    )


def _download(office: Office, unit: str) -> Response:
    consumer = request.args.get("consumer", "")
    try:
        sheet = connections.sheet(office.database, office.visit(), unit, consumer)
    except Invalid:
        return redirect(url_for("connecting.show", unit=unit, consumer=consumer))  # which says what is wrong with it
    out = io.StringIO()
    rows = csv.writer(out, delimiter=";", lineterminator="\r\n")
    rows.writerow(_COLUMNS)
    rows.writerows(_rows(sheet, _base()))
    name = f"anslutning-{sheet.unit.hsa_id}.csv"
    # The mark at the front tells spreadsheets that it is UTF-8.
    return Response(
        f"\ufeff{out.getvalue()}".encode(),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def _rows(sheet: Sheet, base: str) -> Iterator[list[str]]:
    """One for each contract, so that every row can be ordered from by itself."""
    details = [_harmless(detail.value or "") for detail in sheet.details]
    for order in sheet.orders:
        yield [*details, *_columns_of(order, sheet, base)]


def _columns_of(order: ContractOrder, sheet: Sheet, base: str) -> list[str]:
    contract = _CONTRACTS[order.service]
    return [
        contract.name,
        contract.minor_version,
        contract.request.namespace,
        PROFILE,
        sheet.unit.hsa_id,
        base + contract.path,
        ", ".join(say(FLOW_WORDS[flow]) for flow in order.flows),
        gettext("ja") if order.optional else gettext("nej"),
        sheet.consumer,
    ]


def _harmless(text: str) -> str:
    """No spreadsheet takes it for a formula."""
    return f"'{text}" if text.startswith(_STARTS_A_FORMULA) else text


def _base() -> str:
    """As this page was reached; where there is a proxy to believe, its words have been taken in already."""
    return base_address(request.environ, behind_proxy=False)
