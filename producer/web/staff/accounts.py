"""The accounts of the staff."""

from flask import Blueprint

from producer.web.staff.office import Office


def pages(office: Office) -> Blueprint:  # noqa: ARG001 - it has no page yet
    return Blueprint("accounts", __name__)
