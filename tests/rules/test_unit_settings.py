"""Each setting of a unit's booking rules changes what it says and nothing else.

A survey of probes is taken of the region with the usual rules and again with one setting changed, at EKEN and at VAST;
every probe that a setting does not name must come out as before.
"""

from collections.abc import Callable, Mapping
from dataclasses import fields
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any

import pytest

from producer.domain.booking_rules import BookingRules, CancelledInvitation, Flow, Lookup, Window
from producer.domain.refusals import Refusal
from producer.soap import messages as m
from producer.soap.client import SoapFault
from rules.calls import written
from rules.consumer import post
from rules.world import ANNA, ANYBODY, BO, EKEN, GUNILLA, IDA, INVITED_AT_EKEN, INVITED_IN_TIME, OST, VAST, World

TUESDAY, LAST = "20261124080000", "20261211080000"
DAY = timedelta(days=1)
TEXT = "Anmäl dig i receptionen när du kommer."
NO_CONTRACT, NOT_TAKEN = "no such contract", "not taken"
_CODES = {refusal.value: refusal.name for refusal in Refusal}


def code_of(answer: Any) -> str:
    return _CODES.get(answer.resultText, answer.resultCode)


def starts(slots: tuple[m.TimeslotType, ...]) -> tuple[str, ...]:
    return tuple(slot.startTimeInclusive for slot in slots)


def flags(row: m.TimeslotType) -> str:
    told = {"cancel": row.cancel_booking_allowed, "rebook": row.rebooking_allowed, "message": row.message_allowed}
    return " ".join(name for name, is_allowed in told.items() if is_allowed) or "nothing"


def care_types(w: World) -> Any:
    return w.patient(GUNILLA).care_types(EKEN)


def at_eken(starts_at: str, patient: str = GUNILLA, **filters: Any) -> Callable[[World], Any]:
    def book(w: World) -> Any:
        return w.patient(patient).make(_any_slot(w, EKEN, starts_at, **filters))

    return book


def _any_slot(w: World, unit: str, starts_at: str, **filters: Any) -> m.TimeslotType:
    """A slot as it is with the usual rules, for consumers who ask for what they should not know of."""
    return next(
        slot
        for slot in w.usual_slots[unit]
        if slot.startTimeInclusive == starts_at and all(getattr(slot, name) == value for name, value in filters.items())
    )


def moved(starts_at: str, **filters: Any) -> Callable[[World], Any]:
    return lambda w: w.patient(GUNILLA).update(
        "BOKAD-1", _any_slot(w, EKEN, starts_at, timeTypeID="NYBESOK", **filters)
    )


def moved_to_another_machine(w: World) -> Any:
    return w.patient(IDA).update("BOKAD-3", _any_slot(w, VAST, TUESDAY, resourceID="MAMMO2"))


def moved_to_another_unit(w: World) -> Any:
    return w.patient(IDA).update("BOKAD-3", _any_slot(w, OST, TUESDAY))


def id_after_a_move(w: World) -> str:
    w.patient(IDA).update("BOKAD-3", _any_slot(w, VAST, LAST, resourceID="MAMMO1"))
    with w.timetable() as timetable:
        kept = timetable.booking("BOKAD-3")
    return "another" if kept is None else "the same"


def booked_beside_another(w: World) -> Any:
    """At the time of the booking that she has already."""
    return w.patient(GUNILLA).make(_any_slot(w, EKEN, "20261130090000", performer=BO))


def booked_a_third_time(w: World) -> Any:
    w.patient(GUNILLA).make(_any_slot(w, EKEN, "20261202080000", performer=BO))
    return w.patient(GUNILLA).make(_any_slot(w, EKEN, "20261202083000", performer=BO))


def message_after_cancelling(w: World) -> Any:
    w.patient(GUNILLA).cancel(EKEN, "BOKAD-1", "Förhinder")
    with w.timetable() as timetable:
        return timetable.trail(timetable.booking("BOKAD-1").id)[-1].message or "none"


def left_of_a_cancelled_invitation(w: World) -> Any:
    w.patient(INVITED_IN_TIME).cancel(VAST, "KALLAD-TID-1")
    with w.timetable() as timetable:
        left = timetable.live_bookings(INVITED_IN_TIME, timetable.unit(VAST).id)
    return ["timed" if booking.starts else "open" for booking in left]


def past_schedule(w: World) -> Any:
    w.now = datetime(2026, 12, 1, 8, 0)
    return [row.bookingId for row in w.patient(GUNILLA).schedule(EKEN)]


def without_actor(w: World) -> Any:
    return len(w.nobody(GUNILLA).schedule(EKEN))


def with_an_empty_element(w: World) -> Any:
    reply = post(w.app, written("GetSubjectOfCareSchedule").replace("</r:GetSub", "<r:x/></r:GetSub").encode())
    assert reply.status == 500, "an element of the message's own namespace that it does not have"
    asked = written("GetAllHealthcareFacilities")
    return len(
        post(w.app, asked.replace("</r:GetAll", "<r:bookingId/></r:GetAll").encode()).message.healthcareFacilityInfos
    )


PROBES: Mapping[str, Callable[[World], Any]] = MappingProxyType(
    {
        "time types": lambda w: w.patient(GUNILLA).time_types(EKEN),
        "care types": care_types,
        "performers": lambda w: w.patient(GUNILLA).performers(EKEN),
        "units": lambda w: w.patient(ANYBODY).units(VAST),
        "units for a booking": lambda w: w.patient(IDA).units(VAST, "BOKAD-3"),
        "time types for a stranger": lambda w: w.patient(ANYBODY).time_types(EKEN),
        "times": lambda w: starts(w.patient(GUNILLA).times(EKEN)),
        "times for a stranger": lambda w: starts(w.patient(ANYBODY).times(EKEN)),
        "performers of times": lambda w: {slot.performer for slot in w.patient(GUNILLA).times(EKEN)},
        "care types of times": lambda w: {slot.careTypeID for slot in w.patient(GUNILLA).times(EKEN)},
        "days": lambda w: tuple(dict.fromkeys(row.date for row in w.patient(GUNILLA).days(EKEN))),
        "flags of times": lambda w: {
            slot.startTimeInclusive[:8]: flags(slot) for slot in w.patient(GUNILLA).times(EKEN)
        },
        "times to move to": lambda w: starts(w.patient(GUNILLA).times(EKEN, bookingId="BOKAD-1")),
        "performers to move to": lambda w: {s.performer for s in w.patient(GUNILLA).times(EKEN, bookingId="BOKAD-1")},
        "machines to move to": lambda w: {s.resourceID for s in w.patient(IDA).times(VAST, bookingId="BOKAD-3")},
        "times to move to elsewhere": lambda w: len(w.patient(IDA).times(OST, bookingId="BOKAD-3")),
        "times for an invitation": lambda w: starts(w.patient(INVITED_AT_EKEN).times(EKEN, bookingId="KALLAD-OPPEN-2")),
        "flags of a booking": lambda w: flags(w.patient(GUNILLA).details(EKEN, "BOKAD-1")),
        "care type of a booking": lambda w: w.patient(GUNILLA).details(EKEN, "BOKAD-1").careTypeID,
        "flags of an invitation": lambda w: flags(w.patient(INVITED_AT_EKEN).details(EKEN, "KALLAD-OPPEN-2")),
        "schedule": lambda w: [row.bookingId for row in w.patient(GUNILLA).schedule(EKEN)],
        "past schedule": past_schedule,
        "schedule for a relative": lambda w: len(w.relative(GUNILLA, actor=IDA).schedule(EKEN)),
        "schedule without actor": without_actor,
        "question with an empty element": with_an_empty_element,
        "book soon": at_eken(TUESDAY, performer=ANNA),
        "book far ahead": at_eken(LAST, performer=ANNA),
        "book with another performer": at_eken("20261125080000", performer=BO),
        "book twice at a time": booked_beside_another,
        "book a third time": booked_a_third_time,
        "book as a stranger": at_eken(TUESDAY, ANYBODY, performer=ANNA),
        "book on a reserve id": at_eken(TUESDAY, "991981000010", performer=ANNA),
        "book on an unofficial id": at_eken(TUESDAY, "191212121212", performer=ANNA),
        "book an invitation": lambda w: w.patient(INVITED_AT_EKEN).make(
            _any_slot(w, EKEN, TUESDAY, timeTypeID="NYBESOK"), bookingId="KALLAD-OPPEN-2"
        ),
        "move soon": moved(TUESDAY),
        "move far ahead": moved(LAST),
        "move to another performer": moved("20261125080000", performer=BO),
        "move to another machine": moved_to_another_machine,
        "move to another unit": moved_to_another_unit,
        "id after a move": id_after_a_move,
        "cancel": lambda w: w.patient(GUNILLA).cancel(EKEN, "BOKAD-1"),
        "cancel for a relative": lambda w: w.relative(GUNILLA, actor=IDA).cancel(EKEN, "BOKAD-1"),
        "message with a cancelled booking": message_after_cancelling,
        "a cancelled invitation": left_of_a_cancelled_invitation,
    }
)


def survey(world: World, **rules: Any) -> dict[str, Any]:
    """What comes of each probe, every one on a region of its own, with these settings at EKEN and VAST."""
    found: dict[str, Any] = {}
    for name, probe in PROBES.items():
        world.reset()
        for unit in (EKEN, VAST):
            world.set_rules(unit, **rules)
        try:
            outcome = probe(world)
        except SoapFault as fault:
            outcome = NO_CONTRACT if "does not have" in fault.text else NOT_TAKEN
        found[name] = code_of(outcome) if hasattr(outcome, "resultCode") else outcome
    return found


@pytest.fixture
def usual(world: World) -> dict[str, Any]:
    if not world.usual:
        world.usual_slots = {unit: world.agent(ANYBODY).times(unit, "20261124") for unit in (EKEN, VAST, OST)}
        world.usual = survey(world)
        world.reset()
    return world.usual


def from_now(**time: int) -> str:
    return f"{datetime(2026, 11, 23, 7) + timedelta(**time):%Y%m%d%H%M%S}"


def within(first: str = "", last: str = "9") -> Callable[[Any], Any]:
    """Of the usual times or days those from the one moment to the other."""
    return lambda usual: tuple(one for one in usual if first[: len(one)] <= one <= last)


def without(*words: str) -> Callable[[Any], Any]:
    """Of the usual flags those that are left."""

    def left(usual: Any) -> Any:
        if isinstance(usual, dict):
            return {day: left(told) for day, told in usual.items()}
        return " ".join(word for word in usual.split() if word not in words) or "nothing"

    return left


def flags_within(word: str, first: str = "", last: str = "9") -> Callable[[Any], Any]:
    """Of the usual flags per day, the one left out on the days outside."""
    gone = without(word)
    return lambda usual: {day: told if first <= day <= last else gone(told) for day, told in usual.items()}


NONE_TO_MOVE_TO: Mapping[str, Any] = MappingProxyType(
    {
        "times to move to": (),
        "performers to move to": set(),
        "machines to move to": set(),
        "times to move to elsewhere": 0,
        "units for a booking": [],
    }
)
NO_REBOOKING = "UPDATE_APPOINTMENT_IS_NOT_ALLOWED"
NOT_MOVED: Mapping[str, Any] = MappingProxyType(
    {
        **dict.fromkeys(
            ("move soon", "move far ahead", "move to another performer", "move to another machine"), NO_REBOOKING
        ),
        "id after a move": "the same",
    }
)
NO_NEW: Mapping[str, Any] = MappingProxyType(
    {
        "time types": [],
        "time types for a stranger": [],
        "care types": [],
        "times": (),
        "times for a stranger": (),
        "performers of times": set(),
        "care types of times": set(),
        "days": (),
        "flags of times": {},
        **dict.fromkeys(
            (
                "book soon",
                "book far ahead",
                "book with another performer",
                "book twice at a time",
                "book a third time",
                "book as a stranger",
                "book on a reserve id",
                "book on an unofficial id",
            ),
            "APPOINTMENT_IS_NOT_ALLOWED",
        ),
    }
)
NO_CONTRACT_TO_BOOK: Mapping[str, Any] = MappingProxyType(
    {
        **{name: NO_CONTRACT for name in NO_NEW if name.startswith("book ")},
        "book an invitation": NO_CONTRACT,
        "time types": NO_CONTRACT,
        "time types for a stranger": NO_CONTRACT,
        "care types": NO_CONTRACT,
    }
)
ALL_LOOKUPS, ALL_FLOWS = frozenset(Lookup), frozenset(Flow)
SEEN = (
    "schedule",
    "past schedule",
    "schedule for a relative",
    "flags of a booking",
    "flags of an invitation",
    "care type of a booking",
)

# A setting, and what it makes of the probes that it changes: the new outcome, or a function of the usual one.
CASES: list[tuple[str, Any, Mapping[str, Any]]] = [
    (
        "flows",
        ALL_FLOWS - {Flow.CANCEL},
        {
            "cancel": NO_CONTRACT,
            "cancel for a relative": NO_CONTRACT,
            "message with a cancelled booking": NO_CONTRACT,
            "a cancelled invitation": NO_CONTRACT,
            "flags of a booking": without("cancel"),
            "flags of times": without("cancel"),
        },
    ),
    (
        "flows",
        ALL_FLOWS - {Flow.REBOOK},
        {
            **NONE_TO_MOVE_TO,
            **dict.fromkeys(NOT_MOVED, NO_CONTRACT),
            "move to another unit": NO_REBOOKING,
            "flags of a booking": without("rebook"),
            "flags of times": without("rebook"),
        },
    ),
    (
        "flows",
        frozenset({Flow.BOOK}),
        {
            **NONE_TO_MOVE_TO,
            **dict.fromkeys(SEEN, NO_CONTRACT),
            **dict.fromkeys(NOT_MOVED, NO_CONTRACT),
            "move to another unit": NO_REBOOKING,
            "cancel": NO_CONTRACT,
            "cancel for a relative": NO_CONTRACT,
            "message with a cancelled booking": NO_CONTRACT,
            "a cancelled invitation": NO_CONTRACT,
            "flags of times": without("cancel", "rebook"),
        },
    ),
    (
        "flows",
        ALL_FLOWS - {Flow.BOOK},
        {
            **{name: value for name, value in NO_NEW.items() if not name.startswith("book ")},
            **NO_CONTRACT_TO_BOOK,
            "units": [OST],
            "question with an empty element": 0,
            "times for an invitation": (),
        },
    ),
    ("new_booking_allowed", False, {**NO_NEW, "units": [OST], "question with an empty element": 0}),
    (
        "rebooking_allowed",
        False,
        {
            **NONE_TO_MOVE_TO,
            **NOT_MOVED,
            "move to another unit": NO_REBOOKING,
            "flags of a booking": without("rebook"),
            "flags of times": without("rebook"),
        },
    ),
    (
        "cancelling_allowed",
        False,
        {
            "cancel": "CANCEL_IS_NOT_ALLOWED",
            "message with a cancelled booking": "none",
            "a cancelled invitation": ["timed"],
            "flags of a booking": without("cancel"),
            "flags of times": without("cancel"),
        },
    ),
    (
        "message_allowed",
        False,
        {
            "message with a cancelled booking": "none",
            "flags of a booking": without("message"),
            "flags of an invitation": without("message"),
            "flags of times": without("message"),
        },
    ),
    (
        "lookups",
        ALL_LOOKUPS - {Lookup.CARE_TYPES},
        {"care types": NO_CONTRACT, "care types of times": {None}, "care type of a booking": None},
    ),
    ("lookups", ALL_LOOKUPS - {Lookup.PERFORMERS}, {"performers": NO_CONTRACT}),
    (
        "lookups",
        ALL_LOOKUPS - {Lookup.UNITS},
        {"units": NO_CONTRACT, "units for a booking": NO_CONTRACT, "question with an empty element": NO_CONTRACT},
    ),
    (
        "booking_window",
        Window(notice=2 * DAY),
        {
            "times": within(from_now(days=2)),
            "times for a stranger": within(from_now(days=2)),
            "times for an invitation": within(from_now(days=2)),
            "days": within(from_now(days=2)),
            "flags of times": lambda usual: {day: told for day, told in usual.items() if day >= "20261125"},
            **dict.fromkeys(
                (
                    "book soon",
                    "book as a stranger",
                    "book on a reserve id",
                    "book on an unofficial id",
                    "book an invitation",
                ),
                "TOO_LATE_TO_MAKE_APPOINTMENT",
            ),
        },
    ),
    (
        "booking_window",
        Window(horizon=3 * DAY),
        {
            "times": within(last=from_now(days=3)),
            "times for a stranger": within(last=from_now(days=3)),
            "times for an invitation": within(last=from_now(days=3)),
            "days": within(last=from_now(days=3)[:7] + "5"),
            "flags of times": lambda usual: {day: told for day, told in usual.items() if day < "20261126"},
            "book far ahead": "TOO_EARLY_TO_MAKE_APPOINTMENT",
            "book a third time": "TOO_EARLY_TO_MAKE_APPOINTMENT",
            "book twice at a time": "TOO_EARLY_TO_MAKE_APPOINTMENT",
        },
    ),
    (
        "rebooking_window",
        Window(notice=2 * DAY),
        {
            "times to move to": within(from_now(days=2)),
            "move soon": "REQUESTED_TIME_IS_TOO_SOON_TO_UPDATE",
            "move to another machine": "REQUESTED_TIME_IS_TOO_SOON_TO_UPDATE",
            "flags of times": flags_within("rebook", "20261125"),
        },
    ),
    (
        "rebooking_window",
        Window(notice=8 * DAY),
        {
            **{
                name: value
                for name, value in NONE_TO_MOVE_TO.items()
                if name in ("times to move to", "performers to move to")
            },
            "move soon": "TOO_LATE_TO_UPDATE_APPOINTMENT",
            "move far ahead": "TOO_LATE_TO_UPDATE_APPOINTMENT",
            "move to another performer": "TOO_LATE_TO_UPDATE_APPOINTMENT",
            "move to another machine": "REQUESTED_TIME_IS_TOO_SOON_TO_UPDATE",
            "flags of a booking": without("rebook"),
            "flags of times": flags_within("rebook", "20261201"),
        },
    ),
    (
        "rebooking_window",
        Window(horizon=3 * DAY),
        {
            "times to move to": within(last=from_now(days=3)),
            "move far ahead": "REQUESTED_TIME_IS_TOO_FAR_TO_UPDATE",
        },
    ),
    (
        "cancelling_window",
        Window(notice=8 * DAY),
        {
            "cancel": "TOO_LATE_TO_CANCEL_APPOINTMENT",
            "message with a cancelled booking": "none",
            "flags of a booking": without("cancel"),
            "flags of times": flags_within("cancel", "20261201"),
        },
    ),
    (
        "cancelling_window",
        Window(horizon=3 * DAY),
        {
            "cancel": "TOO_EARLY_TO_CANCEL_APPOINTMENT",
            "message with a cancelled booking": "none",
            "a cancelled invitation": ["timed"],
            "flags of a booking": without("cancel"),
            "flags of times": flags_within("cancel", last="20261125"),
        },
    ),
    (
        "other_unit_allowed",
        False,
        {
            "units": [VAST],
            "units for a booking": [VAST],
            "times to move to elsewhere": 0,
            "move to another unit": "CARE_UNIT_IS_NOT_A_CHOICE",
        },
    ),
    (
        "rebooking_keeps_resource",
        False,
        {"machines to move to": {"MAMMO1", "MAMMO2"}, "move to another machine": "OK"},
    ),
    (
        "rebooking_keeps_performer",
        True,
        {
            "performers to move to": {ANNA},
            "times to move to": lambda usual: tuple(dict.fromkeys(at for at in usual if at != "20261130090000")),
            "move to another performer": "REQUESTED_TIME_IS_NO_LONGER_AVAILABLE",
        },
    ),
    ("rebooking_changes_id", True, {"id after a move": "another"}),
    (
        "most_live_bookings",
        1,
        dict.fromkeys(
            ("book soon", "book far ahead", "book with another performer", "book a third time"),
            "TOO_MANY_APPOINTMENTS",
        ),
    ),
    ("most_live_bookings", 2, {"book a third time": "TOO_MANY_APPOINTMENTS"}),
    ("simultaneous_bookings_allowed", True, {"book twice at a time": "OK"}),
    (
        "listed_patients_only",
        True,
        {
            "time types for a stranger": [],
            "times for a stranger": (),
            "times for an invitation": (),
            "units": [OST],
            "units for a booking": [OST],
            "machines to move to": set(),
            "move to another machine": "CARE_UNIT_IS_NOT_A_CHOICE",
            "id after a move": "the same",
            "book an invitation": "CARE_UNIT_IS_NOT_A_CHOICE",
            **dict.fromkeys(
                ("book as a stranger", "book on a reserve id", "book on an unofficial id"), "PATIENT_IS_NOT_LISTED"
            ),
        },
    ),
    (
        "test_identities_only",
        True,
        dict.fromkeys(("book on a reserve id", "book on an unofficial id"), "IDENTITY_IS_NOT_ACCEPTED"),
    ),
    ("reserve_ids_accepted", False, {"book on a reserve id": "IDENTITY_IS_NOT_ACCEPTED"}),
    ("guardians_may_act", True, {"schedule for a relative": 1, "cancel for a relative": "OK"}),
    ("cancelled_invitation_becomes", CancelledInvitation.OPEN_INVITATION, {"a cancelled invitation": ["open"]}),
    (
        "text_to_read",
        TEXT,
        {
            name: "INFO"
            for name in PROBES
            if name.startswith(("book ", "move "))
            and name not in ("book twice at a time", "move to another unit", "move to another machine")
        },
    ),
    ("past_bookings_shown", True, {"past schedule": ["BOKAD-1"]}),
    ("actor_required", False, {"schedule without actor": 1}),
    ("empty_elements_accepted", False, {"question with an empty element": NOT_TAKEN}),
]


def test_the_usual_rules_allow_everything(usual: Mapping[str, Any]) -> None:
    """What the survey starts from: a unit that allows everything but what needs permission of its own."""
    refused = {name: outcome for name, outcome in usual.items() if outcome in _CODES.values() or outcome == NOT_TAKEN}
    assert refused == {
        "book twice at a time": "USER_IS_ALREADY_OCCUPIED",
        "schedule for a relative": NOT_TAKEN,
        "schedule without actor": NOT_TAKEN,
        "move to another machine": "REQUESTED_TIME_IS_NO_LONGER_AVAILABLE",
        "cancel for a relative": "ACTOR_IS_NOT_THE_PATIENT",
    }
    assert usual["flags of a booking"] == "cancel rebook message"
    assert usual["flags of an invitation"] == "message"
    assert usual["past schedule"] == usual["a cancelled invitation"] == []
    assert NO_CONTRACT not in usual.values()


def in_words(value: Any) -> str:
    """The same from one run to the next, as names of tests must be."""
    if isinstance(value, frozenset):
        return "+".join(sorted(value))
    return f"{value.notice}..{value.horizon}" if isinstance(value, Window) else str(value)


@pytest.mark.parametrize(
    ("setting", "value", "changes"), CASES, ids=[f"{name}={in_words(value)}" for name, value, _ in CASES]
)
def test_a_setting_changes_what_it_says_and_nothing_else(
    world: World, usual: Mapping[str, Any], setting: str, value: Any, changes: Mapping[str, Any]
) -> None:
    """Rules 69 and 100, and the flags: each probe as it was, but for those that the setting is about."""
    expected = {
        name: (changes[name](outcome) if callable(changes[name]) else changes[name]) if name in changes else outcome
        for name, outcome in usual.items()
    }
    found = survey(world, **{setting: value})
    differences = {name: (found[name], expected[name]) for name in PROBES if found[name] != expected[name]}
    assert differences == {}
    idle = [name for name in changes if expected[name] == usual[name] and name != "id after a move"]
    assert idle == []


def test_every_setting_is_surveyed() -> None:
    """own_performer_only stands on listed_patients_only and has a test of its own."""
    assert {name for name, _, _ in CASES} == {field.name for field in fields(BookingRules)} - {"own_performer_only"}


def test_only_the_own_performer_is_met_where_the_unit_says_so(world: World) -> None:
    """own_performer_only: lists, times and acts, for new bookings and for moves."""
    world.set_rules(EKEN, listed_patients_only=True, own_performer_only=True)
    patient = world.patient(GUNILLA)
    assert patient.performers(EKEN) == [ANNA]
    assert {slot.performer for slot in patient.times(EKEN)} == {ANNA}
    assert {row.performer for row in patient.days(EKEN, bookingId="BOKAD-1")} == {ANNA}
    with_bo = world.agent(GUNILLA).time(EKEN, "20261125080000", performer=(BO,))
    assert code_of(patient.make(with_bo)) == "PERFORMER_IS_NOT_THE_PATIENTS_OWN"
    assert code_of(patient.update("BOKAD-1", with_bo)) == "PERFORMER_IS_NOT_THE_PATIENTS_OWN"
    assert code_of(patient.make(patient.time(EKEN, TUESDAY))) == "OK"
