"""Every booking rule in words: what it is about, what each of its values is called, and how a change of it is told."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from textwrap import shorten
from typing import Any, Final

from producer.domain.booking_rules import BookingRules, CancelledInvitation, Flow, Lookup, Window
from producer.domain.staff import Fault, Sentence

Words = tuple[Sentence, Sentence]
"""What a rule is about, and what it says."""

_MINUTE: Final = timedelta(minutes=1)
_LONGEST_SHOWN: Final = 80


class Kind(StrEnum):
    SWITCH = "switch"
    WORDS = "words"
    WINDOW = "window"
    NUMBER = "number"
    CHOICE = "choice"
    TEXT = "text"


@dataclass(frozen=True, kw_only=True, slots=True)
class RuleField:
    """A field of BookingRules: `topics` are what it is about, `values` the words for its values."""

    name: str
    kind: Kind
    topics: tuple[Sentence, ...]
    values: dict[Any, Sentence] = field(default_factory=dict)

    def told(self, rules: BookingRules) -> tuple[Words, ...]:
        return tuple(_TELLERS[self.kind](self, getattr(rules, self.name)))


def changes(before: BookingRules, after: BookingRules) -> list[Sentence]:
    """One sentence for each thing that differs: Ombokning: tillåten → inte tillåten."""
    return [
        Sentence("%(rule)s: %(before)s → %(after)s", {"rule": topic, "before": was, "after": is_now})
        for topic, was, is_now in _differing(before, after)
    ]


def differences(current: BookingRules, wanted: BookingRules) -> list[Sentence]:
    """What holds now, where somebody wants it otherwise."""
    return [
        Sentence("%(rule)s är nu: %(value)s", {"rule": topic, "value": is_now})
        for topic, is_now, _ in _differing(current, wanted)
    ]


def _differing(one: BookingRules, other: BookingRules) -> Iterator[tuple[Sentence, Sentence, Sentence]]:
    """Texts are told by their beginnings, which may be the same although they differ."""
    for each in FIELDS:
        if getattr(one, each.name) != getattr(other, each.name):
            for (topic, here), (_, there) in zip(each.told(one), each.told(other), strict=True):
                if here != there or each.kind is Kind.TEXT:
                    yield topic, here, there


def length_of(time: timedelta) -> tuple[int, timedelta]:
    """In the largest unit that leaves nothing over, as people say it: 24 hours, but 2 days."""
    unit = next((unit for unit in _LENGTHS if time % unit == timedelta(0) and time >= _FROM.get(unit, unit)), _MINUTE)
    return time // unit, unit


def _length(time: timedelta) -> Sentence:
    count, unit = length_of(time)
    one, many = _LENGTHS[unit]
    return one if count == 1 else Sentence(many.text, {"count": count})


_LENGTHS: Final = {
    timedelta(weeks=1): (Sentence("1 vecka"), Sentence("%(count)s veckor")),
    timedelta(days=1): (Sentence("1 dag"), Sentence("%(count)s dagar")),
    timedelta(hours=1): (Sentence("1 timme"), Sentence("%(count)s timmar")),
    _MINUTE: (Sentence("1 minut"), Sentence("%(count)s minuter")),
}
_FROM: Final = {timedelta(weeks=1): timedelta(weeks=2), timedelta(days=1): timedelta(days=2)}


def _tell_switch(rule: RuleField, value: bool) -> Iterator[Words]:
    yield rule.topics[0], rule.values[value]


def _tell_words(rule: RuleField, chosen: frozenset[Any]) -> Iterator[Words]:
    for word, topic in rule.values.items():
        yield topic, Sentence("på") if word in chosen else Sentence("av")


def _tell_window(rule: RuleField, window: Window) -> Iterator[Words]:
    nearest, farthest = rule.topics
    yield nearest, _before(window.notice) if window.notice else Sentence("ända till tiden börjar")
    yield farthest, Sentence("ingen gräns") if window.horizon is None else _before(window.horizon)


def _before(time: timedelta) -> Sentence:
    return Sentence("%(length)s före", {"length": _length(time)})


def _tell_number(rule: RuleField, number: int | None) -> Iterator[Words]:
    yield rule.topics[0], Sentence("ingen gräns") if number is None else Sentence("%(count)s", {"count": number})


def _tell_text(rule: RuleField, text: str | None) -> Iterator[Words]:
    shown = Sentence("”%(text)s”", {"text": shorten(text or "", _LONGEST_SHOWN, placeholder=" …")})
    yield rule.topics[0], Sentence("ingen") if text is None else shown


_TELLERS: Final[dict[Kind, Callable[[RuleField, Any], Iterator[Words]]]] = {
    Kind.SWITCH: _tell_switch,
    Kind.WORDS: _tell_words,
    Kind.WINDOW: _tell_window,
    Kind.NUMBER: _tell_number,
    Kind.CHOICE: _tell_switch,
    Kind.TEXT: _tell_text,
}


def _switch(name: str, topic: Sentence, on: Sentence, off: Sentence) -> RuleField:
    return RuleField(name=name, kind=Kind.SWITCH, topics=(topic,), values={True: on, False: off})


_ALLOWED, _NOT_ALLOWED = Sentence("tillåten"), Sentence("inte tillåten")
_YES, _NO = Sentence("ja"), Sentence("nej")

FLOW_WORDS: Final = {
    Flow.BOOK: Sentence("Boka ny tid"),
    Flow.SEE: Sentence("Se bokade tider"),
    Flow.REBOOK: Sentence("Boka om"),
    Flow.CANCEL: Sentence("Avboka"),
}
_LOOKUP_WORDS: Final = {
    Lookup.CARE_TYPES: Sentence("Välja vårdtyp"),
    Lookup.PERFORMERS: Sentence("Välja person"),
    Lookup.UNITS: Sentence("Välja mottagning"),
}

FIELDS: Final[tuple[RuleField, ...]] = (
    RuleField(name="flows", kind=Kind.WORDS, topics=(Sentence("Ärenden på 1177"),), values=FLOW_WORDS),
    _switch("new_booking_allowed", Sentence("Ny bokning"), _ALLOWED, _NOT_ALLOWED),
    _switch("rebooking_allowed", Sentence("Ombokning"), _ALLOWED, _NOT_ALLOWED),
    _switch("cancelling_allowed", Sentence("Avbokning"), _ALLOWED, _NOT_ALLOWED),
    _switch("message_allowed", Sentence("Meddelande vid avbokning"), Sentence("tillåtet"), Sentence("inte tillåtet")),
    RuleField(
        name="booking_window",
        kind=Kind.WINDOW,
        topics=(Sentence("Senast en tid kan bokas"), Sentence("Tidigast en tid kan bokas")),
    ),
    RuleField(
        name="rebooking_window",
        kind=Kind.WINDOW,
        topics=(Sentence("Senast en tid kan bokas om"), Sentence("Tidigast en ny tid kan väljas vid ombokning")),
    ),
    RuleField(
        name="cancelling_window",
        kind=Kind.WINDOW,
        topics=(Sentence("Senast en tid kan avbokas"), Sentence("Tidigast en tid kan avbokas")),
    ),
    _switch("other_unit_allowed", Sentence("Byta till en annan enhet i gruppen"), _ALLOWED, _NOT_ALLOWED),
    _switch("rebooking_keeps_resource", Sentence("Samma resurs vid ombokning"), _YES, _NO),
    _switch("rebooking_keeps_performer", Sentence("Samma utförare vid ombokning"), _YES, _NO),
    _switch("rebooking_changes_id", Sentence("Nytt id vid ombokning"), _YES, _NO),
    RuleField(name="most_live_bookings", kind=Kind.NUMBER, topics=(Sentence("Flest kommande bokningar"),)),
    _switch(
        "simultaneous_bookings_allowed", Sentence("Tider som krockar"), Sentence("tillåtna"), Sentence("inte tillåtna")
    ),
    _switch("listed_patients_only", Sentence("Bara listade patienter"), _YES, _NO),
    _switch("own_performer_only", Sentence("Bara patientens egen utförare"), _YES, _NO),
    _switch("test_identities_only", Sentence("Bara testpersoner"), _YES, _NO),
    _switch("reserve_ids_accepted", Sentence("Reservnummer"), Sentence("tas emot"), Sentence("tas inte emot")),
    _switch(
        "guardians_may_act",
        Sentence("Ombud"),
        Sentence("får boka åt patienten"),
        Sentence("får inte boka åt patienten"),
    ),
    RuleField(
        name="cancelled_invitation_becomes",
        kind=Kind.CHOICE,
        topics=(Sentence("Avbokad kallelse med tid blir"),),
        values={
            CancelledInvitation.NOTHING: Sentence("ingenting"),
            CancelledInvitation.OPEN_INVITATION: Sentence("en ny öppen kallelse"),
        },
    ),
    RuleField(name="text_to_read", kind=Kind.TEXT, topics=(Sentence("Text efter bokning"),)),
    _switch("past_bookings_shown", Sentence("Tider som har varit"), Sentence("visas"), Sentence("visas inte")),
    RuleField(
        name="lookups", kind=Kind.WORDS, topics=(Sentence("Det invånaren kan välja bland"),), values=_LOOKUP_WORDS
    ),
    _switch("actor_required", Sentence("Uppgift om vem som anropar"), Sentence("krävs"), Sentence("krävs inte")),
    _switch("empty_elements_accepted", Sentence("Tomma fält i anrop"), Sentence("tas emot"), Sentence("tas inte emot")),
)

_WINDOW_IS_IMPOSSIBLE: Final = Sentence("Den tidigaste gränsen ska ligga före den senaste, och högst tio år bort.")
CONTRADICTIONS: Final = {
    "the flow rebook needs the flow see": Fault("flows", Sentence("Den som ska boka om måste kunna se sina tider.")),
    "the flow cancel needs the flow see": Fault("flows", Sentence("Den som ska avboka måste kunna se sina tider.")),
    "the lookup care_types needs the flow book": Fault(
        "lookups", Sentence("Vårdtyp väljs när man bokar ny tid, så det ärendet måste vara på.")
    ),
    "own_performer_only needs listed_patients_only": Fault(
        "own_performer_only",
        Sentence("Egen utförare finns bara för listade: kryssa också för att bara listade får boka."),
    ),
    "most_live_bookings is less than 1": Fault("most_live_bookings", Sentence("Minst 1, eller tomt för ingen gräns.")),
    "text_to_read is empty": Fault("text_to_read", Sentence("Skriv en text eller lämna fältet tomt.")),
    "the horizon of booking is shorter than its notice, negative or over ten years": Fault(
        "booking_window-horizon", _WINDOW_IS_IMPOSSIBLE
    ),
    "the horizon of rebooking is shorter than its notice, negative or over ten years": Fault(
        "rebooking_window-horizon", _WINDOW_IS_IMPOSSIBLE
    ),
    "the horizon of cancelling is shorter than its notice, negative or over ten years": Fault(
        "cancelling_window-horizon", _WINDOW_IS_IMPOSSIBLE
    ),
}
"""The contradictions of domain.booking_rules, beside the field where they are put right."""
