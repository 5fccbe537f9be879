"""Base schedules, and the absence of performers."""

from flask import Blueprint

from producer.web.staff.office import Office


def pages(office: Office) -> Blueprint:  # noqa: ARG001 - it has no page yet
    return Blueprint("base_schedules", __name__)
