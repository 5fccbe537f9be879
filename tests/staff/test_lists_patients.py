"""Who is listed and who may not book online is kept by the unit, and who sees it is written down."""

import pytest
from rules.world import ANYBODY, BARRED, EKEN, GUNILLA, IDA, LISTED, LISTED_WITH_FILIP, LUGNET, NOT_FOR_TALKS

from producer.store.access_log import accesses
from staff.world import StaffWorld, text_of

LISTED_HERE, BARRED_HERE = f"/staff/{EKEN}/lists/listed", f"/staff/{EKEN}/lists/barred"


def actions(world: StaffWorld, patient: str) -> list[tuple[str, str | None]]:
    with world.database.reading() as timetable:
        return [(each.action, each.origin.actor.id) for each in accesses(timetable, patient=patient)]


def test_everyone_who_is_shown_is_noted(world: StaffWorld) -> None:
    page = text_of(world.browser("rut").page(BARRED_HERE))
    assert NOT_FOR_TALKS in page
    assert "Hälsosamtal" in page
    assert "Allt" in page
    for patient in (NOT_FOR_TALKS, BARRED):
        assert actions(world, patient) == [("barred_shown", "rut")]
    assert actions(world, GUNILLA) == []


def test_a_search_finds_one_however_written_and_shows_and_notes_no_other(world: StaffWorld) -> None:
    answer = world.browser("rut").post(f"{BARRED_HERE}/search", q="20150101-2395")
    assert answer.status_code == 200
    assert BARRED in answer.text
    assert NOT_FOR_TALKS not in answer.text
    assert actions(world, NOT_FOR_TALKS) == []
    assert "Patienten finns inte här" in world.browser("rut").post(f"{BARRED_HERE}/search", q=IDA).text


def test_a_search_for_no_identity_says_so(world: StaffWorld) -> None:
    answer = world.browser("rut").post(f"{BARRED_HERE}/search", q="197001239298")
    assert answer.status_code == 400
    assert "fel kontrollsiffra" in answer.text
    assert 'value="197001239298"' in answer.text


def test_a_patient_is_listed_with_her_own_performer_and_may_book_at_once(world: StaffWorld) -> None:
    admin, path = world.browser(), f"/staff/{LUGNET}/lists/listed"
    patient = world.patient(ANYBODY)
    assert patient.times(LUGNET) == ()
    [eva] = admin.page(path).xpath("//select[@name='about']/option[contains(., 'Eva')]/@value")
    assert admin.post(path, patients="20000101-2384", about=eva).location == path
    assert "Listade patienter: 1 tillagda." in text_of(admin.page(path))
    assert {slot.performer for slot in patient.times(LUGNET)} == {"SE2321000016-EVA"}
    assert ("listed_added", "admin") in actions(world, ANYBODY)


def test_a_patient_is_barred_from_one_kind_of_time_or_all_and_let_in_again(world: StaffWorld) -> None:
    erik, patient = world.browser("erik"), world.patient(ANYBODY)
    [prov] = erik.page(BARRED_HERE).xpath("//select[@name='about']/option[contains(., 'Provtagning')]/@value")
    erik.post(BARRED_HERE, patients=ANYBODY, about=prov)
    assert "PROV" not in patient.time_types(EKEN)
    assert "NYBESOK" in patient.time_types(EKEN)
    erik.post(BARRED_HERE, patients=ANYBODY, about="")
    assert patient.time_types(EKEN) == []
    for path in erik.page(BARRED_HERE).xpath(f"//tr[th='{ANYBODY}']//form/@action"):
        assert erik.post(path).location == BARRED_HERE
    assert "PROV" in patient.time_types(EKEN)
    assert ("barred_removed", "erik") in actions(world, ANYBODY)


def test_several_are_added_at_once_each_on_a_line(world: StaffWorld) -> None:
    erik = world.browser("erik")
    assert erik.post(LISTED_HERE, patients=f"{IDA}\r\n\r\n {ANYBODY} \r\n{IDA}").status_code == 302
    page = text_of(erik.page(LISTED_HERE))
    assert "Listade patienter: 2 tillagda." in page
    assert IDA in page
    assert ANYBODY in page


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("", "Ange ett personnummer."),
        (f"{IDA}\n123", "123 är inget personnummer"),
        (f"{IDA}\n197001239298", "197001239298 har fel kontrollsiffra"),
        (GUNILLA, ""),
        ("\n".join([IDA] * 1001), "Högst 1000 patienter åt gången."),
    ],
)
def test_all_are_added_or_none_and_what_was_typed_is_kept(world: StaffWorld, typed: str, sentence: str) -> None:
    erik = world.browser("erik")
    anna = erik.page(LISTED_HERE).xpath("//select[@name='about']/option[contains(., 'Anna')]/@value")
    answer = erik.post(LISTED_HERE, patients=typed, about=anna)
    assert answer.status_code == 400
    assert (sentence or f"Redan listade så: {GUNILLA}.") in answer.text
    assert 'id="patients-fault"' in answer.text
    assert typed.split("\n", maxsplit=1)[0] in answer.text
    assert IDA not in text_of(erik.page(LISTED_HERE))


def test_the_units_own_rules_about_identities_hold_rules_37_and_98(world: StaffWorld) -> None:
    erik, reserve = world.browser("erik"), "991981000010"
    world.set_rules(EKEN, reserve_ids_accepted=False)
    assert "tar inte emot sådana" in erik.post(LISTED_HERE, patients=reserve).text
    world.set_rules(EKEN, test_identities_only=True, reserve_ids_accepted=True)
    assert "tar bara emot sådana" in erik.post(LISTED_HERE, patients=reserve).text
    world.set_rules(EKEN, test_identities_only=False)
    assert erik.post(LISTED_HERE, patients=reserve).status_code == 302


@pytest.mark.parametrize("path", [LISTED_HERE, BARRED_HERE])
def test_a_reader_changes_nothing(world: StaffWorld, path: str) -> None:
    rut = world.browser("rut")
    assert rut.post(path, patients=IDA).status_code == 403
    assert rut.post(f"{path}/1/remove").status_code == 403
    assert len(rut.page(path).xpath("//main//form")) == 1  # the search


def test_a_note_of_another_unit_is_not_removed_through_ones_own(world: StaffWorld) -> None:
    admin, erik, theirs = world.browser(), world.browser("erik"), f"/staff/{LUGNET}/lists/listed"
    for path in admin.page(theirs).xpath("//td/form/@action"):
        assert erik.post(str(path).replace(LUGNET, EKEN)).status_code == 404
    page = text_of(admin.page(theirs))
    assert LISTED in page
    assert LISTED_WITH_FILIP in page


def test_a_long_list_is_paged_and_only_the_page_is_noted(world: StaffWorld) -> None:
    erik = world.browser("erik")
    reserves = [f"99198{number:03}0010" for number in range(60)]
    erik.post(BARRED_HERE, patients="\n".join(reserves))
    first = erik.get(BARRED_HERE).text
    assert "Nästa" in first
    assert reserves[40] in first
    assert reserves[59] not in first
    assert ("barred_shown", "erik") not in actions(world, reserves[59])
    assert reserves[59] in erik.get(BARRED_HERE, page=2).text


def test_no_sentence_of_a_change_names_a_patient(world: StaffWorld) -> None:
    erik = world.browser("erik")
    erik.post(LISTED_HERE, patients=IDA)
    kept = [line for line in world.dump() if "staff_changes" in line]
    assert kept
    assert not any(IDA in line for line in kept)
