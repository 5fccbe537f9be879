"""A form that cannot be is shown again: what is wrong on top and beside each field, what was typed still there."""

import pytest
from playwright.sync_api import expect
from staff.places import NORR

from browser.axe import faults_of
from browser.hands import press
from browser.reception import Reception

UNIT = f"/staff/{NORR}"
# A page, one of its fields, what is typed there, and the button.
FORMS = (
    (f"{UNIT}/base-schedules/new", "Minuter per tid", "0", "Spara och se"),
    (f"{UNIT}/invitations/new?kind=open", "Personnummer", "19121212", "Granska"),
    (f"{UNIT}/lists/performers", "HSA-id", "inget hsa-id", "Lägg till"),
    (f"{UNIT}/rules", "Flest kommande bokningar", "många", "Förhandsgranska"),
    (f"{UNIT}/absences", "Från och med", "", "Spara frånvaron"),
    ("/staff/units/new", "HSA-id", "åäö", "Lägg till enheten"),
    ("/staff/accounts", "Lösenord", "kort", "Lägg till kontot"),
)


@pytest.mark.parametrize(("path", "label", "typed", "button"), FORMS, ids=[row[0] for row in FORMS])
def test_what_is_wrong_stands_on_top_and_beside_the_field(
    front_desk: Reception, path: str, label: str, typed: str, button: str
) -> None:
    with front_desk.page("admin") as page:
        page.goto(path)
        for form in page.locator("main form").all():
            form.evaluate("form => { form.noValidate = true; }")  # as a browser that checks nothing
        field = page.get_by_label(label).first
        field.fill(typed)
        press(page, button)
        summary = page.get_by_role("alert")
        expect(summary).to_contain_text("Inget har sparats")
        field = page.get_by_label(label).first
        expect(field).to_have_attribute("aria-invalid", "true")
        described = (field.get_attribute("aria-describedby") or "").split()[0]
        expect(page.locator(f"#{described}")).to_be_visible()
        expect(summary.locator(f"a[href='#{field.get_attribute('id')}']")).to_be_visible()
        if label != "Lösenord":
            expect(field).to_have_value(typed)
        assert faults_of(page) == []
