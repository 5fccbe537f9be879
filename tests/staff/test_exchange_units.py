"""A whole unit out as a zip file, and in as a new unit."""

import io
import re
import zipfile
from html import unescape
from typing import Any

import pytest
from rules.world import EKEN, GUNILLA, VAST

from producer.domain.staff import Role
from producer.services.staff.signing_in import add_account
from producer.store.access_log import accesses
from producer.store.changes import changes_of
from producer.store.schema import upgrade_open
from staff.sheets_made import send
from staff.world import PASSWORD, Browser, StaffWorld, text_of

OUT, IN = f"/staff/{EKEN}/exchange/unit.zip", "/staff/exchange/unit"
NEW = "SE2321000016-NY"


class Elsewhere(StaffWorld):
    """A database that has an administrator, and no unit."""

    def _fill(self) -> None:
        upgrade_open(self.database)
        with self.database.writing() as timetable:
            add_account(timetable, "admin", PASSWORD, Role.ADMINISTRATOR, (), now=self.now)


def files_in(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        return {info.filename: packed.read(info) for info in packed.infolist()}


def squeezed(files: dict[str, bytes]) -> bytes:
    return packed(files, zipfile.ZIP_DEFLATED)


def packed(files: dict[str, bytes], how: int = zipfile.ZIP_STORED) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", how) as zipped:
        for name, text in files.items():
            zipped.writestr(name, text)
    return content.getvalue()


def likeness(content: bytes, **changes: bytes) -> dict[str, bytes]:
    """Another unit as this one is, without its times and what is booked of them."""
    files = {
        name: text.replace(EKEN.encode(), NEW.encode())
        for name, text in files_in(content).items()
        if name.endswith(".toml")
    }
    toml = re.sub(rb"laid_out_to = .*\n", b"", files["units/unit.toml"])
    return {**files, "units/unit.toml": toml, **changes}


def look(browser: Browser, content: bytes | None) -> Any:
    return send(browser, IN, content, "enhet.zip")


def confirm(browser: Browser, answer: Any) -> Any:
    found = re.search(r'name="content" value="([^"]*)"', answer.text)
    assert found, answer.text
    return send(browser, f"{IN}/confirm", None, content=unescape(found[1]))


def test_a_unit_is_fetched_the_same_to_the_byte_and_who_is_in_it_is_noted(world: StaffWorld) -> None:
    browser = world.browser("erik")
    answer = browser.get(OUT)
    assert answer.status_code == 200
    assert answer.headers["Content-Disposition"] == f"attachment; filename={EKEN}.zip"
    assert {"units/unit.toml", "slots.csv", "bookings.csv", "invitations.csv"} <= set(files_in(answer.data))
    assert browser.get(OUT).data == answer.data
    with world.timetable() as timetable:
        noted = accesses(timetable, patient=GUNILLA)
    assert ("unit_exported", "BOKAD-1", "erik") in {(each.action, each.booking, each.origin.actor.id) for each in noted}


@pytest.mark.parametrize(
    ("name", "path", "code"),
    [
        ("rut", OUT, 403),
        ("erik", f"/staff/{VAST}/exchange/unit.zip", 403),
        ("erik", IN, 403),
        ("rut", IN, 403),
        (None, OUT, 302),
        (None, IN, 302),
        ("admin", IN, 200),
    ],
)
def test_editors_take_out_their_unit_and_only_administrators_take_one_in(
    world: StaffWorld, name: str | None, path: str, code: int
) -> None:
    browser = world.browser(name)
    assert browser.get(path).status_code == code
    if path == IN and code != 200:
        assert look(browser, b"x").status_code == code
        assert send(browser, f"{IN}/confirm", None, content="eA==").status_code == code


def test_a_unit_is_taken_in_elsewhere_and_is_there_the_same(world: StaffWorld) -> None:
    content = world.browser("erik").get(OUT).data
    elsewhere = Elsewhere()
    try:
        browser = elsewhere.browser()
        answer = look(browser, content)
        assert answer.status_code == 200, answer.text
        assert "Filen är utan fel." in answer.text
        assert browser.get(f"/staff/{EKEN}/exchange").status_code == 404
        answer = confirm(browser, answer)
        assert (answer.status_code, answer.location) == (302, f"/staff/{EKEN}/exchange")
        assert "Inläst som ny enhet: Vårdcentralen Eken." in text_of(browser.page(f"/staff/{EKEN}/exchange"))
        assert files_in(browser.get(OUT).data) == files_in(content)
        (details,) = [row for row in elsewhere.patient(GUNILLA).schedule(EKEN) if row.bookingId == "BOKAD-1"]
        assert details.startTimeInclusive == "20261130090000"
        with elsewhere.timetable() as timetable:
            assert changes_of(timetable, None)[0].sentence.text == "Inläst som ny enhet: %(names)s."
    finally:
        elsewhere.close()


def test_another_unit_after_the_likeness_of_one_is_bookable_at_once(world: StaffWorld) -> None:
    """As the manual of seed folders tells it."""
    browser = world.browser()
    answer = confirm(
        browser, look(browser, packed({f"mapp/{name}": text for name, text in likeness(browser.get(OUT).data).items()}))
    )
    assert answer.status_code == 302
    assert world.patient(GUNILLA).times(NEW, "20261130", "20261130") != ()


def test_a_unit_that_is_there_already_is_not_mixed_with_another(world: StaffWorld) -> None:
    browser = world.browser()
    content = browser.get(OUT).data
    before = len(world.dump())
    answer = look(browser, content)
    assert answer.status_code == 400
    assert f"Enheten {EKEN} finns redan." in answer.text
    renamed = {name: text.replace(EKEN.encode(), NEW.encode()) for name, text in files_in(content).items()}
    answer = look(browser, packed(renamed))
    assert "Andra bokningar har redan dessa id: BOKAD-1" in answer.text
    assert len(world.dump()) == before


def test_every_fault_in_a_folder_is_told_with_its_line_and_nothing_is_taken_in(world: StaffWorld) -> None:
    browser = world.browser()
    files = likeness(browser.get(OUT).data)
    files["units/unit.toml"] = (
        files["units/unit.toml"].replace(b'opens = "08:00"', b'opens = "8"', 1)
        + b'[[resources]]\ncode = "RUM1"\nname = "Igen"\n'
    )
    answer = look(browser, packed(files))
    assert answer.status_code == 400
    assert "is to be a time of day such as 08:30" in answer.text
    assert "the resource is there already" in answer.text
    assert browser.get(f"/staff/{NEW}/exchange").status_code == 404


def a_link() -> bytes:
    info = zipfile.ZipInfo("units/x.toml")
    info.external_attr = 0o120777 << 16
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as zipped:
        zipped.writestr(info, "/etc/passwd")
    return content.getvalue()


BAD = {
    "nothing": (None, "ingen zip-fil"),
    "no zip": (b"hej", "ingen zip-fil"),
    "out of the folder": (packed({"../units/x.toml": b""}), "namn som inte"),
    "out of it further in": (packed({"units/../../x.toml": b""}), "namn som inte"),
    "from the root": (packed({"/etc/x": b""}), "namn som inte"),
    "a drive": (packed({"c:/x": b"", "units/x.toml": b""}), "namn som inte"),
    "a backslash": (packed({"units\\..\\x": b""}), "namn som inte"),
    "a long name": (packed({"å" * 190: b""}), "namn som inte"),
    "a file that is a folder too": (packed({"texts": b"", "texts/a": b"", "units/a.toml": b""}), "namn som inte"),
    "a bomb": (squeezed({"a": bytes(51 * 1024 * 1024)}), "packas upp"),
    "too many files": (packed({f"texts/{number}": b"" for number in range(501)}), "packas upp"),
    "too large": (bytes(5 * 1024 * 1024 + 1), "för stor"),
    "a link": (a_link(), "is not TOML"),
    "no unit": (packed({"groups.toml": b""}), "no unit files"),
}


@pytest.mark.parametrize("name", BAD)
def test_a_zip_file_that_would_do_harm_or_is_none_is_refused(world: StaffWorld, name: str) -> None:
    content, told = BAD[name]
    answer = look(world.browser(), content)
    assert answer.status_code == 400
    assert told in answer.text


@pytest.mark.parametrize("content", ["", "x", "å", "eA=="])
def test_a_form_that_was_tampered_with_is_refused(world: StaffWorld, content: str) -> None:
    assert send(world.browser(), f"{IN}/confirm", None, content=content).status_code == 400
