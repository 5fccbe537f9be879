"""The trail in words: what happened to a booking, and who did it (rule 74)."""

from collections.abc import Callable, Mapping

from producer.domain import persons
from producer.domain.model import Act, ActorType, Origin, TrailEntry, Whereabouts
from producer.domain.staff import Period, Sentence


def what_happened(entry: TrailEntry, *, read_at: str) -> Sentence:
    """One sentence; codes and ids in the entry are told as they stand, so names are put in their place before.

    `read_at` is the unit that reads it, which need not be told where things are its own.
    """
    if entry.act is Act.REBOOKED and entry.before is not None and entry.after is not None:
        places = {"before": _place(entry.before, read_at), "after": _place(entry.after, read_at)}
        return Sentence("Flyttad från %(before)s till %(after)s.", places)
    where = entry.after or entry.before
    return _ACTS[entry.act](Sentence("en okänd tid") if where is None else _place(where, read_at))


def who_did(origin: Origin, patient: str) -> Sentence:
    """Who acted, for the patient or by being her."""
    return _ACTORS[origin.actor.type](origin.actor.id, patient)


def _place(where: Whereabouts, read_at: str) -> Sentence:
    known = [each for each in (where.time_type, where.performer, where.resource) if each]
    if where.unit != read_at or not known:
        known.append(where.unit)
    what = ", ".join(known)
    if where.starts is None or where.ends is None:
        return Sentence("utan tid, %(what)s", {"what": what})
    return Sentence("%(period)s, %(what)s", {"period": Period(where.starts, where.ends), "what": what})


_ACTS: Mapping[Act, Callable[[Sentence], Sentence]] = {
    Act.INVITED: lambda place: Sentence("Kallad: %(place)s.", {"place": place}),
    Act.BOOKED: lambda place: Sentence("Bokad: %(place)s.", {"place": place}),
    Act.REBOOKED: lambda place: Sentence("Flyttad till %(place)s.", {"place": place}),
    Act.CANCELLED: lambda place: Sentence("Avbokad: %(place)s.", {"place": place}),
    Act.WITHDRAWN: lambda place: Sentence("Återtagen av enheten: %(place)s.", {"place": place}),
    Act.IDENTIFIED: lambda place: Sentence("Reservnumret byttes mot ett personnummer: %(place)s.", {"place": place}),
}


def _patient_did(actor_id: str | None, patient: str) -> Sentence:
    if actor_id is None or persons.normal(actor_id) == patient:
        return Sentence("Patienten själv")
    return Sentence("%(person)s, för patienten", {"person": actor_id})


_ACTORS: Mapping[ActorType, Callable[[str | None, str], Sentence]] = {
    ActorType.PATIENT: _patient_did,
    ActorType.AGENT: lambda agent, _: Sentence("Ombud %(agent)s", {"agent": agent or ""}),
    ActorType.STAFF: lambda name, _: Sentence("Personal %(name)s", {"name": name or ""}),
    ActorType.SEED: lambda *_: Sentence("Inläst från fil"),
}
