"""What a unit has: performers, resources, care types, time types and listed patients."""

from flask import Blueprint

from producer.web.staff.office import Office


def pages(office: Office) -> Blueprint:  # noqa: ARG001 - it has no page yet
    return Blueprint("lists", __name__)
