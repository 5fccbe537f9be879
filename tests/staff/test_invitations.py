from datetime import timedelta
from typing import Any

import pytest
from lxml import html
from rules.world import (
    ANYBODY,
    EKEN,
    GUNILLA,
    HAKAN,
    IDA,
    INVITED,
    INVITED_AT_EKEN,
    KANSLI,
    LISTED,
    LUGNET,
    OST,
    SOMEBODY,
    VAST,
)

from producer.domain.model import Actor, ActorType, Origin
from producer.soap.client import SoapFault
from producer.store.access_log import accesses
from producer.store.changes import changes_of
from staff.world import Browser, StaffWorld, text_of

OPEN: dict[str, str] = {
    "kind": "open",
    "people": SOMEBODY,
    "time_type": "NYBESOK",
    "valid_to": "2026-12-31",
    "title": "Kallelse",
    "text": "Välkommen & hej.\n\n# Inför besöket\nLäs [mer](https://www.1177.se/).",
}
TIMED: dict[str, str] = {
    **OPEN,
    "kind": "timed",
    "where": EKEN,
    "first": "2026-11-24",
    "last": "2026-11-24",
}


def path(unit: str, *rest: str) -> str:
    return "/".join(["/staff", unit, "invitations", *rest])


def hidden(browser: Browser, unit: str, form: dict[str, Any]) -> dict[str, Any]:
    """The form of the page that is shown before anything is sent, as a browser would send it."""
    answer = browser.post(path(unit, "new"), form, act="look")
    assert answer.status_code == 200, text_of(page_of(answer))
    return fields_of(page_of(answer))


def page_of(answer: Any) -> Any:
    return html.fromstring(answer.text)


def fields_of(page: Any) -> dict[str, Any]:
    form = page.xpath("//main//form")[0]
    return {name: form.fields[name] for name in form.fields if not name.startswith("anyway")} | {
        "anyway": [box.get("value") for box in form.xpath('.//input[@name="anyway"][@checked]')]
    }


def send(browser: Browser, unit: str, form: dict[str, Any]) -> Any:
    return browser.post(path(unit, "send"), hidden(browser, unit, form))


def sent_ids(browser: Browser, unit: str, **query: str) -> list[str]:
    page = browser.page(path(unit), **query)
    return [link.get("href").rpartition("/")[2] for link in page.xpath('//table[@id="invitations"]//th/a')]


def chosen(browser: Browser, unit: str) -> list[str]:
    return [box.get("value") for box in browser.page(path(unit)).xpath('//input[@name="chosen"]')]


def test_an_open_invitation_is_shown_by_the_next_call_and_booked_by_the_patient(world: StaffWorld) -> None:
    """Rules 62, 77 and 78."""
    browser = world.browser("erik")
    answer = send(browser, EKEN, OPEN)
    assert (answer.status_code, answer.location) == (302, path(EKEN))
    assert "Öppen kallelse skickad: Nybesök läkare." in text_of(browser.page(path(EKEN)))
    (new, *_) = sent_ids(browser, EKEN)
    patient = world.patient(SOMEBODY)
    details = patient.details(EKEN, new)
    assert details.isInvitation
    assert details.startTimeInclusive is None
    assert details.timeTypeID == "NYBESOK"
    assert details.purpose.startswith("<article>")
    assert '<ulink url="https://www.1177.se/">mer</ulink>' in details.purpose
    assert "Välkommen &amp; hej." in details.purpose
    assert patient.schedule(EKEN) == ()
    patient.book(patient.time(EKEN, "20261124080000", timeTypeID="NYBESOK"), bookingId=new)
    assert "Bokad" in text_of(browser.page(path(EKEN, "of", new)))
    assert sent_ids(browser, EKEN, outcome="booked", kind="open") == [new]
    assert sent_ids(browser, EKEN, outcome="booked", kind="timed") == []


def test_a_timed_invitation_takes_its_slot_and_is_cancelled_by_the_patient(world: StaffWorld) -> None:
    """Rules 57, 72, 77 and 79."""
    browser = world.browser("erik")
    patient = world.patient(SOMEBODY)
    before = patient.time(EKEN, "20261124080000", timeTypeID="NYBESOK")
    assert send(browser, EKEN, TIMED).status_code == 302
    told = text_of(browser.page(path(EKEN)))
    assert "Kallelse skickad: Tisdag 24 november 08:00–08:30, Nybesök läkare, Vårdcentralen Eken." in told
    assert not patient.is_free(before)
    (booked,) = patient.schedule(EKEN)
    assert booked.isInvitation
    assert (booked.startTimeInclusive, booked.endTimeExclusive) == ("20261124080000", "20261124083000")
    assert booked.rebooking_allowed
    assert patient.cancel(EKEN, booked.bookingId).resultCode == "OK"
    assert patient.is_free(before)
    assert "Avbokad" in text_of(browser.page(path(EKEN, "of", booked.bookingId)))


def test_a_virtual_unit_gives_times_of_its_group(world: StaffWorld) -> None:
    """Rule 46: the sender offers none of its own."""
    browser = world.browser()
    form = {**TIMED, "time_type": "MAMMOGRAFI", "where": OST}
    assert send(browser, KANSLI, form).status_code == 302
    (booked,) = world.patient(SOMEBODY).schedule(OST)
    assert (booked.isInvitation, booked.resourceName) == (True, "Mammograf 1")
    (new, *_) = sent_ids(browser, KANSLI, kind="timed")
    assert "Mammografi Öst" in text_of(browser.page(path(KANSLI, "of", new)))
    with world.timetable() as timetable:
        for hsa_id in (KANSLI, OST):
            unit = timetable.unit(hsa_id)
            assert unit is not None
            assert changes_of(timetable, unit.id)[0].sentence.text.startswith("Kallelse skickad")


def test_an_open_invitation_of_a_virtual_unit_is_booked_where_its_group_has_times(world: StaffWorld) -> None:
    """Rule 47."""
    browser = world.browser()
    form = {**OPEN, "time_type": "MAMMOGRAFI"}
    looked = page_of(browser.post(path(KANSLI, "new"), form, act="look"))
    assert "Bokas på: Mammografi Öst, Mammografi Väst." in text_of(looked)
    assert browser.post(path(KANSLI, "send"), fields_of(looked)).status_code == 302
    new = sent_ids(browser, KANSLI)[0]
    patient = world.patient(SOMEBODY)
    assert patient.units(KANSLI, new) == [OST, VAST]
    patient.book(patient.time(VAST, "20261124080000"), bookingId=new)


def test_a_list_gets_the_free_times_in_order_and_all_at_once(world: StaffWorld) -> None:
    browser = world.browser("erik")
    people = f"{SOMEBODY[:8]}-{SOMEBODY[8:]}\n\n  000101-2384 \n{INVITED[2:]}"
    page = page_of(browser.post(path(EKEN, "new"), {**TIMED, "people": people}, act="look"))
    rows = [text_of(row) for row in page.xpath("//main//tbody/tr")]
    assert [row[:13] for row in rows] == ["20100101-2382", "20000101-2384", "19550114-2284"]
    assert ["08:00–08:30" in rows[0], "08:30–09:00" in rows[1], "09:00–09:30" in rows[2]] == [True] * 3
    answer = browser.post(path(EKEN, "send"), fields_of(page))
    assert answer.status_code == 302
    assert "3 kallelser med tid skickade: Nybesök läkare, Vårdcentralen Eken" in text_of(browser.page(path(EKEN)))
    starts = [world.patient(one).schedule(EKEN)[0].startTimeInclusive for one in (SOMEBODY, ANYBODY, INVITED)]
    assert starts == ["20261124080000", "20261124083000", "20261124090000"]


def test_the_chosen_time_is_the_one_that_is_given(world: StaffWorld) -> None:
    browser = world.browser("erik")
    slot = world.patient(SOMEBODY).time(EKEN, "20261124093000", timeTypeID="NYBESOK").bookingId
    form = hidden(browser, EKEN, {**TIMED, "slot": slot})
    assert form["slot"] == slot
    assert browser.post(path(EKEN, "send"), form).status_code == 302
    assert world.patient(SOMEBODY).schedule(EKEN)[0].startTimeInclusive == "20261124093000"
    answer = browser.post(path(EKEN, "new"), {**TIMED, "people": ANYBODY, "slot": slot}, act="look")
    assert answer.status_code == 400
    assert "Tiden är inte längre ledig" in answer.text


def test_another_time_chosen_while_looking_is_looked_at_before_it_is_sent(world: StaffWorld) -> None:
    browser = world.browser("erik")
    form = hidden(browser, EKEN, TIMED)
    slot = world.patient(SOMEBODY).time(EKEN, "20261124093000", timeTypeID="NYBESOK").bookingId
    again = browser.post(path(EKEN, "send"), {**form, "slot": slot})
    assert (again.status_code, "Du har valt annorlunda" in again.text) == (200, True)
    assert "kl. 09:30" in text_of(page_of(again))
    assert browser.post(path(EKEN, "send"), fields_of(page_of(again))).status_code == 302
    assert world.patient(SOMEBODY).schedule(EKEN)[0].startTimeInclusive == "20261124093000"


def test_a_slot_of_the_week_fills_the_form_in(world: StaffWorld) -> None:
    browser = world.browser("erik")
    slot = world.patient(SOMEBODY).time(EKEN, "20261126083000", timeTypeID="NYBESOK").bookingId
    fields = fields_of(browser.page(path(EKEN, "new"), slot=slot))
    assert (fields["kind"], fields["time_type"], fields["first"], fields["slot"]) == (
        "timed",
        "NYBESOK",
        "2026-11-26",
        slot,
    )
    assert browser.get(path(EKEN, "new"), slot="nowhere").status_code == 404


@pytest.mark.parametrize(
    ("changes", "field", "words"),
    [
        ({"people": ""}, "people", "Skriv minst ett personnummer."),
        ({"people": "Gunilla"}, "people", "Rad 1: ”Gunilla” är inget personnummer."),
        ({"people": "\n194808069887"}, "people", "Rad 2: den sista siffran i ”194808069887” stämmer inte."),
        ({"people": f"{SOMEBODY}\n101010-2382\n{SOMEBODY[:8]} {SOMEBODY[8:]}"}, "people", "2 rader behöver rättas"),
        ({"people": f"{SOMEBODY}\n{SOMEBODY[2:]}"}, "people", "Rad 2: ”1001012382” står redan på rad 1."),
        ({"people": "\n".join([SOMEBODY] * 1001)}, "people", "Högst 1000 rader på en gång."),
        ({"time_type": ""}, "time_type", "Välj en tidtyp."),
        ({"time_type": "MAMMOGRAFI"}, "time_type", "Vårdcentralen Eken har inte den tidtypen."),
        ({"valid_to": "i morgon"}, "valid_to", "Skriv ett datum"),
        ({"valid_to": "2026-11-22"}, "valid_to", "Dagen har redan varit."),
        ({"title": " "}, "title", "Skriv en rubrik."),
        ({"text": "# Bara rubrik"}, "text", "Rad 1: skriv något under rubriken"),
        ({"text": "[tryck](javascript:alert(1))"}, "text", "https://"),
        ({"kind": "timed"}, "where", "Välj en enhet som har tider."),
        ({**TIMED, "where": VAST}, "where", "Välj en enhet som har tider."),
        ({**TIMED, "first": ""}, "first", "Skriv ett datum"),
        ({**TIMED, "last": "2026-11-23"}, "last", "Sista dagen är före den första."),
        ({**TIMED, "last": "2028-11-23"}, "last", "Perioden är längre än ett år."),
        ({**TIMED, "first": "2027-06-01", "last": "2027-06-02"}, "last", "inga lediga tider"),
        ({**TIMED, "people": f"{SOMEBODY}\n{ANYBODY}\n{INVITED}\n{IDA}\n{HAKAN}"}, "last", "Det finns 4 lediga tider"),
    ],
)
def test_a_form_that_cannot_be_sent_says_what_and_where_and_keeps_what_was_typed(
    world: StaffWorld, changes: dict[str, str], field: str, words: str
) -> None:
    before = world.dump()
    form = {**OPEN, **changes}
    answer = world.browser("erik").post(path(EKEN, "new"), form, act="look")
    assert answer.status_code == 400
    page = page_of(answer)
    assert words in text_of(page)
    assert page.xpath(f'//*[@id="faults"]//a[@href="#{field}"]')
    typed = page.xpath("//main//form")[0].fields
    assert typed["text"].strip() == form["text"].strip()
    assert typed["people"].split() == form["people"].split()
    if field != "slot":
        assert page.xpath(f'//*[@id="{field}"][@aria-invalid="true"]')
    assert [line for line in world.dump() if '"bookings"' in line] == [line for line in before if '"bookings"' in line]


def test_every_bad_line_is_told_with_its_number(world: StaffWorld) -> None:
    page = page_of(
        world.browser("erik").post(path(EKEN, "new"), {**OPEN, "people": f"x\n{SOMEBODY}\n<b>\n{SOMEBODY}"}, act="look")
    )
    assert [text_of(line) for line in page.xpath('//ul[@class="fault"]/li')] == [
        "Rad 1: ”x” är inget personnummer.",
        "Rad 3: ”<b>” är inget personnummer.",
        f"Rad 4: ”{SOMEBODY}” står redan på rad 2.",
    ]


def test_a_unit_for_tests_takes_only_test_identities(world: StaffWorld) -> None:
    """Rule 98."""
    world.set_rules(EKEN, test_identities_only=True)
    answer = world.browser("erik").post(path(EKEN, "new"), {**OPEN, "people": "191212121212"}, act="look")
    assert answer.status_code == 400
    assert "Vårdcentralen Eken tar inte emot ”191212121212”" in answer.text


def test_reserve_ids_are_taken_where_the_unit_takes_them(world: StaffWorld) -> None:
    """Rule 37."""
    browser = world.browser("erik")
    assert browser.post(path(EKEN, "new"), {**OPEN, "people": "19121212T212"}, act="look").status_code == 200
    world.set_rules(EKEN, reserve_ids_accepted=False)
    assert browser.post(path(EKEN, "new"), {**OPEN, "people": "19121212T212"}, act="look").status_code == 400


def test_who_has_an_invitation_already_is_told_and_left_out_unless_ticked(world: StaffWorld) -> None:
    browser = world.browser("erik")
    form = {**OPEN, "people": f"{SOMEBODY}\n{INVITED_AT_EKEN}"}
    page = page_of(browser.post(path(EKEN, "new"), form, act="look"))
    assert "19671122-2940 har redan en öppen kallelse, skickad" in text_of(page)
    assert "Skicka kallelsen" in text_of(page)
    ticked = {**fields_of(page), "anyway": [INVITED_AT_EKEN]}
    again = browser.post(path(EKEN, "send"), ticked)
    assert again.status_code == 200
    assert "Du har valt annorlunda" in again.text
    assert browser.post(path(EKEN, "send"), fields_of(page_of(again))).status_code == 302
    assert "2 öppna kallelser skickade" in text_of(browser.page(path(EKEN)))


def test_the_same_list_sent_twice_is_not_sent_twice(world: StaffWorld) -> None:
    browser = world.browser("erik")
    form = hidden(browser, EKEN, {**OPEN, "people": f"{SOMEBODY}\n{ANYBODY}"})
    assert browser.post(path(EKEN, "send"), form).status_code == 302
    number = len(sent_ids(browser, EKEN))
    again = browser.post(path(EKEN, "send"), form)
    assert again.status_code == 409
    assert "har redan en öppen kallelse" in again.text
    assert "Ingen på listan får någon kallelse." in again.text
    assert "Skicka kallelsen" not in again.text
    nobody = browser.post(path(EKEN, "send"), fields_of(page_of(again)))
    assert nobody.status_code == 400
    assert len(sent_ids(browser, EKEN)) == number


def test_a_time_taken_since_the_look_is_not_replaced_in_silence(world: StaffWorld) -> None:
    browser = world.browser("erik")
    form = hidden(browser, EKEN, {**TIMED, "people": f"{SOMEBODY}\n{ANYBODY}"})
    gunilla = world.patient(GUNILLA)
    gunilla.book(gunilla.time(EKEN, "20261124080000", timeTypeID="NYBESOK"))
    again = browser.post(path(EKEN, "send"), form)
    assert again.status_code == 409
    assert "Inget är skickat" in again.text
    assert world.patient(SOMEBODY).schedule(EKEN) == ()
    assert browser.post(path(EKEN, "send"), fields_of(page_of(again))).status_code == 302
    assert world.patient(SOMEBODY).schedule(EKEN)[0].startTimeInclusive == "20261124083000"


def test_nobody_gets_a_time_when_she_is_elsewhere_at_the_unit(world: StaffWorld) -> None:
    browser = world.browser("erik")
    patient = world.patient(SOMEBODY)
    patient.book(patient.time(EKEN, "20261124080000", timeTypeID="PROV"))
    assert send(browser, EKEN, TIMED).status_code == 302
    assert [one.startTimeInclusive for one in patient.schedule(EKEN)] == ["20261124080000", "20261124083000"]
    form = {**TIMED, "people": ANYBODY, "time_type": "SAMTAL", "slot": ""}
    other = world.patient(ANYBODY)
    other.book(other.time(EKEN, "20261124090000", timeTypeID="NYBESOK"))
    other.book(other.time(EKEN, "20261124093000", timeTypeID="NYBESOK"))
    answer = browser.post(path(EKEN, "new"), form, act="look")
    assert answer.status_code == 400
    assert f"Ingen av de lediga tiderna passar {ANYBODY}" in answer.text
    with world.timetable() as timetable:
        noted = [one.action for one in accesses(timetable, patient=ANYBODY)]
    assert noted == ["invitation_planned", "MakeBooking", "MakeBooking"]


def test_a_patient_who_cannot_book_is_not_sent_an_open_invitation_by_mistake(world: StaffWorld) -> None:
    """Rules 47 and 82: who is not listed could do nothing with it."""
    browser = world.browser()
    page = page_of(browser.post(path(LUGNET, "new"), {**OPEN, "time_type": "SAMTAL"}, act="look"))
    assert "20100101-2382 kan inte boka en sådan tid på nätet" in text_of(page)
    timed = {**TIMED, "time_type": "SAMTAL", "where": LUGNET, "last": "2026-12-01"}
    page = page_of(browser.post(path(LUGNET, "new"), timed, act="look"))
    assert "20100101-2382 är inte listad på Mottagningen Lugnet" in text_of(page)


def test_who_has_an_own_performer_is_given_a_time_with_her(world: StaffWorld) -> None:
    browser = world.browser()
    form = {**TIMED, "people": LISTED, "time_type": "SAMTAL", "where": LUGNET, "last": "2026-11-30"}
    page = page_of(browser.post(path(LUGNET, "new"), form, act="look"))
    assert "har redan en öppen kallelse" in text_of(page)
    page = page_of(browser.post(path(LUGNET, "new"), {**form, "anyway": [LISTED]}, act="look"))
    assert browser.post(path(LUGNET, "send"), fields_of(page)).status_code == 302
    assert world.patient(LISTED).schedule(LUGNET)[0].performerName == "Leg. psykolog Eva Provrörsgren"


def test_before_sending_the_card_is_shown_as_the_resident_will_see_it(world: StaffWorld) -> None:
    """domain.md 1.2: heading by performer, resource or care type; no end of the time; buttons by the flags."""
    browser = world.browser("erik")
    card = page_of(browser.post(path(EKEN, "new"), TIMED, act="look")).xpath('//*[@class="resident-card"]')[0]
    words = text_of(card)
    assert "Vårdcentralen Eken Leg. läkare Anna Maria Exempelsson" in words
    assert "Tisdag 24 november 2026, kl. 08:00" in words
    assert "08:30" not in words
    assert "Information från vården Kallelse Välkommen & hej. Inför besöket Läs mer." in words
    assert [text_of(act) for act in card.xpath(".//li")] == ["Boka om", "Avboka"]
    world.set_rules(EKEN, rebooking_allowed=False, cancelling_allowed=False)
    page = page_of(browser.post(path(EKEN, "new"), TIMED, act="look"))
    assert "Inga knappar." in text_of(page)
    assert "varken att boka om eller avboka" in text_of(page)
    card = page_of(browser.post(path(EKEN, "new"), OPEN, act="look")).xpath('//*[@class="resident-card"]')[0]
    assert [text_of(act) for act in card.xpath(".//li")] == ["Boka tid"]


def test_the_text_of_an_earlier_invitation_is_used_again(world: StaffWorld) -> None:
    """Rule 78."""
    browser = world.browser()
    fields = fields_of(page_of(browser.post(path(KANSLI, "new"), OPEN, act="fetch", like="KALLAD-OPPEN-1")))
    assert fields["title"]
    assert "](https://" in fields["text"] or "#" in fields["text"]
    assert fields["people"].strip() == SOMEBODY
    like = fields_of(browser.page(path(KANSLI, "new"), like="KALLAD-OPPEN-1"))
    assert (like["title"], like["text"]) == (fields["title"], fields["text"])
    assert browser.get(path(EKEN, "new"), like="KALLAD-OPPEN-1").status_code == 404
    kept = fields_of(page_of(browser.post(path(KANSLI, "new"), OPEN, act="fetch", like="")))
    assert kept["title"] == "Kallelse"


def test_the_kind_can_be_changed_with_everything_kept(world: StaffWorld) -> None:
    browser = world.browser("erik")
    form = browser.page(path(EKEN, "new")).xpath('//form[@id="invitation"]')[0]
    assert form.xpath('.//button[@value="timed"]/@formnovalidate'), "what is required is not required yet"
    fields = fields_of(page_of(browser.post(path(EKEN, "new"), OPEN, act="timed")))
    assert (fields["kind"], fields["title"], fields["people"].strip()) == ("timed", "Kallelse", SOMEBODY)
    fields = fields_of(page_of(browser.post(path(EKEN, "new"), fields, act="open")))
    assert (fields["kind"], fields["valid_to"]) == ("open", "2026-12-31")
    fields = fields_of(page_of(browser.post(path(EKEN, "new"), OPEN, act="edit")))
    assert fields["text"].strip() == OPEN["text"]


def test_the_text_is_shown_while_it_is_written(world: StaffWorld) -> None:
    browser = world.browser("erik")
    answer = browser.post(path(EKEN, "text"), title="Hej <script>", text="# A\n[b](https://a.se)")
    assert "<h3>Hej &lt;script&gt;</h3>" in answer.text
    assert '<a href="https://a.se"' in answer.text
    assert "Skriv en text." in browser.post(path(EKEN, "text"), title="Hej", text="").text


def test_withdrawn_invitations_are_gone_for_their_patients_and_their_times_free(world: StaffWorld) -> None:
    """Rules 59 and 75."""
    browser = world.browser("erik")
    send(browser, EKEN, {**TIMED, "people": f"{SOMEBODY}\n{ANYBODY}"})
    (new, *_) = sent_ids(browser, EKEN)
    both = chosen(browser, EKEN)[:2]
    asked = browser.post(path(EKEN, "withdraw"), {"chosen": both})
    assert "Ta tillbaka 2 kallelser?" in asked.text
    assert world.patient(SOMEBODY).schedule(EKEN)
    assert browser.post(path(EKEN, "withdrawn"), {"chosen": both}).location == path(EKEN)
    assert "2 kallelser återtagna." in text_of(browser.page(path(EKEN)))
    assert world.patient(SOMEBODY).schedule(EKEN) == ()
    assert world.patient(SOMEBODY).time(EKEN, "20261124080000", timeTypeID="NYBESOK")
    with pytest.raises(SoapFault):
        world.patient(ANYBODY).details(EKEN, new)
    assert "Återtagen" in text_of(browser.page(path(EKEN, "of", new)))


def test_one_withdrawn_open_invitation_is_told_of(world: StaffWorld) -> None:
    browser = world.browser("erik")
    (only,) = chosen(browser, EKEN)
    browser.post(path(EKEN, "withdrawn"), {"chosen": only})
    assert "Öppen kallelse återtagen: Nybesök läkare." in text_of(browser.page(path(EKEN)))
    nothing = browser.post(path(EKEN, "withdraw"))
    assert nothing.location == path(EKEN)
    assert "Markera minst en kallelse." in text_of(browser.page(path(EKEN)))
    browser.post(path(EKEN, "withdrawn"))
    assert "Markera minst en kallelse." in text_of(browser.page(path(EKEN)))


def test_what_the_patient_has_booked_meanwhile_is_not_withdrawn(world: StaffWorld) -> None:
    browser = world.browser("erik")
    send(browser, EKEN, OPEN)
    both = chosen(browser, EKEN)
    patient = world.patient(INVITED_AT_EKEN)
    patient.book(patient.time(EKEN, "20261124080000", timeTypeID="NYBESOK"), bookingId="KALLAD-OPPEN-2")
    answer = browser.post(path(EKEN, "withdrawn"), {"chosen": both})
    assert answer.status_code == 409
    assert f"Kallelsen till {INVITED_AT_EKEN} (Nybesök läkare) är nu bokad." in answer.text
    assert len(chosen(browser, EKEN)) == 1
    (mine,) = chosen(browser, EKEN)
    browser.post(path(EKEN, "withdrawn"), {"chosen": mine})
    answer = browser.post(path(EKEN, "withdrawn"), {"chosen": mine})
    assert "är redan återtagen" in answer.text


def test_an_invitation_that_has_ended_is_told_as_such(world: StaffWorld) -> None:
    browser = world.browser("erik")
    send(browser, EKEN, TIMED)
    world.later(days=12)
    again = world.browser("erik")
    page = text_of(again.page(path(EKEN), outcome="expired"))
    assert "Har gått ut" in page
    assert "Tiden har varit" in page
    assert chosen(again, EKEN) == []


def test_the_list_is_paged(world: StaffWorld) -> None:
    with world.timetable() as timetable:
        unit = timetable.unit(EKEN)
        assert unit is not None
        for _ in range(60):
            timetable.invite(
                unit.id, SOMEBODY, "Hej", origin=Origin(actor=Actor(type=ActorType.STAFF)), now=world.now - timedelta(1)
            )
    browser = world.browser("erik")
    assert len(sent_ids(browser, EKEN)) == 50
    assert len(sent_ids(browser, EKEN, page="2")) == 11
    assert len(sent_ids(browser, EKEN, page="x")) == 50
    assert len(sent_ids(browser, EKEN, page="99999999999999999999")) == 0


def test_what_is_shown_and_sent_of_patients_is_in_the_access_log(world: StaffWorld) -> None:
    browser = world.browser("erik")
    send(browser, EKEN, OPEN)
    (new, *_) = sent_ids(browser, EKEN)
    browser.page(path(EKEN, "of", new))
    browser.post(path(EKEN, "withdrawn"), {"chosen": chosen(browser, EKEN)[0]})
    with world.timetable() as timetable:
        noted = accesses(timetable, patient=SOMEBODY)
    assert {one.action for one in noted} == {
        "invitation_planned",
        "invitation_sent",
        "invitation_shown",
        "invitation_withdrawn",
    }
    assert {(one.origin.actor.id, one.unit) for one in noted} == {("erik", EKEN)}


def test_a_reader_looks_but_does_not_send_or_withdraw(world: StaffWorld) -> None:
    reader = world.browser("rut")
    page = reader.page(path(EKEN))
    assert not page.xpath('//input[@name="chosen"]')
    assert "Ny öppen kallelse" not in text_of(page)
    assert "Ta tillbaka" not in text_of(reader.page(path(EKEN, "of", "KALLAD-OPPEN-2")))
    assert reader.get(path(EKEN, "new")).status_code == 403
    for place in ("new", "send", "text", "withdraw", "withdrawn"):
        assert reader.post(path(EKEN, place), {**OPEN, "chosen": "x KALLAD-OPPEN-2"}).status_code == 403
    for act in ("open", "edit", "fetch"):
        assert reader.post(path(EKEN, "new"), OPEN, act=act, like="KALLAD-OPPEN-2").status_code == 403


def test_nobody_reaches_the_invitations_of_a_unit_that_is_not_theirs(world: StaffWorld) -> None:
    for name in ("erik", "rut"):
        browser = world.browser(name)
        assert browser.get(path(KANSLI)).status_code == 403
        assert browser.get(path(KANSLI, "of", "KALLAD-OPPEN-1")).status_code == 403
        assert browser.get(path(EKEN, "of", "KALLAD-OPPEN-1")).status_code == 404
        assert browser.post(path(KANSLI, "send"), OPEN).status_code == 403
    assert world.browser("erik").post(path(EKEN, "withdrawn"), {"chosen": "x KALLAD-OPPEN-1"}).status_code == 404
    assert world.browser(None).get(path(EKEN)).status_code == 302
