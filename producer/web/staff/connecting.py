"""Connecting a unit to the national services."""

from flask import Blueprint

from producer.web.staff.office import Office


def pages(office: Office) -> Blueprint:  # noqa: ARG001 - it has no page yet
    return Blueprint("connecting", __name__)
