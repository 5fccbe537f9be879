"""What a search may see of a timetable."""

from datetime import date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from producer.domain.availability import (
    Wish,
    flags_of_time,
    is_wished,
    performers_open_to_patient,
    performers_wished,
    runs_of_equal_flags,
    span_of,
    time_types_wished,
)
from producer.domain.booking_rules import BookingRules, Window
from producer.domain.model import CareType, CareUnit, Offer, Performer, Resource, Slot, Standing, TimeType

NOW = datetime(2026, 11, 23, 8, 0)
MINUTES = st.integers(0, 20_000).map(lambda minutes: timedelta(minutes=minutes))
WINDOWS = st.tuples(MINUTES, st.none() | MINUTES).map(
    lambda both: Window(notice=both[0], horizon=None if both[1] is None else both[0] + both[1])
)
CARE_TYPES = (CareType(id=1, code="C1", name="Läkare"), CareType(id=2, code="C2", name="Sköterska"))
TYPES = (
    TimeType(id=1, code="T1", name="Nybesök", care_types=CARE_TYPES),
    TimeType(id=2, code="T2", name="Återbesök", care_types=CARE_TYPES[:1]),
)


@given(cancelling=WINDOWS, rebooking=WINDOWS, starts=st.lists(st.integers(-500, 25_000), max_size=30))
def test_slots_of_a_run_have_the_flags_that_each_would_have_alone(
    cancelling: Window, rebooking: Window, starts: list[int]
) -> None:
    """Rule 69: asking once per run never says anything else than asking once per slot."""
    rules = BookingRules(cancelling_window=cancelling, rebooking_window=rebooking)
    unit = CareUnit(id=1, hsa_id="SE2321000016-DEMO1", name="Mottagning", county="Län", rules=rules)
    slots = [
        Slot(
            id=n,
            public_id=str(n),
            unit_id=1,
            starts=at,
            ends=at + timedelta(minutes=5),
            offer=Offer(time_type=TYPES[0]),
        )
        for n, at in enumerate(NOW + timedelta(minutes=minutes) for minutes in sorted(starts))
    ]
    runs = runs_of_equal_flags(slots, unit, NOW)
    assert [slot for run in runs for slot in run.slots] == slots
    for run in runs:
        assert {flags_of_time(slot.starts, unit, NOW) for slot in run.slots} == {run.flags}


def test_both_days_of_a_range_are_included() -> None:
    """Rule 33."""
    span = span_of(date(2026, 12, 1), date(2026, 12, 1), Window(), NOW)
    assert (span.starts, span.ends) == (datetime(2026, 12, 1), datetime(2026, 12, 2))


def test_a_range_that_began_is_cut_to_what_is_left_of_today() -> None:
    """Rules 33 and 48."""
    span = span_of(date(2026, 1, 1), date(2026, 11, 23), Window(), NOW)
    assert span.starts == NOW + timedelta(seconds=1)
    assert span.ends == datetime(2026, 11, 24)


def test_a_reversed_range_and_one_in_the_past_are_empty() -> None:
    """Rule 33."""
    assert span_of(date(2026, 12, 2), date(2026, 12, 1), Window(), NOW).is_empty
    assert span_of(date(2026, 1, 1), date(2026, 1, 31), Window(), NOW).is_empty


def test_the_last_day_of_the_calendar_can_be_asked_for() -> None:
    """Rule 33: any length."""
    assert not span_of(date.min, date.max, Window(), NOW).is_empty


@given(window=WINDOWS, ahead=st.integers(0, 45_000))
def test_the_span_holds_exactly_the_times_that_the_window_allows(window: Window, ahead: int) -> None:
    """Rule 48: what is shown can be booked."""
    at = NOW + timedelta(minutes=ahead)
    span = span_of(NOW.date(), date.max, window, NOW)
    allowed = at > NOW and window.opens(NOW) <= at <= window.closes(NOW)
    assert (span.starts <= at < span.ends) == allowed


def test_several_filters_must_all_hold_and_names_serve_where_no_code_is_given() -> None:
    """Rule 52."""
    assert time_types_wished(TYPES, Wish()) == TYPES
    assert time_types_wished(TYPES, Wish(time_type_code="T2")) == TYPES[1:]
    assert time_types_wished(TYPES, Wish(time_type_name="Nybesök")) == TYPES[:1]
    assert time_types_wished(TYPES, Wish(care_type_code="C2")) == TYPES[:1]
    assert time_types_wished(TYPES, Wish(care_type_name="Läkare", time_type_code="T2")) == TYPES[1:]
    assert time_types_wished(TYPES, Wish(time_type_code="T9")) == ()


def test_several_performers_are_alternatives_and_their_case_does_not_matter() -> None:
    """Rules 17 and 52."""
    people = [Performer(id=n, hsa_id=f"SE2321000016-p{n}", first_name="A", last_name="B") for n in (1, 2, 3)]
    wish = Wish(performers=frozenset({"SE2321000016-P1", "SE2321000016-P3", "SE2321000016-P9"}))
    assert performers_wished(people, wish) == {1, 3}
    assert performers_wished(people, Wish()) is None


def test_an_offer_is_wished_when_its_kind_its_performer_and_its_resource_are() -> None:
    """Rules 17 and 52: what is not asked for may be anything, or missing."""
    nurse = Performer(id=1, hsa_id="SE2321000016-p1", first_name="A", last_name="B")
    bare = Offer(time_type=TYPES[0])
    full = Offer(time_type=TYPES[0], performer=nurse, resource=Resource(id=1, code="R1", name="Rum 1"))
    wishes = (
        Wish(time_type_code="T1"),
        Wish(performers=frozenset({"SE2321000016-P1", "SE2321000016-P9"})),
        Wish(resource_code="R1"),
        Wish(time_type_code="T2"),
        Wish(performers=frozenset({"SE2321000016-P9"})),
        Wish(resource_code="R2"),
    )
    assert is_wished(bare, Wish())
    assert is_wished(full, Wish())
    assert [is_wished(full, wish) for wish in wishes] == [True, True, True, False, False, False]
    assert [is_wished(bare, wish) for wish in wishes] == [True, False, False, False, False, False]


def test_an_agent_sees_every_performer_and_a_patient_only_her_own_where_the_unit_says_so() -> None:
    """Rule 20."""
    rules = BookingRules(listed_patients_only=True, own_performer_only=True)
    own = Standing(listed=True, own_performer_ids=frozenset({2}))
    assert performers_open_to_patient(None, rules, None) is None
    assert performers_open_to_patient(None, rules, own) == {2}
    assert performers_open_to_patient(frozenset({1}), rules, own) == frozenset()
    assert performers_open_to_patient(frozenset({1}), BookingRules(), own) == {1}


def test_a_performers_name_is_title_first_middle_and_last_with_single_spaces() -> None:
    """Rule 53."""
    whole = Performer(id=1, hsa_id="X", title="Leg. läkare", first_name="Anna", middle_name="Maria", last_name="Berg")
    assert whole.full_name == "Leg. läkare Anna Maria Berg"
    assert Performer(id=1, hsa_id="X", first_name=" Bo ", last_name="Ek", title="").full_name == "Bo Ek"
