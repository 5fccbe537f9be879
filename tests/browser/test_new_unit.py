"""A clinic begins: from nothing to a week that residents can book, as somebody does who has read no manual."""

from playwright.sync_api import Page
from rules.world import ANYBODY

from browser.hands import press, said
from browser.reception import Reception

UNIT = "SE2321000016-NYSTART"


def test_an_empty_unit_becomes_bookable_in_a_few_steps(reception: Reception, scripts: bool) -> None:
    """Every page leads on to the next; five forms and a preview are all there is to fill in."""
    with reception.page("admin", java_script_enabled=scripts) as page:
        follow(page, "Ny enhet")
        page.get_by_label("Namn").fill("Vårdcentralen Nystart")
        page.get_by_label("HSA-id").fill(UNIT)
        page.get_by_label("Län", exact=True).fill("Stockholms län")
        press(page, "Lägg till enheten")
        follow(page, "Tidtyper")
        page.get_by_label("Namn", exact=True).fill("Nybesök")
        press(page, "Lägg till")
        follow(page, "Vidare till utförare")
        page.get_by_label("HSA-id").first.fill("SE2321000016-NYSTART1")
        page.get_by_label("Förnamn").fill("Nina")
        page.get_by_label("Efternamn").fill("Nystartsson")
        press(page, "Lägg till")
        follow(page, "Vidare till grundschema")
        follow(page, "Nytt grundschema")
        page.get_by_label("Nybesök").check()
        page.get_by_label("Utförare").select_option(label="Nina Nystartsson")
        press(page, "Spara och se vilka tider det blir")
        press(page, "Lägg ut")
        assert "Nina Nystartsson" in said(page)
    times = reception.clinic.resident(ANYBODY).times(UNIT)
    assert len(times) > 40
    assert {slot.timeTypeName for slot in times} == {"Nybesök"}
    assert {slot.performerName for slot in times} == {"Nina Nystartsson"}


def follow(page: Page, name: str) -> None:
    with page.expect_navigation():
        page.get_by_role("main").get_by_role("link", name=name).filter(visible=True).first.click()
