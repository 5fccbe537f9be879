"""The page of the booking rules: what it shows, what it keeps, and what the next call answers."""

from dataclasses import fields, replace
from datetime import timedelta
from typing import Any

import pytest
from lxml import html
from rules.world import EKEN, GUNILLA, HAKAN, KANSLI, LINDEN, VAST

from producer.domain.booking_rules import BookingRules, CancelledInvitation, Flow, Lookup, Window, _contradictions
from producer.domain.refusals import Refusal
from producer.services.staff.rule_fields import _LENGTHS as LENGTHS
from producer.services.staff.rule_fields import CONTRADICTIONS, FIELDS, changes, length_of
from producer.soap import messages as m
from producer.soap.client import SoapFault
from producer.web.staff.language import _translations
from producer.web.staff.rule_answers import GROUPS
from producer.web.staff.rule_forms import filled, read
from staff.world import Browser, StaffWorld, text_of

PAGE = f"/staff/{EKEN}/rules"
OTHERWISE = BookingRules(
    flows=frozenset({Flow.SEE}),
    lookups=frozenset(),
    new_booking_allowed=False,
    rebooking_allowed=False,
    cancelling_allowed=False,
    message_allowed=False,
    booking_window=Window(notice=timedelta(minutes=90), horizon=timedelta(weeks=8)),
    rebooking_window=Window(notice=timedelta(hours=24), horizon=timedelta(days=30)),
    cancelling_window=Window(notice=timedelta(days=2)),
    other_unit_allowed=False,
    rebooking_keeps_resource=False,
    rebooking_keeps_performer=True,
    rebooking_changes_id=True,
    most_live_bookings=2,
    simultaneous_bookings_allowed=True,
    listed_patients_only=True,
    own_performer_only=True,
    test_identities_only=True,
    reserve_ids_accepted=False,
    guardians_may_act=True,
    cancelled_invitation_becomes=CancelledInvitation.OPEN_INVITATION,
    text_to_read="Kom i god tid.\nTa med legitimation & <kort>.",
    past_bookings_shown=True,
    actor_required=False,
    empty_elements_accepted=False,
)


def form_of(page: html.HtmlElement) -> dict[str, Any]:
    """The form as it stands in the page, as a browser would send it."""
    form = page.xpath('//main//form[contains(@action, "/rules")]')[0]
    values: dict[str, Any] = {}
    for name, value in form.form_values():
        # The first line end of a text area is not of its text.
        values.setdefault(name, []).append(value.removeprefix("\n"))
    return values


def fill(browser: Browser, page: str = PAGE, **changed: Any) -> dict[str, Any]:
    """The form with some fields filled in anew; None takes a field away, as an unchecked box is."""
    form = {**form_of(browser.page(page)), **changed}
    return {name.replace("__", "-"): value for name, value in form.items() if value is not None}


def preview_of(browser: Browser, page: str = PAGE, **changed: Any) -> html.HtmlElement:
    answer = browser.post(f"{page}/preview", fill(browser, page, **changed))
    assert answer.status_code == 200, answer.text
    return html.fromstring(answer.text)


def save(browser: Browser, preview: html.HtmlElement, page: str = PAGE) -> str:
    answer = browser.post(page, form_of(preview))
    assert (answer.status_code, answer.location) == (302, page), answer.text
    return text_of(browser.page(page))


def rules_of(world: StaffWorld, unit: str = EKEN) -> BookingRules:
    with world.timetable() as timetable:
        found = timetable.unit(unit)
        assert found
        return found.rules


def effects_of(preview: html.HtmlElement) -> list[str]:
    return [text_of(item) for item in preview.xpath('//*[@id="effects"]/li')]


# What the tables hold.


def test_every_rule_has_words_a_meaning_and_an_answer() -> None:
    names = [field.name for field in fields(BookingRules)]
    meanings = [meaning for group in GROUPS for meaning in group.meanings]
    assert sorted(each.name for each in FIELDS) == sorted(names)
    assert sorted(each.name for each in meanings) == sorted(names)
    assert [each.name for each in meanings if not each.answers or not each.resident.text] == []


def test_the_meaning_of_a_switch_tells_of_both_its_values() -> None:
    values = {m.name: [a.when for a in m.answers] for group in GROUPS for m in group.meanings}
    switches = [each.name for each in FIELDS if each.kind.value == "switch"]
    assert [name for name in switches if values[name] != [True, False] and values[name] != [False, True]] == []


def test_every_contradiction_is_told_beside_a_field() -> None:
    known = {*fill_names(BookingRules()), *(field.name for field in fields(BookingRules))}
    sentences = [sentence for _, sentence in _contradictions(BookingRules())]
    assert sorted(CONTRADICTIONS) == sorted(sentences)
    assert {fault.field for fault in CONTRADICTIONS.values()} <= known


def fill_names(rules: BookingRules) -> set[str]:
    return set(filled(rules))


def test_every_word_of_the_rules_is_there_in_english() -> None:
    sentences = [each for rule in FIELDS for each in (*rule.topics, *rule.values.values())]
    sentences += [each for pair in LENGTHS.values() for each in pair]
    sentences += [fault.sentence for fault in CONTRADICTIONS.values()]
    for group in GROUPS:
        sentences.append(group.title)
        for meaning in group.meanings:
            sentences += [meaning.label, meaning.resident, *(answer.sentence for answer in meaning.answers)]
    english = _translations("en")
    assert sorted({each.text for each in sentences if english.gettext(each.text) == each.text}) == []


@pytest.mark.parametrize("rules", [BookingRules(), OTHERWISE], ids=["usual", "otherwise"])
def test_the_form_says_the_same_rules_again(rules: BookingRules) -> None:
    assert read(filled(rules)) == rules


def test_each_field_that_differs_is_told_of() -> None:
    usual = BookingRules()
    for field in fields(BookingRules):
        changed = replace(usual, **{field.name: getattr(OTHERWISE, field.name)})
        assert changes(usual, changed), field.name
    assert changes(usual, usual) == []


@pytest.mark.parametrize(
    ("time", "told"),
    [
        (timedelta(minutes=90), (90, timedelta(minutes=1))),
        (timedelta(hours=24), (24, timedelta(hours=1))),
        (timedelta(days=2), (2, timedelta(days=1))),
        (timedelta(days=7), (7, timedelta(days=1))),
        (timedelta(weeks=8), (8, timedelta(weeks=1))),
    ],
)
def test_lengths_are_told_as_people_say_them(time: timedelta, told: Any) -> None:
    assert length_of(time) == told


# Who may do what.


def test_a_reader_sees_every_rule_and_no_control(world: StaffWorld) -> None:
    page = world.browser("rut").page(PAGE)
    assert page.xpath("//main//input | //main//select | //main//textarea | //main//button") == []
    assert "Ombokning tillåten" in text_of(page)
    assert len(page.xpath('//div[@class="rule"]')) == len(fields(BookingRules))


@pytest.mark.parametrize("step", ["", "/preview", "/form"])
@pytest.mark.parametrize(("name", "unit"), [("rut", EKEN), ("erik", LINDEN), ("rut", LINDEN), ("erik", "SE-INGEN")])
def test_who_may_not_change_the_unit_is_refused_whatever_is_sent(
    world: StaffWorld, step: str, name: str, unit: str
) -> None:
    assert world.browser(name).post(f"/staff/{unit}/rules{step}", most_live_bookings="många").status_code == 403


@pytest.mark.parametrize(("name", "code"), [("erik", 403), ("rut", 403), ("admin", 200)])
def test_another_units_rules_are_for_administrators(world: StaffWorld, name: str, code: int) -> None:
    assert world.browser(name).get(f"/staff/{LINDEN}/rules").status_code == code


def test_a_unit_that_is_not_there(world: StaffWorld) -> None:
    assert world.browser().get("/staff/SE-INGEN/rules").status_code == 404


# What is shown.


def test_the_page_has_a_sentence_and_the_answers_of_every_rule(world: StaffWorld) -> None:
    page = world.browser("erik").page(PAGE)
    text = text_of(page)
    assert len(page.xpath('//div[@class="rule"]')) == len(fields(BookingRules))
    assert "rebooking_allowed = false" in text
    assert f"UpdateBooking svarar ERROR: ”{Refusal.UPDATE_APPOINTMENT_IS_NOT_ALLOWED.value}”" in text
    assert page.xpath("//details[@open]") == []
    assert len(world.browser("erik").page(PAGE, answers=1).xpath("//details[@open]")) == len(fields(BookingRules))


def test_the_page_in_english(world: StaffWorld) -> None:
    browser = world.browser("erik")
    browser.post("/staff/language", language="en")
    text = text_of(browser.page(PAGE))
    assert "Booking rules" in text
    assert "Rebooking is allowed" in text
    assert "Ombokning" not in text


# What a change does.


def test_forbidding_rebooking_is_previewed_saved_and_answered(world: StaffWorld) -> None:
    """Rule 69: the flag and the refusal change with the next call."""
    browser, patient = world.browser("erik"), world.patient(GUNILLA)
    assert patient.details(EKEN, "BOKAD-1").rebooking_allowed is True
    preview = preview_of(browser, rebooking_allowed=None)
    assert "Ombokning: tillåten → inte tillåten" in text_of(preview)
    assert effects_of(preview) == ["1 bokning går inte längre att omboka."]
    assert rules_of(world).rebooking_allowed
    assert "Ombokning: tillåten → inte tillåten" in save(browser, preview)
    assert patient.details(EKEN, "BOKAD-1").rebooking_allowed is False
    slot = patient.times(EKEN)[0]
    refused = patient.update("BOKAD-1", slot)
    assert (refused.resultCode, refused.resultText) == (
        m.ResultCode.ERROR,
        Refusal.UPDATE_APPOINTMENT_IS_NOT_ALLOWED.value,
    )


def test_every_field_can_be_changed(world: StaffWorld) -> None:
    browser = world.browser("erik")
    form = {"seen": form_of(browser.page(PAGE))["seen"]}
    for name, value in filled(OTHERWISE).items(multi=True):
        form.setdefault(name, []).append(value)
    answer = browser.post(f"{PAGE}/preview", form)
    assert answer.status_code == 200
    assert save(browser, html.fromstring(answer.text))
    assert rules_of(world) == OTHERWISE


def test_a_change_is_kept_with_one_sentence_for_each_rule(world: StaffWorld) -> None:
    from producer.store.changes import changes_of

    browser = world.browser("erik")
    save(browser, preview_of(browser, rebooking_allowed=None, booking_window__notice="2", most_live_bookings="3"))
    with world.timetable() as timetable:
        unit = timetable.unit(EKEN)
        assert unit
        made = changes_of(timetable, unit.id)
    assert [change.account for change in made] == ["erik"] * 3
    browser.post("/staff/language", language="en")
    assert made[0].sentence.values["rule"].text == "Flest kommande bokningar"  # type: ignore[union-attr]


def test_fewer_free_times_are_offered_within_a_shorter_window(world: StaffWorld) -> None:
    browser, patient = world.browser("erik"), world.patient(GUNILLA)
    before = len(patient.times(EKEN))
    preview = preview_of(browser, booking_window__horizon="3", booking_window__horizon__unit="d")
    (effect,) = effects_of(preview)
    save(browser, preview)
    after = len(patient.times(EKEN))
    assert effect == f"{before - after} lediga tider erbjuds inte längre."


def test_contracts_that_come_and_go_with_a_flow(world: StaffWorld) -> None:
    browser = world.browser("erik")
    preview = preview_of(browser, flows=["book", "see", "cancel"])
    assert "Kontrakt som enheten inte längre svarar på: UpdateBooking." in effects_of(preview)
    save(browser, preview)
    patient = world.patient(GUNILLA)
    slot = patient.times(EKEN)[0]
    with pytest.raises(SoapFault, match="does not have UpdateBooking"):
        patient.update("BOKAD-1", slot)
    again = effects_of(preview_of(browser, flows=["book", "see", "rebook", "cancel"]))
    assert "Kontrakt som tillkommer och ska beställas: UpdateBooking." in again
    assert "1 bokning går nu att omboka." in again


def test_a_unit_for_the_listed_keeps_others_from_moving_their_bookings(world: StaffWorld) -> None:
    """Rule 47, within a group too: the preview asks what the calls ask."""
    page = f"/staff/{VAST}/rules"
    browser = world.browser()
    preview = preview_of(browser, page, listed_patients_only="on", other_unit_allowed=None)
    before = [each for each in ("BOKAD-3", "KALLAD-TID-1") if flag(world, each)]
    told = effects_of(preview)
    save(browser, preview, page)
    lost = [each for each in before if not flag(world, each)]
    expected = {0: None, 1: "1 bokning går inte längre att omboka.", 2: "2 bokningar går inte längre att omboka."}
    assert expected[len(lost)] in [*told, None]
    assert lost


def flag(world: StaffWorld, booking_id: str) -> bool:
    with world.timetable() as timetable:
        booking = timetable.booking(booking_id)
        assert booking
    return bool(world.patient(booking.patient).details(booking.unit_hsa_id, booking_id).rebooking_allowed)


def test_open_invitations_that_can_no_longer_be_booked(world: StaffWorld) -> None:
    page = f"/staff/{KANSLI}/rules"
    preview = preview_of(world.browser(), page, flows=["book"])
    assert any("syns inte längre för patienten" in effect for effect in effects_of(preview))


def test_a_preview_writes_nothing(world: StaffWorld) -> None:
    browser = world.browser("erik")
    form = fill(browser, rebooking_allowed=None)
    before = world.dump()
    assert browser.post(f"{PAGE}/preview", form).status_code == 200
    assert world.dump() == before


def test_without_a_change_there_is_nothing_to_save(world: StaffWorld) -> None:
    browser = world.browser("erik")
    before = world.dump()
    assert browser.post(f"{PAGE}/preview", fill(browser)).location == PAGE
    assert "Du har inte ändrat något." in text_of(browser.page(PAGE))
    assert browser.post(PAGE, fill(browser)).location == PAGE
    assert world.dump() == before


def test_back_from_the_preview_what_was_filled_in_is_there(world: StaffWorld) -> None:
    browser = world.browser("erik")
    preview = preview_of(browser, rebooking_allowed=None, text_to_read="Välkommen\nhit", flows=["see", "book"])
    form = form_of(html.fromstring(browser.post(f"{PAGE}/form", form_of(preview)).text))
    assert "rebooking_allowed" not in form
    assert form["text_to_read"][0].split() == ["Välkommen", "hit"]
    assert sorted(form["flows"]) == ["book", "see"]


# Bad input.


@pytest.mark.parametrize(
    ("changed", "field", "sentence"),
    [
        ({"most_live_bookings": "många"}, "most_live_bookings", "Skriv ett helt tal"),
        ({"most_live_bookings": "-1"}, "most_live_bookings", "Skriv ett helt tal"),
        ({"most_live_bookings": "1001"}, "most_live_bookings", "Högst 1000."),
        ({"most_live_bookings": "0"}, "most_live_bookings", "Minst 1"),
        ({"booking_window__notice": "två"}, "booking_window-notice", "Skriv ett helt tal"),
        ({"cancelling_window__horizon": "99999999"}, "cancelling_window-horizon", "Skriv ett helt tal"),
        ({"booking_window__notice": "3", "booking_window__horizon": "2"}, "booking_window-horizon", "högst tio år"),
        ({"rebooking_window__horizon": "999999"}, "rebooking_window-horizon", "högst tio år"),
        ({"flows": ["rebook"]}, "flows", "boka om måste kunna se"),
        ({"own_performer_only": "on"}, "own_performer_only", "Egen utförare finns bara för listade"),
        ({"cancelled_invitation_becomes": "en groda"}, "cancelled_invitation_becomes", "Välj ett av alternativen."),
        ({"text_to_read": "a" * 2001}, "text_to_read", "för lång"),
        ({"text_to_read": "ett\x07pip"}, "text_to_read", "ett tecken"),
    ],
)
def test_bad_input_is_kept_and_explained_beside_its_field(
    world: StaffWorld, changed: dict[str, Any], field: str, sentence: str
) -> None:
    browser = world.browser("erik")
    before = world.dump()
    for step in ("/preview", ""):
        answer = browser.post(PAGE + step, fill(browser, **changed))
        assert answer.status_code == 400
        page = html.fromstring(answer.text)
        assert sentence in text_of(page.get_element_by_id(f"{field}-fault"))
        assert f"{field}-fault" in page.get_element_by_id(field).get("aria-describedby")
        assert f"#{field}" in [link.get("href") for link in page.xpath('//*[@role="alert"]//a')]
        ((name, value), *_) = changed.items()
        if value != "en groda":  # which no menu can show
            assert form_of(page)[name.replace("__", "-")] == ([value] if isinstance(value, str) else value)
    assert world.dump() == before


def test_two_who_edit_the_second_is_told_and_overwrites_nothing(world: StaffWorld) -> None:
    first, second = world.browser("erik"), world.browser()
    theirs = fill(second, message_allowed=None)
    save(first, preview_of(first, rebooking_allowed=None))
    for step in ("/preview", ""):
        answer = second.post(PAGE + step, theirs)
        assert answer.status_code == 409
        page = html.fromstring(answer.text)
        assert "Ombokning är nu: inte tillåten" in text_of(page)
    assert rules_of(world).message_allowed
    form = form_of(page)
    assert "message_allowed" not in form
    assert "rebooking_allowed" in form
    sent_again = html.fromstring(second.post(f"{PAGE}/preview", form).text)
    assert "Ombokning: inte tillåten → tillåten" in text_of(sent_again)


def test_a_text_to_read_is_what_a_booking_answers(world: StaffWorld) -> None:
    """Rule 55."""
    browser, patient = world.browser("erik"), world.patient(HAKAN)
    save(browser, preview_of(browser, text_to_read=" Ta med <legitimation> & kom i tid \r\n"))
    made = patient.make(patient.times(EKEN)[0])
    assert (made.resultCode, made.resultText) == (m.ResultCode.INFO, "Ta med <legitimation> & kom i tid")


def test_lookups_are_the_contracts_of_choosing(world: StaffWorld) -> None:
    """Rule 100."""
    browser = world.browser("erik")
    save(browser, preview_of(browser, lookups=["units"]))
    assert rules_of(world).lookups == {Lookup.UNITS}


def test_the_list_of_faults_names_the_fields(world: StaffWorld) -> None:
    browser = world.browser("erik")
    answer = browser.post(f"{PAGE}/preview", fill(browser, most_live_bookings="x", rebooking_window__horizon="y"))
    alert = text_of(html.fromstring(answer.text).get_element_by_id("faults"))
    assert "Flest kommande bokningar: Skriv ett helt tal" in alert
    assert "Tidigast en ny tid kan väljas vid ombokning: Skriv ett helt tal" in alert


def test_who_has_as_many_bookings_as_are_allowed_is_counted(world: StaffWorld) -> None:
    browser, patient = world.browser("erik"), world.patient(GUNILLA)
    preview = preview_of(browser, most_live_bookings="1")
    assert effects_of(preview) == ["1 patient har redan så många bokningar att hon inte kan boka fler."]
    save(browser, preview)
    assert patient.make(patient.times(EKEN)[0]).resultText == Refusal.TOO_MANY_APPOINTMENTS.value
