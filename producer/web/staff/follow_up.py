"""What residents themselves booked, moved and cancelled."""

from flask import Blueprint

from producer.web.staff.office import Office


def pages(office: Office) -> Blueprint:  # noqa: ARG001 - it has no page yet
    return Blueprint("follow_up", __name__)
