"""Files as spreadsheet programs make them."""

import csv
import io
from collections.abc import Sequence
from typing import Any

from openpyxl import Workbook, load_workbook
from werkzeug.datastructures import FileStorage
from werkzeug.test import TestResponse, encode_multipart

from staff.world import Browser

SLOT_COLUMNS = ["datum", "från", "till", "tidtyp", "utförare", "resurs", "spärrad"]
BOOKING_COLUMNS = [
    "person-id", "förnamn", "efternamn", "datum", "från", "till", "tidtyp", "utförare", "resurs", "bokning-id",
    "anledning", "telefon", "e-post",
]  # fmt: skip


def csv_file(header: Sequence[str], *rows: Sequence[Any], separator: str = ";", encoding: str = "utf-8-sig") -> bytes:
    content = io.StringIO(newline="")
    csv.writer(content, delimiter=separator).writerows([header, *rows])
    return content.getvalue().encode(encoding)


def xlsx_file(header: Sequence[str], *rows: Sequence[Any]) -> bytes:
    book = Workbook()
    sheet: Any = book.active
    for row in (header, *rows):
        sheet.append(row)
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def rows_in(content: bytes) -> list[list[Any]]:
    """Of the first sheet of an XLSX, or of a CSV with semicolons."""
    if content.startswith(b"PK"):
        return [list(row) for row in load_workbook(io.BytesIO(content)).worksheets[0].values]
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig")), delimiter=";"))


def send(browser: Browser, path: str, content: bytes | None, name: str = "fil.csv", /, **fields: str) -> TestResponse:
    """A form with a file."""
    file = {} if content is None else {"file": FileStorage(io.BytesIO(content), name)}
    boundary, body = encode_multipart({**fields, **file, "csrf_token": browser.token()})
    return browser.client.post(path, data=body, content_type=f"multipart/form-data; boundary={boundary}")
