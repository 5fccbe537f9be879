"""Files that staff open as a spreadsheet."""

import csv
import io
from collections.abc import Iterable, Sequence

from flask import Response

from producer.domain.staff import Sentence
from producer.web.staff.words import say

_FORMULAS = ("=", "+", "-", "@", "\t", "\r")


def csv_of(name: str, head: Sequence[Sentence], rows: Iterable[Sequence[str | None]]) -> Response:
    """As Swedish spreadsheets open it: semicolons, and a mark that it is UTF-8."""
    lines = io.StringIO()
    writer = csv.writer(lines, delimiter=";", lineterminator="\r\n")
    writer.writerow(map(say, head))
    for row in rows:
        writer.writerow([_as_words(value or "") for value in row])
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(lines.getvalue().encode("utf-8-sig"), mimetype="text/csv", headers=headers)


def _as_words(value: str) -> str:
    """A spreadsheet would reckon with what begins as a formula."""
    return f"'{value}" if value.startswith(_FORMULAS) else value
