"""The pages where staff book, move and end bookings for patients; each way begins with a time or with a booking."""

from collections.abc import Callable, Iterable
from datetime import date, timedelta
from itertools import groupby
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from producer.domain.model import Offer, Slot
from producer.domain.staff import Invalid
from producer.services.staff import acts, acts_times, found_bookings
from producer.services.staff.acts import Acted
from producer.services.staff.acts_times import ANY, FreeTimes, Sought
from producer.services.staff.acts_typed import Typed
from producer.web.staff.bookings_typed import DaysTyped, days_typed, text_typed
from producer.web.staff.office import Office, of
from producer.web.staff.words import say, told

Page = str | Response | tuple[str, int]

_DAYS_SHOWN = timedelta(days=6)
MOST_TIMES = 400
"""Nobody reads more times than these in one list; the page says that there are more."""


def add_to(part: Blueprint, office: Office) -> None:
    a_booking = "/<unit>/bookings/<booking>"
    part.add_url_rule("/<unit>/book", "free", of(office, _free))
    part.add_url_rule("/<unit>/book/<slot>", "book", of(office, _book), methods=["GET", "POST"])
    part.add_url_rule(f"{a_booking}/times", "times", of(office, _times))
    part.add_url_rule(f"{a_booking}/times/<slot>", "move", of(office, _move), methods=["GET", "POST"])
    part.add_url_rule(f"{a_booking}/cancel", "cancel", of(office, _cancel), methods=["GET", "POST"])
    part.add_url_rule(f"{a_booking}/withdraw", "withdraw", of(office, _withdraw), methods=["GET", "POST"])


# A time is chosen.


def _free(office: Office, unit: str) -> Page:
    days, sought = _sought(office)
    return _times_page(acts_times.to_book(office.database, office.visit(), unit, sought), days)


def _times(office: Office, unit: str, booking: str) -> Page:
    days, sought = _sought(office)
    at = text_typed(request.args, "at") or None
    return _times_page(acts_times.to_move(office.database, office.visit(), unit, booking, sought, at=at), days)


def _sought(office: Office) -> tuple[DaysTyped, Sought]:
    today = office.visit().now.date()
    days = days_typed(request.args, today, today + _DAYS_SHOWN)
    sought = Sought(
        first=days.first,
        last=days.last,
        time_type=text_typed(request.args, "time_type") or None,
        performer=text_typed(request.args, "performer") or None,
    )
    return days, sought


def _times_page(free: FreeTimes, days: DaysTyped) -> Page:
    page = render_template(
        "staff/booking_times.html",
        unit=free.unit,
        free=free,
        days=days,
        any_time_type=ANY,
        by_day=[(day, _by_offer(slots)) for day, slots in groupby(free.slots[:MOST_TIMES], _day_of)],
        has_more=len(free.slots) > MOST_TIMES,
        faults=told(days.faults),
    )
    return (page, 400) if days.faults else page


def _day_of(slot: Slot) -> date:
    return slot.starts.date()


def _by_offer(slots: Iterable[Slot]) -> list[tuple[Offer, list[Slot]]]:
    """The times of one day together where they give the same, as one looks for them."""
    offers: dict[Offer, list[Slot]] = {}
    for slot in slots:
        offers.setdefault(slot.offer, []).append(slot)
    return list(offers.items())


# What is done is told, and refused forms come back as they were.


def _book(office: Office, unit: str, slot: str) -> Page:
    def form(**more: Any) -> str:
        choice = acts_times.chosen_to_book(office.database, office.visit(), unit, slot)
        return render_template("staff/booking_form.html", unit=choice.unit, choice=choice, act="book", **more)

    return _form_or_act(unit, form, lambda typed: acts.book(office.database, office.visit(), unit, slot, typed))


def _move(office: Office, unit: str, booking: str, slot: str) -> Page:
    def form(**more: Any) -> str:
        choice = acts_times.chosen_to_move(office.database, office.visit(), unit, booking, slot)
        return render_template("staff/booking_form.html", unit=choice.unit, choice=choice, act="move", **more)

    def act(typed: Typed) -> Acted:
        return acts.move(
            office.database, office.visit(), unit, booking, slot_id=slot, seen=_seen_in_form(), typed=typed
        )

    return _form_or_act(unit, form, act)


def _cancel(office: Office, unit: str, booking: str) -> Page:
    def act(typed: Typed) -> Acted:
        return acts.cancel(office.database, office.visit(), unit, booking, seen=_seen_in_form(), typed=typed)

    return _form_or_act(unit, _ending(office, unit, booking, "cancel"), act)


def _withdraw(office: Office, unit: str, booking: str) -> Page:
    def act(typed: Typed) -> Acted:
        return acts.withdraw(office.database, office.visit(), unit, booking, seen=_seen_in_form(), typed=typed)

    return _form_or_act(unit, _ending(office, unit, booking, "withdraw"), act)


def _ending(office: Office, unit: str, booking: str, act: str) -> Callable[..., str]:
    def form(**more: Any) -> str:
        sheet = found_bookings.sheet_to_change(office.database, office.visit(), unit, booking)
        return render_template("staff/booking_end.html", unit=sheet.unit, sheet=sheet, act=act, **more)

    return form


def _form_or_act(unit: str, form: Callable[..., str], act: Callable[[Typed], Acted]) -> Page:
    typed = _typed()
    if request.method == "GET":
        return form(typed=typed, faults={})
    try:
        acted = act(typed)
    except Invalid as invalid:
        return form(typed=typed, faults=told(invalid.faults)), 400
    flash(say(acted.sentence))
    if acted.text_to_read:
        flash(gettext("Säg till patienten: %(text)s", text=acted.text_to_read))
    return redirect(url_for("bookings.show", unit=unit, booking=acted.booking.public_id))


def _seen_in_form() -> str:
    return request.form.get("seen", "")


def _typed() -> Typed:
    names = ("patient", "first_name", "last_name", "phone", "email", "reason", "message", "override")
    return Typed(
        **{name: text_typed(request.form, name) for name in names}, is_reserve_id="is_reserve_id" in request.form
    )
