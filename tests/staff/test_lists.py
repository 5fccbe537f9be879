"""What a unit has is added, changed and retired by its staff, and is so in the next call."""

from rules.world import ANNA, ANYBODY, EKEN, LINDEN

from staff.world import StaffWorld, text_of

TYPES, PEOPLE = f"/staff/{EKEN}/lists/time-types", f"/staff/{EKEN}/lists/performers"


def test_a_time_type_is_added_and_offered(world: StaffWorld) -> None:
    browser = world.browser("erik")
    answer = browser.post(TYPES, name="Vaccination mot TBE")
    assert answer.location == TYPES
    assert "Vaccination mot TBE har lagts till" in text_of(browser.page(TYPES))
    assert "VACCINATIONMOTTBE" in world.patient(ANYBODY).time_types(EKEN)
