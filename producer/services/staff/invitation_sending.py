"""Sending invitations: what there is to choose among, a look beforehand, and the sending itself."""

from dataclasses import dataclass, replace
from datetime import date, timedelta

from producer.domain.docbook import Article, article_in
from producer.domain.docbook_notation import article_written, notation_of
from producer.domain.model import CareUnit
from producer.domain.staff import ChangedMeanwhile, Fault, Invalid, NotThere, Period, Sentence, Value
from producer.services.staff.accesses import note_bookings, note_patients
from producer.services.staff.admission import Visit, changing, reading, unit_to_change
from producer.services.staff.invitation_drafts import Draft, Kind, places_for, request_in
from producer.services.staff.invitation_plans import Plan, plan_of
from producer.store.changes import add_change
from producer.store.engine import Database
from producer.store.invitations import EarlierText, earlier_texts, sent_invitation
from producer.store.timetable import Timetable

_USUAL_DAYS_TO_BOOK = timedelta(days=90)
_USUAL_DAYS_TO_COME = timedelta(days=28)


@dataclass(frozen=True, kw_only=True, slots=True)
class Choices:
    """What the form has to choose among: units by HSA-id, time types by code, texts by the invitation they were in."""

    unit: CareUnit
    places: tuple[tuple[str, str], ...]
    time_types: tuple[tuple[str, str], ...]
    texts: tuple[tuple[str, str, date], ...]


def choices(database: Database, visit: Visit, unit_hsa_id: str, kind: Kind) -> Choices:
    """An open invitation is to a kind of time of the unit's own; raises NotThere, NotAllowed."""
    with reading(database, visit, unit_hsa_id) as (timetable, unit):
        unit_to_change(timetable, visit, unit_hsa_id)
        places = places_for(timetable, unit)
        having = [unit] if kind is Kind.OPEN else reversed(places)
        kinds = {each.code: each.name for place in having for each in timetable.time_types(place.id)}
        return Choices(
            unit=unit,
            places=tuple((place.hsa_id, place.name) for place in places),
            time_types=tuple(sorted(kinds.items(), key=lambda kind: kind[1].casefold())),
            texts=tuple(map(_named, earlier_texts(timetable, unit.id))),
        )


def new_draft(
    database: Database, visit: Visit, unit_hsa_id: str, kind: Kind, *, slot: str = "", like: str = ""
) -> Draft:
    """With the usual days filled in; for one slot, or with the text of an earlier invitation, where one is named."""
    today = visit.now.date()
    draft = Draft(
        kind=kind,
        valid_to=(today + _USUAL_DAYS_TO_BOOK).isoformat(),
        first=today.isoformat(),
        last=(today + _USUAL_DAYS_TO_COME).isoformat(),
    )
    with reading(database, visit, unit_hsa_id) as (timetable, unit):
        unit_to_change(timetable, visit, unit_hsa_id)
        places = places_for(timetable, unit)
        draft = replace(draft, where=places[0].hsa_id if places else "")
        draft = _for_slot(timetable, places, draft, slot) if slot else draft
        return _like(timetable, unit, draft, like) if like else draft


def with_text_of(database: Database, visit: Visit, unit_hsa_id: str, draft: Draft, like: str) -> Draft:
    """The draft with the text of an earlier invitation of the unit; raises NotThere."""
    with reading(database, visit, unit_hsa_id) as (timetable, unit):
        unit_to_change(timetable, visit, unit_hsa_id)
        return _like(timetable, unit, draft, like)


def text_written(database: Database, visit: Visit, unit_hsa_id: str, title: str, text: str) -> Article:
    """The text as it will be, while it is being written; raises Invalid."""
    with reading(database, visit, unit_hsa_id) as (timetable, _):
        unit_to_change(timetable, visit, unit_hsa_id)
    return article_written(title, text)


def plan(database: Database, visit: Visit, unit_hsa_id: str, draft: Draft) -> Plan:
    """What would be sent. It tells who has an invitation or no time to come, so it is noted first; raises Invalid."""
    with changing(database, visit, unit_hsa_id) as (timetable, unit):
        patients = request_in(timetable, unit, draft, visit.now).patients
        note_patients(timetable, visit, unit, "invitation_planned", patients)
    with reading(database, visit, unit_hsa_id) as (timetable, unit):
        return plan_of(timetable, unit, draft, visit.now)


def send(database: Database, visit: Visit, unit_hsa_id: str, draft: Draft, seen: str) -> Sentence:
    """Sends all that was seen in the plan, or nothing; raises Invalid, ChangedMeanwhile."""
    with changing(database, visit, unit_hsa_id) as (timetable, unit):
        for patient in sorted(request_in(timetable, unit, draft, visit.now).patients):
            timetable.take_turn(patient)  # so that what the plan says of her is still true when it is carried out
        planned = plan_of(timetable, unit, draft, visit.now)
        if planned.seen != seen:
            raise ChangedMeanwhile(Sentence("Det som skulle skickas är inte längre det du såg."))
        if not planned.invited:
            raise Invalid(Fault("people", Sentence("Ingen på listan får någon kallelse.")))
        _invite(timetable, visit, planned)
        sentence = _sent(planned)
        for concerned in {unit.id, planned.place.id}:
            add_change(timetable, visit.staff, sentence, unit_id=concerned, now=visit.now)
        return sentence


def _invite(timetable: Timetable, visit: Visit, planned: Plan) -> None:
    for patient, slot in planned.invited:
        made = timetable.invite(
            planned.unit.id,
            patient,
            planned.purpose,
            slot=slot,
            time_type=planned.time_type,
            valid_to=planned.valid_to,
            origin=visit.origin,
            now=visit.now,
        )
        note_bookings(timetable, visit, planned.unit, "invitation_sent", [made])


def _sent(planned: Plan) -> Sentence:
    """Without the patients' numbers: all who see the unit's changes read it."""
    what, number = planned.time_type.name, len(planned.invited)
    times = [slot for _, slot in planned.invited if slot is not None]
    if not times:
        if number == 1:
            return Sentence("Öppen kallelse skickad: %(what)s.", {"what": what})
        return Sentence("%(number)s öppna kallelser skickade: %(what)s.", {"number": number, "what": what})
    first = min(times, key=lambda slot: slot.starts)
    known: dict[str, Value] = {
        "number": number,
        "time": Period(first.starts, first.ends),
        "what": what,
        "where": planned.place.name,
    }
    if number == 1:
        return Sentence("Kallelse skickad: %(time)s, %(what)s, %(where)s.", known)
    return Sentence(
        "%(number)s kallelser med tid skickade: %(what)s, %(where)s. Den första tiden: %(time)s.",
        known,
    )


def _for_slot(timetable: Timetable, places: list[CareUnit], draft: Draft, slot_id: str) -> Draft:
    slot = timetable.slot_by_public_id(slot_id)
    place = next((place for place in places if slot is not None and place.id == slot.unit_id), None)
    if slot is None or place is None:
        raise NotThere
    day = slot.starts.date().isoformat()
    return replace(
        draft,
        kind=Kind.TIMED,
        where=place.hsa_id,
        time_type=slot.offer.time_type.code,
        first=day,
        last=day,
        slot=slot.public_id,
    )


def _like(timetable: Timetable, unit: CareUnit, draft: Draft, booking_id: str) -> Draft:
    earlier = sent_invitation(timetable, unit.id, booking_id)
    if earlier is None:
        raise NotThere
    article = article_in(earlier.booking.purpose or "")
    kind = earlier.booking.time_type
    time_type = draft.time_type or (kind.code if kind else "")
    return replace(draft, title=article.title, text=notation_of(article), time_type=time_type)


def _named(text: EarlierText) -> tuple[str, str, date]:
    article = article_in(text.purpose)
    words = article.title or notation_of(article)
    return text.booking_id, words if len(words) <= 60 else f"{words[:57]}...", text.sent_at.date()
